"""Verbs on the stock: assigned, given back, described. Needs the operator's scope."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from conmuta.apps.fleet import api as fleet
from conmuta.apps.numbering import rules
from conmuta.apps.numbering.contracts import Facts, NumberState, Span, Stretch
from conmuta.apps.numbering.errors import NotFree, NotInStock, NumberElsewhere, NumberRings
from conmuta.apps.numbering.models import StockNumber
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.platform import audit, locks
from conmuta.platform.models import UnscopedQuery
from conmuta.platform.scope import Scope

_ADD: Final = """
    INSERT INTO numbering_stocknumber (number, operator_id, state, emergency_location, note)
    SELECT generate_series(s.first, s.last), %s, 'free', '', ''
    FROM unnest(%s::bigint[], %s::bigint[]) s(first, last)
    ON CONFLICT (number) DO NOTHING
"""
_MISSING: Final = """
    SELECT min(n) FROM unnest(%s::bigint[], %s::bigint[]) s(first, last),
        LATERAL generate_series(s.first, s.last) n
    WHERE NOT EXISTS (
        SELECT FROM numbering_stocknumber held WHERE held.number = n AND held.operator_id = %s
    )
"""
_LOCK: Final = """
    SELECT number, state, tenant_id, until FROM numbering_stocknumber
    WHERE operator_id = %s AND number IN (
        SELECT generate_series(s.first, s.last)
        FROM unnest(%s::bigint[], %s::bigint[]) s(first, last)
    ) ORDER BY number FOR UPDATE
"""
_SET: Final = """
    UPDATE numbering_stocknumber SET state = %s, tenant_id = %s, until = %s
    WHERE operator_id = %s AND number IN (
        SELECT generate_series(s.first, s.last)
        FROM unnest(%s::bigint[], %s::bigint[]) s(first, last)
    )
"""

MOST_SHOWN: Final = 20

Held = tuple[int, str, int | None, date | None]


@transaction.atomic
def put(scope: Scope, wanted: Sequence[Stretch]) -> None:
    """Makes these numbers so, whatever they were; those that are not in the stock join it.

    Raises `NumberElsewhere` for another operator's, and `NumberRings` for one that rings in the
    tenant from which it would be taken.
    """
    spans = [each.span for each in wanted]
    _begin(scope, "put", spans)
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [_operator(scope), *_ends(spans)])
    for each in wanted:
        _make(scope, each)


def _make(scope: Scope, wanted: Stretch) -> None:
    spans, facts = [wanted.span], wanted.facts
    tenant = None if facts.tenant is None else tenancy.tenant_by_slug(scope, facts.tenant).id
    held = _held(scope, spans, NumberElsewhere)
    _take_away(scope, held, tenant)
    _set(scope, spans, facts, tenant)
    StockNumber.objects.within(scope).filter(
        number__range=(wanted.span.first, wanted.span.last)
    ).update(
        emergency_location=facts.emergency_location, ported_on=facts.ported_on, note=facts.note
    )
    if tenant is not None:
        _touch(scope, {tenant})


@transaction.atomic
def assign(scope: Scope, tenant: str, spans: Sequence[Span]) -> None:
    """Gives free or reserved numbers to a tenant. Raises `NotFree` for any that is not."""
    view = tenancy.tenant_by_slug(scope, tenant)
    _begin(scope, f"assigned to {tenant}", spans)
    held = _held(scope, spans, NotInStock)
    open_states = {NumberState.FREE, NumberState.RESERVED}
    _refuse(held, lambda row: row[2] == view.id or _state(row) in open_states, "assigned")
    _set(scope, spans, Facts(state=NumberState.ASSIGNED), view.id)
    _touch(scope, {view.id})


@transaction.atomic
def release(scope: Scope, spans: Sequence[Span], days: int = rules.QUARANTINE_DAYS) -> None:
    """Takes numbers back; they rest for `days`. Raises `NumberRings` where one is still in use."""
    _begin(scope, "released", spans)
    held = _held(scope, spans, NotInStock)
    _refuse(held, lambda row: row[2] is not None, "released")
    _take_away(scope, held, None)
    until = rules.quarantine_ends(_today(), days)
    _set(scope, spans, Facts(state=NumberState.QUARANTINED, until=until), None)


@transaction.atomic
def reserve(scope: Scope, spans: Sequence[Span]) -> None:
    """Keeps free numbers for somebody."""
    _from_to(scope, spans, {NumberState.FREE}, NumberState.RESERVED)


@transaction.atomic
def free(scope: Scope, spans: Sequence[Span]) -> None:
    """Frees numbers that were reserved, or ends their quarantine early."""
    _from_to(scope, spans, {*NumberState} - {NumberState.ASSIGNED}, NumberState.FREE)


@transaction.atomic
def remove(scope: Scope, spans: Sequence[Span]) -> None:
    """Takes numbers out of the stock. None may be assigned."""
    _begin(scope, "removed", spans)
    held = _held(scope, spans, NotInStock)
    _refuse(held, lambda row: row[2] is None, "removed")
    for span in spans:
        rows = StockNumber.objects.within(scope)
        rows.filter(number__range=(span.first, span.last)).delete()


@transaction.atomic
def describe(
    scope: Scope, span: Span, *, emergency_location: str, ported_on: date | None, note: str
) -> None:
    """Keeps where help goes, the porting date, and a note."""
    _begin(scope, "described", [span])
    _held(scope, [span], NotInStock)
    rows = StockNumber.objects.within(scope).filter(number__range=(span.first, span.last))
    rows.update(emergency_location=emergency_location, ported_on=ported_on, note=note)


def _from_to(
    scope: Scope, spans: Sequence[Span], before: set[NumberState], after: NumberState
) -> None:
    _begin(scope, str(after), spans)
    _refuse(_held(scope, spans, NotInStock), lambda row: _state(row) in before, str(after))
    _set(scope, spans, Facts(state=after), None)


def _begin(scope: Scope, verb: str, spans: Sequence[Span]) -> None:
    """One change of a stock at a time, noted."""
    locks.lock(scope)
    shown = [str(span) for span in spans[:MOST_SHOWN]]
    more = {"more": len(spans) - MOST_SHOWN} if len(spans) > MOST_SHOWN else {}
    audit.record(
        scope,
        verb,
        f"numbering.stock:{shown[0] if shown else ''}",
        None,
        {"numbers": shown, **more},
    )


def _held(
    scope: Scope, spans: Sequence[Span], missing: type[NotInStock | NumberElsewhere]
) -> list[Held]:
    """The rows of these numbers, locked. Raises `missing` where one is not in this stock."""
    ends, operator = _ends(spans), _operator(scope)
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [operator, *ends])
        rows: list[Held] = cursor.fetchall()
        if len(rows) < sum(span.size for span in spans):
            cursor.execute(_MISSING, [*ends, operator])
            first = cursor.fetchone()
            if first and first[0] is not None:
                raise missing(number=f"+{first[0]}")
    return rows


def _refuse(held: Iterable[Held], good: Callable[[Held], bool], wanted: str) -> None:
    for row in held:
        if not good(row):
            raise NotFree(number=f"+{row[0]}", state=_state(row), wanted=wanted)


def _state(row: Held) -> NumberState:
    facts = Facts(state=NumberState(row[1]), until=row[3])
    return rules.in_force(facts, _today()).state


def _take_away(scope: Scope, held: Sequence[Held], keeper: int | None) -> None:
    """These numbers leave whoever has them but `keeper`, where they may not ring any more."""
    taken: dict[int, set[str]] = {}
    for number, _, tenant, _ in held:
        if tenant is not None and tenant != keeper:
            taken.setdefault(tenant, set()).add(str(number))
    for tenant, numbers in sorted(taken.items()):
        with Scope.for_tenant(tenant, scope.actor).active() as own:
            locks.lock(own)
            ringing = sorted(numbers & _stock_numbers(own))
            if ringing:
                slug = tenancy.tenant_of(own).slug
                raise NumberRings(number=f"+{ringing[0]}", tenant=slug)
    _touch(scope, taken)


def _stock_numbers(scope: Scope) -> set[str]:
    return {key for key, inbound in trunks.numbers(scope).items() if inbound.stock}


def _touch(scope: Scope, tenants: Iterable[int]) -> None:
    """These tenants' plans are stale: the numbers that they may show have changed."""
    for tenant in sorted(tenants):
        with Scope.for_tenant(tenant, scope.actor).active() as own:
            fleet.touch(own)


def _set(scope: Scope, spans: Sequence[Span], facts: Facts, tenant: int | None) -> None:
    values = [str(facts.state), tenant, facts.until]
    with connection.cursor() as cursor:
        cursor.execute(_SET, [*values, _operator(scope), *_ends(spans)])


def _ends(spans: Iterable[Span]) -> tuple[list[int], list[int]]:
    given = list(spans)
    return [span.first for span in given], [span.last for span in given]


def _operator(scope: Scope) -> int:
    if scope.operator_id is None:
        raise UnscopedQuery("A stock is an operator's: enter that operator's scope.")
    return scope.operator_id


def _today() -> date:
    return timezone.now().date()
