"""What joins a call, told by events, to its queue visits, told by the queue log.

The two come in any order. The queue log knows a caller by the channel's own id; where that
channel did not begin its call (it was transferred to the queue), our `queue` event, which has
both ids, tells the call.
"""

from collections.abc import Collection, Iterable

from django.db import connection

from conmuta.apps.calls.parsing import Event
from conmuta.platform.monthly import started_of

_VISITS = """
    UPDATE calls_queuevisit v SET linkedid = told.linkedid
    FROM unnest(%s::text[], %s::text[]) AS told(uniqueid, linkedid)
    WHERE v.uniqueid = told.uniqueid AND v.node = %s AND v.linkedid <> told.linkedid
"""
_AGENTS = """
    UPDATE calls_call c SET agent = v.agent
    FROM (
        SELECT DISTINCT ON (tenant_id, linkedid) tenant_id, linkedid, agent
        FROM calls_queuevisit
        WHERE linkedid = ANY(%s) AND node = %s AND agent <> ''
        ORDER BY tenant_id, linkedid, entered DESC, ordinal DESC
    ) v
    WHERE c.linkedid = v.linkedid AND c.tenant_id = v.tenant_id AND c.node = %s
        AND c.started BETWEEN %s AND %s AND c.agent <> v.agent
"""
_ELSEWHERE = """
    SELECT DISTINCT ON (uniqueid) uniqueid, linkedid FROM calls_event
    WHERE user_kind = 'queue' AND uniqueid <> linkedid AND uniqueid = ANY(%s) AND node = %s
    ORDER BY uniqueid, batch DESC, line DESC
"""


def after_events(node: int, events: Iterable[Event]) -> None:
    """Events have come: visits learn their call, and those calls their agent."""
    queued = [event for event in events if event.user_kind == "queue"]
    if not queued:
        return
    moved = [event for event in queued if event.uniqueid != event.linkedid]
    if moved:
        told = [[event.uniqueid for event in moved], [event.linkedid for event in moved]]
        with connection.cursor() as cursor:
            cursor.execute(_VISITS, [*told, node])
    name_agents(node, {event.linkedid for event in queued})


def name_agents(node: int, linkedids: Collection[str]) -> None:
    """Calls learn the agent of their last visit that had one."""
    if not linkedids:
        return
    starts = [started_of(linkedid) for linkedid in linkedids]
    with connection.cursor() as cursor:
        cursor.execute(_AGENTS, [list(linkedids), node, node, min(starts), max(starts)])


def calls_of(node: int, uniqueids: Collection[str]) -> dict[str, str]:
    """The linkedid of each of these callers: its own id, unless an event has told another."""
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [list(uniqueids), node])
        told = dict(cursor.fetchall())
    return {uniqueid: told.get(uniqueid, uniqueid) for uniqueid in uniqueids}
