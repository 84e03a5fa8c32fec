"""What is in the stock. In an operator's scope all of it, in a tenant's what that tenant has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from conmuta.apps.numbering import rules
from conmuta.apps.numbering.contracts import Facts, NumberState, NumberView, Span, Stretch
from conmuta.apps.numbering.errors import NotInStock
from conmuta.apps.numbering.models import StockNumber
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

MOST_AT_ONCE: Final = 1000
_FACTS = ("state", "tenant_id", "until", "emergency_location", "ported_on", "note")
_ISLANDS: Final = """
    SELECT min(number), max(number), state, tenant_id, until, emergency_location, ported_on, note
    FROM (
        SELECT *, number - row_number() OVER (
            PARTITION BY state, tenant_id, until, emergency_location, ported_on, note
            ORDER BY number
        ) AS island
        FROM numbering_stocknumber WHERE operator_id = %s
    ) numbered
    GROUP BY state, tenant_id, until, emergency_location, ported_on, note, island
    ORDER BY min(number)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFilter:
    """Which numbers are asked for. `after`: the last number of the page before."""

    state: NumberState | None = None
    tenant: str | None = None
    begins: str = ""
    """The digits with which they begin."""
    after: str = ""
    limit: int = 100


def stock(scope: Scope, wanted: StockFilter | None = None) -> list[NumberView]:
    """A page of the stock, in the order of the numbers."""
    wanted = wanted or StockFilter()
    rows = _of_state(_rows(scope), wanted.state).order_by("number")
    if wanted.tenant is not None:
        rows = rows.filter(tenant_id=tenancy.slugs(scope).get(wanted.tenant, 0))
    if wanted.begins:
        rows = rows.filter(_beginning(wanted.begins))
    if wanted.after:
        rows = rows.filter(number__gt=int(wanted.after))
    return list(_views(scope, rows[: min(wanted.limit, MOST_AT_ONCE)]))


def number(scope: Scope, wanted: str) -> NumberView:
    """One number. Raises `NotInStock`."""
    digits = wanted.removeprefix("+")
    rows = _rows(scope).filter(number=int(digits)) if digits.isdecimal() else []
    for view in _views(scope, rows):
        return view
    raise NotInStock(number=wanted)


def summary(scope: Scope) -> dict[NumberState, int]:
    """How many numbers are in each state today."""
    counts = dict.fromkeys(NumberState, 0)
    grouped = _rows(scope).values_list("state", "until").annotate(count=Count("number"))
    for state, until, count in grouped:
        facts = rules.in_force(Facts(state=NumberState(state), until=until), _today())
        counts[facts.state] += count
    return counts


def numbers_of(scope: Scope) -> tuple[str, ...]:
    """The E.164 numbers that `scope`'s tenant has, in order: it may show them, and they ring in
    it."""
    rows = _rows(scope).filter(tenant=scope.tenant_id).order_by("number")
    return tuple(str(each) for each in rows.values_list("number", flat=True))


def unassigned(scope: Scope, wanted: Iterable[str]) -> list[str]:
    """Those of `wanted` that are not numbers of `scope`'s tenant."""
    given = list(wanted)
    numeric = [int(each) for each in given if each.isdecimal()]
    rows = _rows(scope).filter(tenant=scope.tenant_id, number__in=numeric)
    own = {str(each) for each in rows.values_list("number", flat=True)}
    return [each for each in given if each not in own]


def holder(scope: Scope, wanted: str) -> str | None:
    """The slug of the tenant that has this number; None: nobody, or not in this stock."""
    if not wanted.isdecimal():
        return None
    row = _rows(scope).filter(number=int(wanted), tenant__isnull=False).first()
    return None if row is None else _slugs(scope).get(row.tenant_id or 0)


def stretches(scope: Scope) -> list[Stretch]:
    """The whole stock in as few stretches as can be. Needs an operator's scope."""
    slugs = _slugs(scope)
    with connection.cursor() as cursor:
        cursor.execute(_ISLANDS, [scope.operator_id])
        rows = cursor.fetchall()
    return [Stretch(span=Span(row[0], row[1]), facts=_facts(row[2:], slugs)) for row in rows]


def _rows(scope: Scope) -> "QuerySet[StockNumber]":
    return StockNumber.objects.within(scope)


def _of_state(rows: "QuerySet[StockNumber]", state: NumberState | None) -> "QuerySet[StockNumber]":
    over = Q(state=NumberState.QUARANTINED, until__lt=_today())
    if state is None:
        return rows
    if state is NumberState.FREE:
        return rows.filter(Q(state=state) | over)
    return rows.filter(state=state).exclude(over)


def _beginning(digits: str) -> Q:
    """Numbers that begin with `digits`, as ranges that the primary key serves."""
    found = Q(pk__in=[])
    for length in range(len(digits), 16):
        scale = 10 ** (length - len(digits))
        found |= Q(number__range=(int(digits) * scale, (int(digits) + 1) * scale - 1))
    return found if digits.isdecimal() else Q(pk__in=[])


def _views(scope: Scope, rows: Any) -> Iterator[NumberView]:
    slugs = _slugs(scope)
    for row in rows:
        values = tuple(getattr(row, name) for name in _FACTS)
        yield NumberView(number=str(row.number), facts=_facts(values, slugs))


def _facts(values: tuple[Any, ...], slugs: dict[int, str]) -> Facts:
    state, tenant, until, location, ported, note = values
    facts = Facts(
        state=NumberState(state),
        tenant=slugs.get(tenant),
        until=until,
        emergency_location=location,
        ported_on=ported,
        note=note,
    )
    return rules.in_force(facts, _today())


def _slugs(scope: Scope) -> dict[int, str]:
    return {pk: slug for slug, pk in tenancy.slugs(scope).items()}


def _today() -> date:
    return timezone.now().date()
