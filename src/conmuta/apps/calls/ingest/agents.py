"""Agents' marks kept, and their sessions and pauses folded anew from where a mark fell."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from conmuta.apps.calls import partitions
from conmuta.apps.calls.contracts import PauseFacts, SessionFacts
from conmuta.apps.calls.ingest.common import Owned
from conmuta.apps.calls.parsing import Event, QueueEvent
from conmuta.apps.calls.rules import fold_marks
from conmuta.apps.calls.rules.agents import WHOLE, Does, Mark
from conmuta.platform import bulk

MARKS = bulk.Target(
    "calls_agentmark",
    ("tenant_id", "agent", "started", "does", "queue", "extension", "reason", "source"),
)
SESSIONS = bulk.Target(
    "calls_agentsession", ("tenant_id", "agent", "started", "ended", "extension", "queues")
)
PAUSES = bulk.Target("calls_agentpause", ("tenant_id", "agent", "started", "ended", "reason"))
_QUEUE_LOG = {
    "ADDMEMBER": Does.IN,
    "REMOVEMEMBER": Does.OUT,
    "PAUSE": Does.PAUSE,
    "UNPAUSE": Does.UNPAUSE,
}


class OwnedMark(NamedTuple):
    """A mark, whose it is, and which stream told it."""

    tenant: int
    mark: Mark
    source: str


def marks_of_events(owned: Iterable[Owned[Event]]) -> list[OwnedMark]:
    """`agent` events: agent | in, out, pause, unpause | extension."""
    marks = []
    for tenant, event in owned:
        if event.user_kind != "agent":
            continue
        agent, does, extension, *_ = [*event.extra.split("|"), "", ""]
        if agent and does in set(Does):
            mark = Mark(agent, event.at, Does(does), extension=extension)
            marks.append(OwnedMark(tenant, mark, "cel"))
    return marks


def marks_of_queue(owned: Iterable[Owned[QueueEvent]]) -> list[OwnedMark]:
    """Members added, removed, paused and brought back, queue by queue."""
    return [
        OwnedMark(tenant, _queue_mark(row, _QUEUE_LOG[row.kind]), "queue")
        for tenant, row in owned
        if row.kind in _QUEUE_LOG and row.agent
    ]


def take(marks: list[OwnedMark]) -> None:
    """Keeps marks, and tells anew what their agents did from then on."""
    if not marks:
        return
    partitions.ensure({partitions.month_of(each.mark.at) for each in marks})
    bulk.write(MARKS, [_mark_row(each) for each in marks])
    earliest: dict[tuple[int, str], datetime] = {}
    for tenant, mark, _ in marks:
        key = (tenant, mark.agent)
        earliest[key] = min(mark.at, earliest.get(key, mark.at))
    for (tenant, agent), since in earliest.items():
        _retell(tenant, agent, since)


def _retell(tenant: int, agent: str, since: datetime) -> None:
    """From the last moment before `since` at which the agent was away and had no pause."""
    whose: tuple[Any, ...] = (tenant, agent)
    with connection.cursor() as cursor:
        cursor.execute(_ANCHOR, [*whose, since, since, *whose, since, since, since])
        anchor = cursor.fetchone()[0]
        for statement in (_FORGET_SESSIONS, _FORGET_PAUSES):
            cursor.execute(statement, [*whose, anchor])
        cursor.execute(_MARKS_SINCE, [*whose, anchor])
        rows = [Mark(agent, at, Does(does), *rest) for at, does, *rest in cursor.fetchall()]
    sessions, pauses = fold_marks(rows)
    bulk.write(SESSIONS, [_session_row(tenant, each) for each in sessions])
    bulk.write(PAUSES, [_pause_row(tenant, each) for each in pauses])


_ANCHOR = """
    WITH spans AS (
        SELECT started, ended FROM calls_agentsession
        WHERE tenant_id = %s AND agent = %s AND started <= %s AND (ended IS NULL OR ended >= %s)
        UNION ALL
        SELECT started, ended FROM calls_agentpause
        WHERE tenant_id = %s AND agent = %s AND started <= %s AND (ended IS NULL OR ended >= %s)
    )
    SELECT coalesce(min(started), %s) FROM spans
"""
_FORGET_SESSIONS = """
    DELETE FROM calls_agentsession WHERE tenant_id = %s AND agent = %s AND started >= %s
"""
_FORGET_PAUSES = """
    DELETE FROM calls_agentpause WHERE tenant_id = %s AND agent = %s AND started >= %s
"""
_MARKS_SINCE = """
    SELECT started, does, queue, extension, reason FROM calls_agentmark
    WHERE tenant_id = %s AND agent = %s AND started >= %s
"""


def _queue_mark(row: QueueEvent, does: Does) -> Mark:
    return Mark(
        agent=row.agent,
        at=row.at,
        does=does,
        queue=row.queue or WHOLE,
        reason=row.data[0] if row.data and does is Does.PAUSE else "",
    )


def _mark_row(each: OwnedMark) -> tuple[object, ...]:
    mark = each.mark
    told = (mark.agent, mark.at, mark.does.value, mark.queue, mark.extension, mark.reason)
    return (each.tenant, *told, each.source)


def _session_row(tenant: int, each: SessionFacts) -> tuple[object, ...]:
    return (tenant, each.agent, each.began, each.ended, each.extension, list(each.queues))


def _pause_row(tenant: int, each: PauseFacts) -> tuple[object, ...]:
    return (tenant, each.agent, each.began, each.ended, each.reason)
