"""Queue log batches: lines kept, and the visits and agents that they tell."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db import connection

from conmuta.apps.calls.contracts import VisitFacts
from conmuta.apps.calls.ingest import agents, common, links
from conmuta.apps.calls.ingest.common import Owned
from conmuta.apps.calls.models import NodeStart
from conmuta.apps.calls.parsing import QueueEvent, Read, read_queue
from conmuta.apps.calls.rules import fold_visits
from conmuta.apps.fleet.api import Batch
from conmuta.platform import bulk
from conmuta.platform.monthly import started_of
from conmuta.platform.scope import Scope

LINES = bulk.Target("calls_queueevent", ("tenant_id", *QueueEvent._fields))
VISITS = bulk.Target(
    "calls_queuevisit",
    bulk.columns(
        "tenant_id node started linkedid uniqueid ordinal queue entered caller position connected"
        " ended wait_seconds talk_seconds result key agent refusals"
    ),
    key=("uniqueid", "node", "ordinal", "started"),
)
_LINES_OF = """
    SELECT tenant_id, node, batch, line, started, call, at, queue, agent, kind, data
    FROM calls_queueevent
    WHERE call = ANY(%s) AND node = %s AND started BETWEEN %s AND %s
"""
OF_THE_NODE = frozenset(
    {"CONFIGRELOAD", "PAUSEALL", "UNPAUSEALL", "QUEUESTART", "PENALTY", "RINGINUSE", "AGENTDUMP"}
)
"""Kinds that concern no queue, or repeat what each queue's own line tells."""

_INTERFACE = re.compile(r"[A-Za-z]+/(?P<number>[^@/]+)(@.*)?")

Key = tuple[int, str]
"""Tenant and the caller's uniqueid."""


def take_queue(scope: Scope, batch: Batch) -> None:
    """Keeps a batch's lines and updates visits, sessions and pauses."""
    reads, malformed = common.split(read_queue(batch.node_id, batch.number, batch.body))
    common.keep_malformed(batch, malformed)
    _note_starts(batch.node_id, reads)
    reads = [read for read in reads if read.row.queue or read.row.kind not in OF_THE_NODE]
    common.keep_orphans("queue", take_lines(scope, batch.node_id, reads))


def take_lines(scope: Scope, node: int, reads: list[Read[QueueEvent]]) -> list[Read[QueueEvent]]:
    """Keeps what belongs to a tenant that we know; gives back the rest."""
    if not reads:
        return []
    common.make_partitions(reads)
    owned, orphans = _owners(common.tenants_of(scope), reads)
    bulk.write(LINES, [(tenant, *row[:-1], list(row.data)) for tenant, row in owned])
    callers = {row.call for _, row in owned if row.call}
    if callers:
        _write_visits(node, _visits(node, callers))
    agents.take(agents.marks_of_queue(owned))
    return orphans


def _note_starts(node: int, reads: Iterable[Read[QueueEvent]]) -> None:
    starts = {read.row.at for read in reads if read.row.kind == "QUEUESTART"}
    rows = [NodeStart(node=node, at=at) for at in starts]
    NodeStart.objects.bulk_create(rows, ignore_conflicts=True)


def _owners(
    tenants: Mapping[str, int], reads: list[Read[QueueEvent]]
) -> tuple[list[Owned[QueueEvent]], list[Read[QueueEvent]]]:
    owned, orphans = [], []
    for read in reads:
        slug = slug_of(read.row.queue, tenants)
        if slug is None:
            orphans.append(read)
        else:
            owned.append(Owned(tenants[slug], _named(read.row, slug)))
    return owned, orphans


def slug_of(queue: str, tenants: Mapping[str, int]) -> str | None:
    """The tenant whose `SLUG-NAME` this is; the longest slug, for slugs have hyphens too."""
    parts = queue.split("-")
    for count in range(len(parts) - 1, 0, -1):
        slug = "-".join(parts[:count])
        if slug in tenants:
            return slug
    return None


def _named(row: QueueEvent, slug: str) -> QueueEvent:
    """The queue by its own name, the agent by number, without the tenant's prefix."""
    found = _INTERFACE.fullmatch(row.agent)
    agent = (found["number"] if found else row.agent).removeprefix(f"{slug}-")
    return row._replace(queue=row.queue.removeprefix(f"{slug}-"), agent=agent)


def _visits(node: int, callers: set[str]) -> dict[Key, list[VisitFacts]]:
    starts = [started_of(caller) for caller in callers]
    lines: dict[Key, list[QueueEvent]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(
            _LINES_OF,
            [list(callers), node, min(starts), max(starts)],
        )
        for tenant, *cells in cursor.fetchall():
            row = QueueEvent(*cells)
            lines[tenant, row.call].append(row)
    return {key: fold_visits(rows) for key, rows in lines.items()}


def _write_visits(node: int, visits: Mapping[Key, list[VisitFacts]]) -> None:
    calls = links.calls_of(node, {caller for _, caller in visits})
    rows = [
        _visit_row(node, tenant, calls[caller], visit)
        for (tenant, caller), each in visits.items()
        for visit in each
    ]
    bulk.write(VISITS, rows)
    links.name_agents(node, set(calls.values()))


def _visit_row(node: int, tenant: int, linkedid: str, visit: VisitFacts) -> tuple[object, ...]:
    place = (tenant, node, started_of(visit.uniqueid), linkedid, visit.uniqueid, visit.ordinal)
    when = (visit.connected, visit.ended, visit.wait_seconds, visit.talk_seconds)
    told = (visit.result.value, visit.key, visit.agent, visit.refusals)
    return (*place, visit.queue, visit.entered, visit.caller, visit.position, *when, *told)
