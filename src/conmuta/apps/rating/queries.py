"""Price tables, terms, funds and rated calls."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.db.models import Sum
from django.utils import timezone

from conmuta.apps.rating import models, partitions, rules
from conmuta.apps.rating.contracts import (
    Account,
    Entry,
    EntryKind,
    Funds,
    GuardPolicy,
    OnNet,
    Price,
    PriceTable,
    Rate,
    RatedView,
    Rounding,
    Statement,
    Tariff,
    Terms,
)
from conmuta.apps.rating.errors import NoSuchTable
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import nouns
from conmuta.platform.nouns import Mention, Named, Noun, declare
from conmuta.platform.scope import Scope

MOST_AT_ONCE: Final = 1000
RATE_FIELDS: Final[tuple[str, ...]] = (
    "prefix",
    "per_minute",
    "setup",
    "minimum",
    "increment",
    "country",
    "premium",
    "destination",
    "valid_from",
    "valid_until",
)
NO_TERMS: Final = Terms()


def _gateways(table: Tariff) -> Iterator[Named]:
    for index, name in enumerate(table.gateways):
        yield ("gateways", str(index)), name


TABLES = declare(
    Noun(
        "rating.price_table",
        models.PriceTable,
        Tariff,
        mentions=(Mention("trunks.operator_gateway", _gateways),),
    )
)
TERMS = declare(Noun("rating.terms", models.Terms, Terms))
GUARDS = declare(Noun("rating.guard", models.TenantGuard, GuardPolicy))
GUARD_DEFAULTS = declare(Noun("rating.guard_defaults", models.GuardDefaults, GuardPolicy))


def tables(scope: Scope) -> dict[str, Tariff]:
    """The operator's price tables, bought and sold."""
    return nouns.load(scope, TABLES)


def rates(
    scope: Scope, table: str, on: date | None = None, within: Collection[str] | None = None
) -> list[Rate]:
    """The prices of a table by prefix and first day; with `on` those in force that day, with
    `within` those of these prefixes alone."""
    found = _rates_of(scope, table_row(scope, table).pk, within)
    if on is None:
        return found
    by_prefix = rules.book(Tariff(name=table, currency=""), found).by_prefix
    held = (rules.in_force(each, on) for each in by_prefix.values())
    return [rate for rate in held if rate is not None]


def table_row(scope: Scope, name: str) -> models.PriceTable:
    """The row of a price table. Raises `NoSuchTable`."""
    row = models.PriceTable.objects.within(scope).filter(name=name).first()
    if row is None:
        raise NoSuchTable(name=name)
    return row


def _rates_of(scope: Scope, table: int, within: Collection[str] | None = None) -> list[Rate]:
    rows = models.Rate.objects.within(scope).filter(table_id=table)
    if within is not None:
        rows = rows.filter(prefix__in=within)
    ordered = rows.order_by("prefix", "valid_from").values_list(*RATE_FIELDS)
    return [Rate(**dict(zip(RATE_FIELDS, row, strict=True))) for row in ordered]


def price_table(scope: Scope, name: str, on: date | None = None) -> PriceTable:
    """A table's prices of today as the operator's plan has them. Raises `NoSuchTable`."""
    row = table_row(scope, name)
    prefixes, prices = {}, {}
    for rate in rates(scope, name, on or today(scope)):
        price = rules.price_of(rate)
        key = _name_of(price)
        prefixes[rate.prefix], prices[key] = key, price
    return PriceTable(name=name, currency=row.currency, prefixes=prefixes, prices=prices)


def price_tables(scope: Scope, on: date | None = None) -> tuple[PriceTable, ...]:
    """Every table that is sold to tenants, as `price_table`."""
    sold = sorted(name for name, table in tables(scope).items() if not table.gateways)
    return tuple(price_table(scope, name, on) for name in sold)


def _name_of(price: Price) -> str:
    """The same for equal prices, whatever else a table has: equal tables give equal plans."""
    steps = f"{price.per_minute}-{price.setup}-{price.minimum}-{price.increment}"
    return f"{steps}-{price.country}{'-premium' if price.premium else ''}"


def cost_prefixes(
    scope: Scope, gateway: str, on: date | None = None, within: Collection[str] | None = None
) -> dict[str, int]:
    """What a minute costs through this gateway today, by prefix, in millionths of its table's
    currency; nothing where no table says. `within`: these prefixes alone."""
    table = next((each for each in tables(scope).values() if gateway in each.gateways), None)
    if table is None:
        return {}
    held = rates(scope, table.name, on or today(scope), within)
    return {rate.prefix: rate.per_minute for rate in held}


def today(scope: Scope) -> date:
    """The day where the scope's operator is."""
    zone = ZoneInfo(tenancy.operator_of(scope).facts.time_zone)
    return timezone.now().astimezone(zone).date()


def terms(scope: Scope) -> Terms:
    """How `scope`'s tenant pays."""
    return nouns.load(scope, TERMS).get(NO_TERMS.name, NO_TERMS)


def funds(scope: Scope) -> Funds | None:
    """What `scope`'s tenant may still spend; None: its calls are not billed."""
    held = terms(scope)
    currency = currency_of(scope, held)
    if currency is None:
        return None
    balance = balance_of(scope, currency)
    left = balance + (held.credit_limit or 0)
    unlimited = not held.prepaid and held.credit_limit is None
    return Funds(
        currency=currency,
        balance=balance,
        prepaid=held.prepaid,
        left=None if unlimited else left,
    )


def rated_legs(scope: Scope, node: int, legs: Collection[str]) -> frozenset[str]:
    """Which of these far channels of a node are rated: what they cost is in the account."""
    rows = models.RatedCall.objects.within(scope).filter(
        node=node, leg__in=legs, started__range=partitions.span_of(legs)
    )
    return frozenset(rows.values_list("leg", flat=True))


def currency_of(scope: Scope, held: Terms) -> str | None:
    """The currency in which a tenant pays; its operator's tables are not its own to see."""
    if held.prices is None:
        return None
    operator = tenancy.operator_of(scope).id
    with Scope.for_operator(operator, scope.actor).active() as own:
        return table_row(own, held.prices).currency


def balance_of(scope: Scope, currency: str) -> int:
    """The sum of a tenant's entries in one currency."""
    rows = models.AccountEntry.objects.within(scope).filter(currency=currency)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


def account(scope: Scope, limit: int = 100, before: datetime | None = None) -> Account | None:
    """The tenant's funds and its entries, the newest first; None: it is not billed."""
    held = funds(scope)
    if held is None:
        return None
    rows = models.AccountEntry.objects.within(scope).order_by("-at", "-pk")
    if before is not None:
        rows = rows.filter(at__lt=before)
    return Account(funds=held, entries=tuple(map(entry_of, rows[: min(limit, MOST_AT_ONCE)])))


def entry_of(row: models.AccountEntry) -> Entry:
    """A row as others see it."""
    return Entry(
        at=row.at,
        kind=EntryKind(row.kind),
        amount=row.amount,
        currency=row.currency,
        key=row.key,
        note=row.note,
    )


def rated_calls(
    scope: Scope, since: datetime, until: datetime, *, every_version: bool = False
) -> list[RatedView]:
    """The rated calls of a time, in order. In a tenant's scope its own, in an operator's those of
    all its tenants; `every_version`: with the figures that were replaced."""
    rows = models.RatedCall.objects.within(scope).filter(answered__gte=since, answered__lt=until)
    if not every_version:
        rows = rows.filter(current=True)
    slugs = {pk: slug for slug, pk in tenancy.slugs(scope).items()}
    return [_view(row, slugs) for row in rows.order_by("answered", "leg", "version")]


def _view(row: models.RatedCall, slugs: dict[int, str]) -> RatedView:
    kept = {name: getattr(row, name) for name in _KEPT}
    call = f"{row.node}-{row.linkedid}"
    return RatedView(call=call, tenant=slugs.get(row.tenant_id, ""), **kept)


_KEPT = (
    "leg",
    "number",
    "gateway",
    "answered",
    "seconds",
    "billed_seconds",
    "prefix",
    "destination",
    "amount",
    "currency",
    "version",
    "current",
    "problem",
    "rated_at",
)


def statements(scope: Scope, since: datetime, until: datetime) -> dict[str, Statement]:
    """What the calls of a time come to, by currency and destination."""
    found: dict[str, list[RatedView]] = {}
    for call in rated_calls(scope, since, until):
        found.setdefault(call.currency, []).append(call)
    return {currency: rules.statement(currency, calls) for currency, calls in found.items()}


def costs(scope: Scope, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """What the calls of a time cost the operator, by currency: how many, and the sum."""
    rows = models.CallCost.objects.within(scope).filter(
        answered__gte=since, answered__lt=until, current=True
    )
    found: dict[str, tuple[int, int]] = {}
    for currency, amount in rows.values_list("currency", "amount"):
        count, total = found.get(currency, (0, 0))
        found[currency] = (count + 1, total + amount)
    return found


def books_of(scope: Scope, wanted: Iterable[int]) -> dict[int, rules.Book]:
    """Tables with all their prices, by id. A table that has not changed is not read again."""
    rows = models.PriceTable.objects.within(scope).filter(pk__in=set(wanted))
    return {row.pk: _book(scope, row) for row in rows}


_kept_books: dict[int, tuple[int, rules.Book]] = {}
"""The last revision of each table that this process has read."""


def _book(scope: Scope, row: models.PriceTable) -> rules.Book:
    kept = _kept_books.get(row.pk)
    if kept is not None and kept[0] == row.revision:
        return kept[1]
    made = rules.book(tariff_of(row), _rates_of(scope, row.pk))
    _kept_books[row.pk] = (row.revision, made)
    return made


def tariff_of(row: models.PriceTable) -> Tariff:
    """A row as others see it."""
    return Tariff(
        name=row.name,
        title=row.title,
        currency=row.currency,
        gateways=tuple(cast("list[Any]", row.gateways)),
        decimals=row.decimals,
        rounding=Rounding(row.rounding),
        on_net=OnNet(row.on_net),
    )
