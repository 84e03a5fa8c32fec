"""CDR batches: each line a leg of its call. Calls themselves are told by events, not by legs."""

from collections.abc import Collection

from django.db import connection

from conmuta.apps.calls.ingest import common
from conmuta.apps.calls.ingest.common import Owned
from conmuta.apps.calls.parsing import Leg, Read, read_legs
from conmuta.apps.fleet.api import Batch
from conmuta.platform import bulk
from conmuta.platform.monthly import started_of
from conmuta.platform.scope import Scope

LEGS = bulk.Target("calls_leg", ("tenant_id", *Leg._fields))


def take_cdr(scope: Scope, batch: Batch) -> None:
    """Keeps a batch's legs."""
    reads, malformed = common.split(read_legs(batch.node_id, batch.number, batch.body))
    common.keep_malformed(batch, malformed)
    common.keep_orphans("cdr", take_legs(scope, batch.node_id, reads))


def take_legs(scope: Scope, node: int, reads: list[Read[Leg]]) -> list[Read[Leg]]:
    """Keeps what belongs to a tenant that we know; gives back the rest."""
    if not reads:
        return []
    common.make_partitions(reads)
    owners = common.Owners.of(scope)
    found = [owners.find(read.row.channel, read.tenant) for read in reads]
    pairs = list(zip(reads, found, strict=True))
    unnamed = {read.row.linkedid for read, owner in pairs if owner is None and not read.tenant}
    of_call = tenants_of_calls(node, unnamed)
    for read, owner in pairs:
        if owner is not None:
            of_call.setdefault(read.row.linkedid, owner)
    owned, orphans = [], []
    for read, owner in pairs:
        named = of_call.get(read.row.linkedid) if owner is None and not read.tenant else owner
        if named is None:
            orphans.append(read)
        else:
            owned.append(Owned(named, read.row))
    bulk.write(LEGS, [(tenant, *row) for tenant, row in owned])
    return orphans


def tenants_of_calls(node: int, linkedids: Collection[str]) -> dict[str, int]:
    """Whose calls these are, as far as their events have come."""
    if not linkedids:
        return {}
    starts = [started_of(linkedid) for linkedid in linkedids]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT linkedid, min(tenant_id) FROM calls_call WHERE linkedid = ANY(%s)"
            " AND node = %s AND started BETWEEN %s AND %s GROUP BY linkedid",
            [list(linkedids), node, min(starts), max(starts)],
        )
        return dict(cursor.fetchall())
