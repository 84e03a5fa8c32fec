"""CEL batches: events kept, and the calls that they tell folded anew.

A call that begins in a batch needs nothing from the database; for any other its earlier events
are read first. Folding all of a call's events each time makes the answer independent of how the
node cut its file.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from operator import attrgetter, itemgetter

from django.db import connection

from conmuta.apps.calls.contracts import CallFacts
from conmuta.apps.calls.ingest import agents, common, links, memory
from conmuta.apps.calls.ingest.common import Owned
from conmuta.apps.calls.ingest.memory import Key
from conmuta.apps.calls.parsing import Event, Read, read_events
from conmuta.apps.calls.rules import Folding, begin, fold
from conmuta.apps.fleet.api import Batch
from conmuta.platform import bulk
from conmuta.platform.monthly import started_of
from conmuta.platform.scope import Scope

EVENTS = bulk.Target(
    "calls_event",
    bulk.columns(
        "tenant_id node batch line started at linkedid uniqueid kind channel number name exten"
        " context app peer user_kind extra"
    ),
)
FACTS = bulk.columns(
    "linkedid direction began last_at caller caller_name callee dialled gateway call_class"
    " answered ended ring_seconds talk_seconds disposition refused queue recorded"
    " not_recorded cut_short final"
)
CALLS = bulk.Target(
    "calls_call",
    ("tenant_id", "node", "started", "agent", "joined", "settled", *FACTS),
    key=("linkedid", "node", "tenant_id", "started"),
    kept=("agent",),
)

_EARLIER = """
    SELECT tenant_id, node, batch, line, started, linkedid, uniqueid, at, kind, channel, number,
        name, exten, context, app, peer, user_kind, extra
    FROM calls_event
    WHERE linkedid = ANY(%s) AND node = %s AND started BETWEEN %s AND %s
"""

_facts = attrgetter(*FACTS)


def take_cel(scope: Scope, batch: Batch) -> None:
    """Keeps a batch's events and updates their calls."""
    node, number = batch.node_id, batch.number
    reads, malformed = common.split(read_events(node, number, batch.body))
    common.keep_malformed(batch, malformed)
    up = memory.take_out(node, number)
    before = _standing(node, reads, up)
    orphans, heard = take_events(scope, node, reads, before)
    common.keep_orphans("cel", orphans)
    memory.put_back(node, number, up, heard)


def take_events(
    scope: Scope, node: int, reads: list[Read[Event]], before: Mapping[Key, Folding]
) -> tuple[list[Read[Event]], dict[Key, Folding]]:
    """Keeps what belongs to a tenant that we know; gives back the rest, and the calls heard of.

    `before` are those of the calls of which something came earlier.
    """
    if not reads:
        return [], {}
    common.make_partitions(reads)
    owned, orphans = _owners(scope, reads, before)
    bulk.write_lines(EVENTS, [_event_line(tenant, row) for tenant, row in owned])
    heard: dict[Key, Folding] = {}
    for tenant, row in owned:
        key = (tenant, row.linkedid)
        call = heard.get(key)
        if call is None:
            call = heard[key] = before.get(key) or begin(row)
        call.add(row)
    write_calls(node, {key: call.facts() for key, call in heard.items()})
    links.after_events(node, (row for _, row in owned))
    agents.take(agents.marks_of_events(owned))
    return orphans, heard


def folded_anew(node: int, linkedids: Collection[str]) -> dict[Key, Folding]:
    """These calls, from the events that the database holds."""
    if not linkedids:
        return {}
    starts = [started_of(linkedid) for linkedid in linkedids]
    events: dict[Key, list[Event]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_EARLIER, [list(linkedids), node, min(starts), max(starts)])
        for tenant, *cells in cursor.fetchall():
            event = Event(*cells)
            events[tenant, event.linkedid].append(event)
    return {key: fold(each) for key, each in events.items()}


def _event_line(tenant: int, row: Event) -> str:
    node, batch, line, started, linkedid, uniqueid, at, *rest = row
    when = f"{started.isoformat()}\t{at.isoformat()}"
    texts = bulk.as_text([linkedid, uniqueid, *rest])
    return f"{tenant}\t{node}\t{batch}\t{line}\t{when}\t{texts}"


def write_calls(node: int, folded: Mapping[Key, CallFacts]) -> None:
    """Makes or replaces calls; the agent, whom the queue log tells, is left as it was."""
    ordered = sorted(folded.items(), key=itemgetter(0))  # whoever writes calls locks them alike
    bulk.write(CALLS, [_call_row(node, tenant, facts) for (tenant, _), facts in ordered])


def _call_row(node: int, tenant: int, facts: CallFacts) -> tuple[object, ...]:
    started = started_of(facts.linkedid)
    return (tenant, node, started, "", list(facts.joined), False, *_facts(facts))


def _standing(
    node: int, reads: Iterable[Read[Event]], up: Mapping[Key, Folding]
) -> dict[Key, Folding]:
    """Calls of which something came before: those in memory, else from the database."""
    begun, seen = set(), set()
    for read in reads:
        row = read.row
        seen.add(row.linkedid)
        if row.kind == "CHAN_START" and row.uniqueid == row.linkedid:
            begun.add(row.linkedid)
    known = {key: call for key, call in up.items() if key[1] in seen}
    return known | folded_anew(node, seen - begun - {linkedid for _, linkedid in known})


def _owners(
    scope: Scope, reads: list[Read[Event]], before: Mapping[Key, Folding]
) -> tuple[list[Owned[Event]], list[Read[Event]]]:
    """A row that names no tenant belongs to its call's."""
    owners = common.Owners.of(scope)
    of_call = {linkedid: tenant for tenant, linkedid in before}
    found = [owners.find(row.channel, slug) for row, slug, _ in reads]
    for (row, _, _), owner in zip(reads, found, strict=True):
        if owner is not None:
            of_call.setdefault(row.linkedid, owner)
    owned, orphans = [], []
    for read, owner in zip(reads, found, strict=True):
        row, slug, _ = read
        named = of_call.get(row.linkedid) if owner is None and not slug else owner
        if named is None:
            orphans.append(read)
        else:
            owned.append(Owned(named, row))
    return owned, orphans
