"""CEL batches: events kept, and the calls that they tell folded anew.

A call that begins in a batch needs nothing from the database; for any other its earlier events
are read first. Folding all of a call's events each time makes the answer independent of how the
node cut its file.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter

from django.db import connection

from conmuta.apps.calls import bulk
from conmuta.apps.calls.contracts import CallFacts
from conmuta.apps.calls.ingest import agents, common, links
from conmuta.apps.calls.ingest.common import Owned
from conmuta.apps.calls.parsing import Event, Read, read_events, started_of
from conmuta.apps.calls.rules import fold_call
from conmuta.apps.fleet.api import Batch
from conmuta.platform.scope import Scope

EVENTS = bulk.Target("calls_event", ("tenant_id", *Event._fields))
FACTS = bulk.columns(
    "linkedid direction began last_at caller caller_name callee dialled gateway call_class"
    " answered ended ring_seconds talk_seconds disposition refused queue recorded cut_short"
    " final"
)
CALLS = bulk.Target(
    "calls_call",
    ("tenant_id", "node", "started", "agent", "joined", *FACTS),
    key=("linkedid", "node", "tenant_id", "started"),
    kept=("agent",),
)

_EARLIER = """
    SELECT tenant_id, node, batch, line, started, linkedid, uniqueid, at, kind, channel, number,
        name, exten, context, app, peer, user_kind, extra
    FROM calls_event
    WHERE linkedid = ANY(%s) AND node = %s AND started BETWEEN %s AND %s
"""

Key = tuple[int, str]
"""Tenant and linkedid."""
Calls = Mapping[Key, list[Event]]

_facts = attrgetter(*FACTS)


def take_cel(scope: Scope, batch: Batch) -> None:
    """Keeps a batch's events and updates their calls."""
    reads, malformed = common.split(read_events(batch.node_id, batch.number, batch.body))
    common.keep_malformed(batch, malformed)
    common.keep_orphans("cel", take_events(scope, batch.node_id, reads, _continued(reads)))


def take_events(
    scope: Scope, node: int, reads: list[Read[Event]], continued: Collection[str]
) -> list[Read[Event]]:
    """Keeps what belongs to a tenant that we know; gives back the rest.

    `continued` are the linkedids of which the database may hold events already.
    """
    if not reads:
        return []
    common.make_partitions(reads)
    before = earlier_events(node, continued)
    owned, orphans = _owners(scope, reads, before)
    bulk.write(EVENTS, [(tenant, *row) for tenant, row in owned])
    calls: dict[Key, list[Event]] = defaultdict(list)
    for tenant, row in owned:
        calls[tenant, row.linkedid].append(row)
    write_calls(node, {key: fold_call([*before.get(key, ()), *calls[key]]) for key in calls})
    links.after_events(node, calls)
    agents.take(agents.marks_of_events(owned))
    return orphans


def earlier_events(node: int, linkedids: Collection[str]) -> Calls:
    """What the database holds of these calls."""
    calls: dict[Key, list[Event]] = defaultdict(list)
    if not linkedids:
        return calls
    starts = [started_of(linkedid) for linkedid in linkedids]
    with connection.cursor() as cursor:
        cursor.execute(
            _EARLIER,
            [list(linkedids), node, min(starts), max(starts)],
        )
        for tenant, *cells in cursor.fetchall():
            event = Event(*cells)
            calls[tenant, event.linkedid].append(event)
    return calls


def write_calls(node: int, folded: Mapping[Key, CallFacts]) -> None:
    """Makes or replaces calls; the agent, whom the queue log tells, is left as it was."""
    bulk.write(CALLS, [_call_row(node, tenant, facts) for (tenant, _), facts in folded.items()])


def _call_row(node: int, tenant: int, facts: CallFacts) -> tuple[object, ...]:
    return (tenant, node, started_of(facts.linkedid), "", list(facts.joined), *_facts(facts))


def _continued(reads: Iterable[Read[Event]]) -> set[str]:
    """Calls whose first channel did not start here: something of them came before."""
    begun, seen = set(), set()
    for read in reads:
        row = read.row
        seen.add(row.linkedid)
        if row.kind == "CHAN_START" and row.uniqueid == row.linkedid:
            begun.add(row.linkedid)
    return seen - begun


def _owners(
    scope: Scope, reads: list[Read[Event]], before: Calls
) -> tuple[list[Owned[Event]], list[Read[Event]]]:
    """A row that names no tenant belongs to its call's."""
    tenants = common.tenants_of(scope)
    of_call = {linkedid: tenant for tenant, linkedid in before}
    for read in reads:
        if read.tenant in tenants:
            of_call.setdefault(read.row.linkedid, tenants[read.tenant])
    owned, orphans = [], []
    for read in reads:
        named = tenants.get(read.tenant) if read.tenant else of_call.get(read.row.linkedid)
        if named is None:
            orphans.append(read)
        else:
            owned.append(Owned(named, read.row))
    return owned, orphans
