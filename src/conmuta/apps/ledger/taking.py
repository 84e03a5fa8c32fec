"""From a node's stream `ledger` to rows. Runs in the system's scope."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

import msgspec
import structlog

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet.api import Batch
from conmuta.apps.ledger.contracts import GuardBlocked
from conmuta.apps.ledger.models import Block, Charge
from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import FundsChanged
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import outbox
from conmuta.platform.models import UnscopedQuery
from conmuta.platform.scope import Scope
from conmuta_plan.node import LedgerEntry, LedgerKind, Stream

log = structlog.get_logger()


def take(scope: Scope, batch: Batch) -> None:
    """Takes a batch: charges and blocks are kept, funds told where a node must hear of them."""
    entries = list(_entries(batch))
    if any(entry.kind is LedgerKind.OPENED for entry in entries):
        _tell_everybody(scope)
    tenants = tenancy.slugs(scope)
    for slug in sorted({entry.tenant for entry in entries} & tenants.keys()):
        with Scope.for_tenant(tenants[slug], scope.actor).active() as own:
            _take_tenants(own, batch.node_id, [each for each in entries if each.tenant == slug])


def _entries(batch: Batch) -> Iterable[LedgerEntry]:
    for line in batch.body.splitlines():
        try:
            yield msgspec.json.decode(line, type=LedgerEntry)
        except msgspec.MsgspecError as error:
            log.warning("ledger.malformed", node=batch.node, batch=batch.number, reason=str(error))


def _take_tenants(scope: Scope, node: int, entries: list[LedgerEntry]) -> None:
    by_kind: Mapping[LedgerKind, Callable[[Scope, int, list[LedgerEntry]], None]] = {
        LedgerKind.CHARGE: _take_charges,
        LedgerKind.BLOCK: _take_blocks,
        LedgerKind.LIFTED: _take_lifted,
    }
    for kind, taker in by_kind.items():
        if mine := [entry for entry in entries if entry.kind is kind]:
            taker(scope, node, mine)


def _take_charges(scope: Scope, node: int, entries: list[LedgerEntry]) -> None:
    rated = rating.rated_legs(scope, node, [entry.leg for entry in entries])
    rows = [
        Charge(
            tenant_id=_tenant(scope),
            node=node,
            entry=entry.id,
            leg=entry.leg,
            linkedid=entry.linkedid,
            extension=entry.extension,
            number=entry.number,
            country=entry.country,
            currency=entry.currency,
            seconds=entry.seconds,
            amount=entry.amount,
            at=datetime.fromisoformat(entry.at),
            rated=entry.leg in rated,
        )
        for entry in entries
    ]
    Charge.objects.within(scope).bulk_create(rows, ignore_conflicts=True)
    # Rated: the account has them, the node must not take them off as well. Several nodes: what one
    # charged the others may not spend, and they hear of it now, not once it is rated.
    if rated or fleet.has_several_nodes():
        rating.tell_funds(scope)


def _take_blocks(scope: Scope, node: int, entries: list[LedgerEntry]) -> None:
    for entry in entries:
        _, is_new = Block.objects.within(scope).get_or_create(
            node=node,
            entry=entry.id,
            defaults={
                "tenant_id": _tenant(scope),
                "extension": entry.extension,
                "reason": entry.reason,
                "number": entry.number,
                "at": datetime.fromisoformat(entry.at),
                "until": datetime.fromisoformat(entry.until) if entry.until else None,
            },
        )
        if is_new:
            told = GuardBlocked(
                extension=entry.extension,
                reason=entry.reason,
                number=entry.number,
                at=entry.at,
                until=entry.until,
            )
            outbox.record(told, scope)


def _take_lifted(scope: Scope, node: int, entries: list[LedgerEntry]) -> None:
    for entry in entries:
        rows = Block.objects.within(scope).filter(
            node=node, extension=entry.extension, lifted_at=None, entry__lt=entry.id
        )
        rows.update(lifted_at=datetime.fromisoformat(entry.at))


def _tenant(scope: Scope) -> int:
    if scope.tenant_id is None:
        raise UnscopedQuery("A ledger's line is a tenant's: enter its scope.")
    return scope.tenant_id


def _tell_everybody(scope: Scope) -> None:
    """A node's ledger is new: it knows of no funds."""
    for slug, tenant in sorted(tenancy.slugs(scope).items()):
        outbox.record(FundsChanged(tenant=slug), Scope.for_tenant(tenant, scope.actor))


BATCH_HANDLERS = {Stream.LEDGER: take}
