"""Verbs on price tables, on how a tenant pays, and on its account."""

from collections.abc import Sequence
from typing import Final

from django.db import connection, transaction
from django.db.models import F

from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import faults, models, queries
from conmuta.apps.rating.contracts import Entry, EntryKind, FundsChanged, Tariff, Terms
from conmuta.apps.rating.errors import (
    GatewayPricedTwice,
    KeyUsed,
    NoSuchTable,
    NotAnAmount,
    NotBilled,
    OtherCurrency,
    TableSold,
)
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit, locks, nouns, outbox
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope

LONGEST_KEY: Final = 100
LARGEST: Final = 10**15


@transaction.atomic
def save_tables(scope: Scope, tables: Sequence[Tariff]) -> list[Change[Tariff]]:
    """Makes or changes price tables. A gateway's prices are in one table."""
    nouns.refuse(queries.TABLES, tables, faults.table_faults)
    changes = nouns.put(scope, queries.TABLES, tables)
    _refuse_priced_twice(queries.tables(scope))
    names = [change.key for change in changes]
    for change in changes:
        if change.before and change.after and change.before.currency != change.after.currency:
            _refuse_sold(scope, [change.key])
    rows = models.PriceTable.objects.within(scope).filter(name__in=names)
    rows.update(revision=F("revision") + 1)
    return fleet.touched(scope, changes)


def _refuse_priced_twice(tables: dict[str, Tariff]) -> None:
    seen: dict[str, str] = {}
    for table in tables.values():
        for gateway in table.gateways:
            if gateway in seen:
                raise GatewayPricedTwice(gateway=gateway, table=seen[gateway])
            seen[gateway] = table.name


@transaction.atomic
def remove_tables(scope: Scope, names: Sequence[str]) -> list[Change[Tariff]]:
    """Removes price tables by which nobody pays. Calls that were rated keep their figures."""
    locks.lock(scope)
    _refuse_sold(scope, names)
    return fleet.touched(scope, nouns.remove(scope, queries.TABLES, names))


def _refuse_sold(scope: Scope, names: Sequence[str]) -> None:
    tenants = tenancy.slugs(scope)
    with Scope.system(scope.actor).active() as system:
        rows = models.Terms.objects.within(system).filter(tenant_id__in=tenants.values())
        row = rows.filter(prices__in=names).first()
    if row is not None:
        slug = next(slug for slug, pk in tenants.items() if pk == row.tenant_id)
        raise TableSold(name=row.prices, tenant=slug)


@transaction.atomic
def save_terms(scope: Scope, terms: Sequence[Terms]) -> list[Change[Terms]]:
    """Says how a tenant pays: in the tenant's scope, on its operator's behalf.

    Raises `NoSuchTable` for a table that is not its operator's.
    """
    nouns.refuse(queries.TERMS, terms, faults.terms_faults)
    for each in terms:
        _refuse_other_currency(scope, each)
    changes = fleet.touched(scope, nouns.put(scope, queries.TERMS, terms))
    if changes:
        tell_funds(scope)
    return changes


def tell_funds(scope: Scope) -> None:
    """What `scope`'s tenant may spend has changed: whoever holds calls to it hears of it."""
    outbox.record(FundsChanged(tenant=tenancy.tenant_of(scope).slug), scope)


def _refuse_other_currency(scope: Scope, wanted: Terms) -> None:
    """An account is in one currency; an empty one may change it."""
    operator = tenancy.operator_of(scope)
    with Scope.for_operator(operator.id, scope.actor).active() as own:
        locks.lock(own)
        tables = queries.tables(own)
    if wanted.prices is None:
        return
    table = tables.get(wanted.prices)
    if table is None or table.gateways:
        raise NoSuchTable(name=wanted.prices)
    held = queries.terms(scope)
    before = tables.get(held.prices or "")
    if before is None or before.currency == table.currency:
        return
    if queries.balance_of(scope, before.currency):
        slug = tenancy.tenant_of(scope).slug
        raise OtherCurrency(tenant=slug, currency=before.currency, wanted=table.currency)


@transaction.atomic
def remove_terms(scope: Scope, names: Sequence[str] = ("terms",)) -> list[Change[Terms]]:
    """From now on this tenant's calls are not billed."""
    return fleet.touched(scope, nouns.remove(scope, queries.TERMS, names))


@transaction.atomic
def top_up(scope: Scope, amount: int, key: str, note: str = "") -> Entry:
    """Adds what a tenant has paid, in millionths. The same key again adds nothing, and gives the
    entry that there is. Raises `KeyUsed` where that is another amount's."""
    if not 0 < amount < LARGEST:
        raise NotAnAmount(amount=amount, wanted="a payment is above zero.")
    return _add(scope, EntryKind.TOP_UP, amount, f"top-up:{key}", note)


@transaction.atomic
def correct(scope: Scope, amount: int, key: str, note: str) -> Entry:
    """Puts an account right by an amount, up or down, that `note` explains."""
    if not 0 < abs(amount) < LARGEST:
        raise NotAnAmount(amount=amount, wanted="a correction is above or below zero.")
    return _add(scope, EntryKind.CORRECTION, amount, f"correction:{key}", note)


def _add(scope: Scope, kind: EntryKind, amount: int, key: str, note: str) -> Entry:
    currency = queries.currency_of(scope, queries.terms(scope))
    if currency is None:
        raise NotBilled
    if len(key) > LONGEST_KEY or len(note) > LONGEST_KEY * 2:
        raise NotAnAmount(amount=amount, wanted="its key or its note is too long.")
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [scope.tenant_id, str(kind), amount, currency, key, note])
        added = cursor.rowcount == 1
    row = models.AccountEntry.objects.within(scope).get(key=key)
    if not added and (row.kind, row.amount, row.currency) != (kind, amount, currency):
        raise KeyUsed(key=key)
    if added:
        told = {"amount": amount, "currency": currency, "note": note}
        audit.record(scope, str(kind), f"rating.account:{key}", after=told)
        tell_funds(scope)
    return queries.entry_of(row)


_ADD: Final = """
    INSERT INTO rating_accountentry (tenant_id, kind, amount, currency, key, note)
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (tenant_id, key) DO NOTHING
"""
