"""Ended calls become rated calls, once; and anew where a table was wrong, with both figures kept.

Everything of a batch is one transaction: rated calls, their costs, and one entry in each tenant's
account. A batch that comes again finds its calls rated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Q

from conmuta.apps.rating import actions, models, partitions, queries
from conmuta.apps.rating.contracts import EndedLeg, EntryKind, Rerated
from conmuta.apps.rating.desk import Desk, Payer, Rated
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit, bulk, locks
from conmuta.platform.models import UnscopedQuery
from conmuta.platform.monthly import started_of
from conmuta.platform.scope import Scope

AT_ONCE: Final = 5000
CALLS: Final = bulk.Target(
    "rating_ratedcall",
    bulk.columns(
        "tenant_id operator_id node linkedid leg version started current caller number gateway"
        " answered seconds table_name prefix destination per_minute setup billed_seconds amount"
        " currency problem batch"
    ),
)
COSTS: Final = bulk.Target(
    "rating_callcost",
    bulk.columns(
        "operator_id company node leg version started current gateway answered table_name prefix"
        " billed_seconds amount currency price price_currency problem"
    ),
)
_COLUMNS: Final = ", ".join(CALLS.columns)
_CHARGE: Final = f"""
    WITH rated AS (
        INSERT INTO rating_ratedcall ({_COLUMNS})
        SELECT {_COLUMNS} FROM staging_rating_ratedcall
        ON CONFLICT (leg, node, version, started) DO NOTHING
        RETURNING tenant_id, currency, amount
    )
    INSERT INTO rating_accountentry (tenant_id, kind, amount, currency, key, note)
    SELECT tenant_id, 'charge', -sum(amount), currency, %s || ':' || currency, ''
    FROM rated GROUP BY tenant_id, currency HAVING sum(amount) > 0
    RETURNING tenant_id
"""  # noqa: S608 — columns' names, all ours
_KNOWN: Final = """
    SELECT leg, node, version, tenant_id, number, gateway, seconds, amount, currency
    FROM rating_ratedcall
    WHERE current AND leg = ANY(%s) AND node = ANY(%s) AND started BETWEEN %s AND %s
"""
_REPLACED: Final = """
    UPDATE {table} SET current = false
    FROM unnest(%s::text[], %s::bigint[]) AS gone(leg, node)
    WHERE {table}.leg = gone.leg AND {table}.node = gone.node AND {table}.current
        AND {table}.started BETWEEN %s AND %s
"""

Pair = tuple[dict[str, Any], Rated]
"""What was written of a call, and what it comes to now."""

Place = tuple[str, int]
"""A leg and its node."""


@transaction.atomic
def rate(scope: Scope, legs: Sequence[EndedLeg]) -> int:
    """Rates what is not rated yet, and what is not as it was; how many. In the system's scope."""
    known = _known(legs)
    fresh = {(leg.leg, leg.node): leg for leg in legs}
    changed = {}
    for place, row in known.items():
        leg = fresh.pop(place, None)
        if leg is not None and not _is_same(row, leg):
            changed[place] = leg
    desk = desk_for(scope, [*fresh.values(), *changed.values()])
    _write(scope, [desk.rate(leg) for leg in fresh.values() if leg.tenant in desk.payers])
    _replace(scope, [(known[place], desk.rate(leg)) for place, leg in changed.items()])
    return len(fresh) + len(changed)


def _known(legs: Sequence[EndedLeg]) -> dict[Place, dict[str, Any]]:
    names, nodes = [leg.leg for leg in legs], list({leg.node for leg in legs})
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [names, nodes, *partitions.span_of(names)])
        columns = [column.name for column in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    return {(row["leg"], row["node"]): row for row in rows}


def _is_same(row: dict[str, Any], leg: EndedLeg) -> bool:
    now = (leg.tenant, leg.number, leg.gateway, round(leg.seconds, 3))
    return (row["tenant_id"], row["number"], row["gateway"], round(row["seconds"], 3)) == now


def desk_for(scope: Scope, legs: Iterable[EndedLeg]) -> Desk:
    """The desk at which these calls are rated: who pays for them, and by which tables."""
    views = tenancy.tenants(scope, ids={leg.tenant for leg in legs})
    owners = {view.id: view.operator_id for view in views}
    zones = {each.id: ZoneInfo(each.facts.time_zone) for each in tenancy.operators(scope)}
    rows = models.PriceTable.objects.within(scope).filter(operator_id__in=set(owners.values()))
    tables = {(row.operator_id, row.name): row for row in rows}
    terms = models.Terms.objects.within(scope).filter(tenant_id__in=owners)
    sold = {
        row.tenant_id: tables[owners[row.tenant_id], row.prices].pk
        for row in terms
        if row.prices and (owners[row.tenant_id], row.prices) in tables
    }
    bought = {(row.operator_id, name): row.pk for row in rows for name in row.gateways}
    books = queries.books_of(scope, [*sold.values(), *bought.values()])
    payers = {
        tenant: Payer(owner, zones[owner], books.get(sold.get(tenant, 0)))
        for tenant, owner in owners.items()
    }
    return Desk(payers, {place: books[pk] for place, pk in bought.items()})


def _write(scope: Scope, rated: Sequence[Rated]) -> None:
    """The first figures of these calls, and what they cost together, as one entry for each
    tenant."""
    if not rated:
        return
    batch = uuid4()
    partitions.ensure_for(each.leg.leg for each in rated)
    bulk.stage(CALLS, [_call(each, 1, batch) for each in rated])
    with connection.cursor() as cursor:
        cursor.execute(_CHARGE, [f"calls:{batch}"])
        charged = {row[0] for row in cursor.fetchall()}
    bulk.write(COSTS, [_cost(each, 1) for each in rated])
    _tell(scope, charged)


def _tell(scope: Scope, tenants: Iterable[int]) -> None:
    for tenant in sorted(tenants):
        with Scope.for_tenant(tenant, scope.actor).active() as own:
            actions.tell_funds(own)


def _call(rated: Rated, version: int, batch: UUID) -> tuple[object, ...]:
    leg, charge, tariff = rated.leg, rated.sold, rated.sold_by
    rate = charge.rate
    return (
        *(leg.tenant, rated.operator, leg.node, leg.linkedid, leg.leg, version),
        *(started_of(leg.leg), True),
        *(leg.caller, leg.number, leg.gateway, leg.answered, leg.seconds),
        tariff.name if tariff else "",
        *((rate.prefix, rate.destination) if rate else ("", "")),
        *((rate.per_minute, rate.setup) if rate else (0, 0)),
        *(charge.billed_seconds, charge.amount),
        tariff.currency if tariff else "",
        *(charge.problem, batch),
    )


def _cost(rated: Rated, version: int) -> tuple[object, ...]:
    leg, charge, tariff = rated.leg, rated.bought, rated.bought_by
    return (
        *(rated.operator, leg.tenant, leg.node, leg.leg, version, started_of(leg.leg), True),
        *(leg.gateway, leg.answered),
        tariff.name if tariff else "",
        charge.rate.prefix if charge.rate else "",
        *(charge.billed_seconds, charge.amount),
        tariff.currency if tariff else "",
        rated.sold.amount,
        rated.sold_by.currency if rated.sold_by else "",
        charge.problem,
    )


def _replace(scope: Scope, pairs: Sequence[Pair]) -> None:
    """New figures beside the old ones, and the difference as a correction."""
    if not pairs:
        return
    legs, nodes = [old["leg"] for old, _ in pairs], [old["node"] for old, _ in pairs]
    partitions.ensure_for(legs)
    with connection.cursor() as cursor:
        for target in (CALLS, COSTS):
            statement = _REPLACED.format(table=target.table)
            cursor.execute(statement, [legs, nodes, *partitions.span_of(legs)])
    batch = uuid4()
    bulk.write(CALLS, [_call(new, old["version"] + 1, batch) for old, new in pairs])
    bulk.write(COSTS, [_cost(new, old["version"] + 1) for old, new in pairs])
    _correct(scope, _differences(pairs), batch)


def _differences(pairs: Iterable[Pair]) -> dict[tuple[int, str], int]:
    """What each tenant's account gets back, by currency; below zero where it owes more."""
    found: dict[tuple[int, str], int] = {}
    for old, new in pairs:
        was = (new.leg.tenant, old["currency"])
        found[was] = found.get(was, 0) + old["amount"]
        if new.sold_by is not None:
            now = (new.leg.tenant, new.sold_by.currency)
            found[now] = found.get(now, 0) - new.sold.amount
    return {place: amount for place, amount in found.items() if amount}


def _correct(scope: Scope, differences: dict[tuple[int, str], int], batch: UUID) -> None:
    entries = [
        models.AccountEntry(
            tenant_id=tenant,
            kind=EntryKind.CORRECTION,
            amount=amount,
            currency=currency,
            key=f"calls:{batch}:{currency}",
            note="calls rated anew",
        )
        for (tenant, currency), amount in differences.items()
    ]
    models.AccountEntry.objects.within(scope).bulk_create(entries)
    _tell(scope, {tenant for tenant, _ in differences})


@transaction.atomic
def rerate(scope: Scope, since: datetime, until: datetime, tenant: str | None = None) -> Rerated:
    """Rates an operator's calls of a time by the tables as they are now.

    Where a figure differs, the old one stays beside the new, and the difference goes to the
    tenant's account. Done again it finds nothing to do.
    """
    if scope.operator_id is None:
        raise UnscopedQuery("Calls are rated anew for one operator: enter its scope.")
    locks.lock(scope)
    company = None if tenant is None else tenancy.tenant_by_slug(scope, tenant).id
    with Scope.system(scope.actor).active() as system:
        rows = models.RatedCall.objects.within(system).filter(
            operator_id=scope.operator_id, current=True, answered__gte=since, answered__lt=until
        )
        if company is not None:
            rows = rows.filter(tenant_id=company)
        told = _rerated(system, rows)
    period = {"since": since.isoformat(), "until": until.isoformat(), "tenant": tenant}
    audit.record(scope, "rated anew", "rating.calls", after={**period, "changed": told.changed})
    return told


def _rerated(scope: Scope, rows: Any) -> Rerated:
    told, rest = Rerated(looked_at=0, changed=0, before={}, after={}), rows
    while page := list(rest.order_by("answered", "leg", "node").select_for_update()[:AT_ONCE]):
        rest = _after(rows, page[-1])
        costs = _costs_of(scope, page)
        desk = desk_for(scope, legs := [_leg_of(row) for row in page])
        pairs = [
            (_facts_of(row), new)
            for row, new in zip(page, map(desk.rate, legs), strict=True)
            if _differs(row, costs.get((row.leg, row.node)), new)
        ]
        _replace(scope, pairs)
        told = _summed(told, len(page), pairs)
    return told


def _after(rows: Any, last: models.RatedCall) -> Any:
    """Those behind `last`; a new version of a row on its page is not among them."""
    later = Q(leg__gt=last.leg) | Q(leg=last.leg, node__gt=last.node)
    same_instant = Q(answered=last.answered) & later
    return rows.filter(Q(answered__gt=last.answered) | same_instant, answered__gte=last.answered)


def _leg_of(row: models.RatedCall) -> EndedLeg:
    return EndedLeg(
        tenant=row.tenant_id,
        node=row.node,
        linkedid=row.linkedid,
        leg=row.leg,
        caller=row.caller,
        number=row.number,
        gateway=row.gateway,
        answered=row.answered,
        ended=row.answered + timedelta(seconds=row.seconds),
    )


def _facts_of(row: models.RatedCall) -> dict[str, Any]:
    names = ("leg", "node", "version", "amount", "currency")
    return {name: getattr(row, name) for name in names}


def _costs_of(scope: Scope, page: Sequence[models.RatedCall]) -> dict[Place, tuple[object, ...]]:
    legs = [row.leg for row in page]
    rows = models.CallCost.objects.within(scope).filter(
        leg__in=legs, current=True, started__range=partitions.span_of(legs)
    )
    return {(row.leg, row.node): (row.amount, row.currency, row.table_name) for row in rows}


def _differs(row: models.RatedCall, cost: tuple[object, ...] | None, new: Rated) -> bool:
    _, *_, amount, currency, problem, _ = _call(new, row.version, row.batch)
    sold = (row.amount, row.currency, row.problem) != (amount, currency, problem)
    by = new.bought_by
    bought = (new.bought.amount, by.currency if by else "", by.name if by else "")
    return sold or cost != bought


def _summed(told: Rerated, looked_at: int, pairs: Iterable[Pair]) -> Rerated:
    before, after, changed = dict(told.before), dict(told.after), told.changed
    for old, new in pairs:
        changed += 1
        before[old["currency"]] = before.get(old["currency"], 0) + old["amount"]
        currency = new.sold_by.currency if new.sold_by else ""
        after[currency] = after.get(currency, 0) + new.sold.amount
    return replace(
        told, looked_at=told.looked_at + looked_at, changed=changed, before=before, after=after
    )
