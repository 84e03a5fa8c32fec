"""Calls that are over and went out, for whoever charges for them: each is looked at once.

A call that is told anew (a late line, a start that was missed) is looked at again.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db import connection
from django.db.models import Q

from conmuta.apps.calls.contracts import EndedCall
from conmuta.apps.calls.models import Call
from conmuta.apps.calls.parsing import Event
from conmuta.apps.calls.rules.outside import outside_legs
from conmuta.platform.scope import Scope

UNSETTLED: Final = Q(settled=False) & (Q(final=True) | Q(cut_short=True)) & ~Q(call_class="")
_EVENTS: Final = """
    SELECT tenant_id, node, batch, line, started, linkedid, uniqueid, at, kind, channel, number,
        name, exten, context, app, peer, user_kind, extra
    FROM calls_event
    WHERE linkedid = ANY(%s) AND node = ANY(%s) AND started BETWEEN %s AND %s
        AND kind IN ('CHAN_START', 'ANSWER', 'HANGUP', 'CHAN_END', 'LINKEDID_END', 'USER_DEFINED')
"""
_SETTLE: Final = """
    UPDATE calls_call c SET settled = true
    FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[])
        AS over(linkedid, node, tenant_id, started)
    WHERE c.linkedid = over.linkedid AND c.node = over.node AND c.tenant_id = over.tenant_id
        AND c.started = over.started
"""


def ended_calls(scope: Scope, limit: int) -> list[EndedCall]:
    """Ended calls that nobody has settled, locked until this transaction is over; what others
    have locked is left to them. Needs the system's scope."""
    rows = list(
        Call.objects.within(scope)
        .filter(UNSETTLED)
        .order_by("started")
        .select_for_update(skip_locked=True)[:limit]
    )
    events = _events(rows)
    return [
        EndedCall(
            tenant=row.tenant_id,
            node=row.node,
            linkedid=row.linkedid,
            started=row.started,
            legs=tuple(
                leg
                for leg in outside_legs(events.get((row.node, row.linkedid), ()))
                if leg.tenant == row.tenant_id
            ),
        )
        for row in rows
    ]


def settle(calls: Sequence[EndedCall]) -> None:
    """These calls are charged for: nobody looks at them again."""
    columns = zip(
        *((call.linkedid, call.node, call.tenant, call.started) for call in calls), strict=True
    )
    if calls:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, [list(column) for column in columns])


def _events(rows: Sequence[Call]) -> dict[tuple[int, str], list[tuple[int, Event]]]:
    """All that the channels of these calls did, whichever tenant's side they were."""
    found: dict[tuple[int, str], list[tuple[int, Event]]] = defaultdict(list)
    if not rows:
        return found
    starts = [row.started for row in rows]
    linkedids, nodes = [row.linkedid for row in rows], list({row.node for row in rows})
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS, [linkedids, nodes, min(starts), max(starts)])
        for tenant, *cells in cursor.fetchall():
            event = Event(*cells)
            found[event.node, event.linkedid].append((tenant, event))
    return found
