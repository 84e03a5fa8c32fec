"""Ended calls become rated calls: once, to the cent, with both figures where a table was wrong."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.sellers import Sellers
from tests.unit.rating.conftest import NOON, rate

from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import (
    MICRO,
    EndedLeg,
    EntryKind,
    FundsChanged,
    Rate,
    RatedView,
    Tariff,
    Terms,
)
from conmuta.apps.rating.models import AccountEntry, CallCost, RatedCall
from conmuta.platform import outbox
from conmuta.platform.models import OutboxEvent
from conmuta.platform.scope import Scope

DAY = timedelta(days=1)
Make = Callable[..., EndedLeg]


def calls(scope: Scope, *, every_version: bool = False) -> list[RatedView]:
    return rating.rated_calls(scope, NOON - DAY, NOON + DAY, every_version=every_version)


def balance(sellers: Sellers, slug: str = "acme") -> int:
    with sellers.tenant(slug).active() as tenant:
        held = rating.funds(tenant)
    assert held is not None
    return held.balance


def test_a_call_costs_the_tenant_and_the_operator(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg(seconds=61)])
    (call,) = calls(north)
    assert (call.amount, call.currency, call.billed_seconds) == (4 * MICRO, "UYU", 120)
    assert (call.tenant, call.prefix, call.destination) == ("acme", "598", "Uruguay")
    assert rating.costs(north, NOON, NOON + DAY) == {"USD": (1, 1_016_700)}
    assert balance(sellers) == -4 * MICRO


def test_a_call_that_comes_again_is_rated_once(north: Scope, sellers: Sellers, leg: Make) -> None:
    one, two = leg(), leg(number="59899123456")
    assert rate([one, two]) == 2
    assert rate([one, two, one]) == 0
    assert len(calls(north, every_version=True)) == 2
    assert balance(sellers) == -(4 + 9) * MICRO


def test_a_batch_is_one_entry_of_the_account(north: Scope, sellers: Sellers, leg: Make) -> None:
    rate([leg() for _ in range(5)])
    with sellers.tenant("acme").active() as acme:
        held = rating.account(acme)
        assert held is not None
        (entry,) = held.entries
        assert (entry.kind, entry.amount) == (EntryKind.CHARGE, -20 * MICRO)
        assert {str(row.batch) for row in RatedCall.objects.within(acme)} == {
            entry.key.split(":")[1]
        }


def test_what_a_tenant_is_charged_is_told(north: Scope, leg: Make) -> None:
    with Scope.system("test:system").active() as system:
        kind = outbox.kind_of(FundsChanged)
        before = OutboxEvent.objects.within(system).filter(kind=kind).count()
        rate([leg(), leg()])
        assert OutboxEvent.objects.within(system).filter(kind=kind).count() == before + 1


def test_a_tenant_without_prices_is_charged_nothing_but_its_calls_cost(
    north: Scope, leg: Make
) -> None:
    rate([leg("beta")])
    (call,) = calls(north)
    assert (call.amount, call.currency, call.problem) == (0, "", "")
    assert rating.costs(north, NOON, NOON + DAY)["USD"][0] == 1


def test_a_number_without_a_price_is_told(north: Scope, leg: Make) -> None:
    rate([leg(number="8821234567")])
    (call,) = calls(north)
    assert (call.amount, call.problem) == (0, "no_price")


def test_a_call_that_stays_inside_is_free(north: Scope, sellers: Sellers, leg: Make) -> None:
    rate([leg(gateway="o-north:on-net")])
    (call,) = calls(north)
    assert (call.amount, call.problem) == (0, "")
    assert balance(sellers) == 0
    assert rating.costs(north, NOON, NOON + DAY) == {"": (1, 0)}


def test_a_tenant_sees_its_prices_and_not_what_calls_cost(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg(), leg("beta")])
    with sellers.tenant("acme").active() as acme:
        assert [call.amount for call in calls(acme)] == [4 * MICRO]
        assert not CallCost.objects.within(acme).exists()
        assert not CallCost.guarded.exists()
        assert rating.costs(acme, NOON, NOON + DAY) == {}


def test_another_operator_sees_none_of_it(north: Scope, sellers: Sellers, leg: Make) -> None:
    rate([leg()])
    with sellers.south.active() as south:
        assert calls(south) == []
        assert not RatedCall.guarded.exists()
        assert not CallCost.guarded.exists()
        assert not AccountEntry.guarded.exists()
        told = rating.rerate(south, NOON - DAY, NOON + DAY)
        assert (told.looked_at, told.changed) == (0, 0)


def test_calls_are_rated_anew_where_a_table_was_wrong(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg(), leg(number="59899123456"), leg("beta")])
    rating.put_rates(north, "retail", [Rate(prefix="598", per_minute=MICRO, increment=60)])
    told = rating.rerate(north, NOON - DAY, NOON + DAY)
    assert (told.looked_at, told.changed) == (3, 1)
    assert (told.before, told.after) == ({"UYU": 4 * MICRO}, {"UYU": 2 * MICRO})
    both = [
        (call.version, call.amount, call.current)
        for call in calls(north, every_version=True)
        if call.prefix == "598"
    ]
    assert both == [(1, 4 * MICRO, False), (2, 2 * MICRO, True)]
    assert balance(sellers) == -(2 + 9) * MICRO
    with sellers.tenant("acme").active() as acme:
        held = rating.account(acme)
        assert held is not None
        assert (held.entries[0].kind, held.entries[0].amount) == (
            EntryKind.CORRECTION,
            2 * MICRO,
        )


def test_rating_anew_twice_changes_nothing_the_second_time(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg()])
    rating.put_rates(north, "carrier", [Rate(prefix="598", per_minute=3 * MICRO)])
    assert rating.rerate(north, NOON - DAY, NOON + DAY).changed == 1
    assert rating.rerate(north, NOON - DAY, NOON + DAY).changed == 0
    assert rating.costs(north, NOON, NOON + DAY) == {"USD": (1, 3_050_000)}
    assert balance(sellers) == -4 * MICRO


def test_one_tenants_calls_alone_are_rated_anew(north: Scope, sellers: Sellers, leg: Make) -> None:
    with sellers.tenant("beta").active() as beta:
        rating.save_terms(beta, [Terms(prices="retail")])
    rate([leg(), leg("beta")])
    rating.put_rates(north, "retail", [Rate(prefix="598", per_minute=MICRO, increment=60)])
    assert rating.rerate(north, NOON - DAY, NOON + DAY, tenant="beta").changed == 1
    assert (balance(sellers), balance(sellers, "beta")) == (-4 * MICRO, -2 * MICRO)


def test_a_call_whose_end_was_told_wrong_is_put_right(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    call = leg(seconds=30)
    rate([call])
    rate([replace(call, ended=NOON + timedelta(seconds=90))])
    assert [view.amount for view in calls(north, every_version=True)] == [2 * MICRO, 4 * MICRO]
    assert balance(sellers) == -4 * MICRO


def test_the_price_is_the_one_of_the_day_where_the_operator_is(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    dearer = Rate(prefix="598", per_minute=5 * MICRO, increment=60, valid_from=NOON.date() + DAY)
    rating.put_rates(north, "retail", [dearer])
    late = NOON.replace(hour=2) + DAY  # 23:00 in Montevideo
    hour = timedelta(hours=1)
    rate([leg(answered=late, ended=late + hour), leg(answered=late + hour, ended=late + 2 * hour)])
    assert [call.amount for call in calls(north)] == [120 * MICRO, 300 * MICRO]


def test_what_is_written_stays_as_it_was(north: Scope, leg: Make) -> None:
    rate([leg()])
    for model, field in ((RatedCall, "amount"), (CallCost, "amount"), (AccountEntry, "note")):
        with Scope.system("test:vandal").active() as system:
            rows = model.objects.within(system)
            with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
                rows.update(**{field: 7})
    with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
        RatedCall.objects.within(north).delete()


def test_a_statement_is_the_sum_of_calls_and_of_the_account(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg(seconds=each * 7.3, number=f"598{each % 10}4001000") for each in range(40)])
    with sellers.tenant("acme").active() as acme:
        told = rating.statements(acme, NOON - DAY, NOON + DAY)["UYU"]
        assert told.calls == 40
        assert told.total == sum(call.amount for call in calls(acme)) == -balance(sellers)


def test_a_payment_counts_once(north: Scope, sellers: Sellers) -> None:
    with sellers.tenant("acme").active() as acme:
        first = rating.top_up(acme, 100 * MICRO, "receipt-1", "Abitab")
        assert rating.top_up(acme, 100 * MICRO, "receipt-1", "Abitab") == first
        with pytest.raises(rating.KeyUsed):
            rating.top_up(acme, 200 * MICRO, "receipt-1")
    assert balance(sellers) == 100 * MICRO


def test_funds_are_what_may_be_spent(north: Scope, sellers: Sellers, leg: Make) -> None:
    with sellers.tenant("acme").active() as acme:
        rating.top_up(acme, 10 * MICRO, "one")
    rate([leg()])
    with sellers.tenant("acme").active() as acme:
        held = rating.funds(acme)
        assert held is not None
        assert (held.left, held.prepaid) == (6 * MICRO, True)
        rating.save_terms(acme, [Terms(prices="retail", credit_limit=50 * MICRO)])
        held = rating.funds(acme)
        assert held is not None
        assert held.left == 56 * MICRO
    with sellers.tenant("beta").active() as beta:
        assert rating.funds(beta) is None


def test_nobody_pays_by_another_operators_table(north: Scope, sellers: Sellers) -> None:
    with (
        sellers.tenant("gamma").active() as gamma,
        pytest.raises(rating.NoSuchTable, match="retail"),
    ):
        rating.save_terms(gamma, [Terms(prices="retail")])


def test_an_account_stays_in_its_currency_while_it_holds_anything(
    north: Scope, sellers: Sellers
) -> None:
    rating.save_tables(north, [Tariff(name="dollars", currency="USD")])
    with sellers.tenant("acme").active() as acme:
        rating.top_up(acme, MICRO, "one")
        with pytest.raises(rating.OtherCurrency):
            rating.save_terms(acme, [Terms(prices="dollars")])
        rating.correct(acme, -MICRO, "settled", "paid back")
        rating.save_terms(acme, [Terms(prices="dollars")])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    talks=st.lists(st.floats(0.02, 4000).map(lambda s: round(s, 3)), min_size=1, max_size=25),
    cut=st.integers(0, 25),
    price=st.integers(0, 9 * MICRO),
)
def test_however_calls_come_the_balance_is_their_sum(
    north: Scope, sellers: Sellers, leg: Make, talks: list[float], cut: int, price: int
) -> None:
    before = balance(sellers)
    known = {call.leg for call in calls(north)}
    made = [leg(seconds=seconds) for seconds in talks]
    rate(made[:cut])
    rate(made)
    rating.put_rates(north, "retail", [Rate(prefix="598", per_minute=price, increment=7)])
    rating.rerate(north, NOON - DAY, NOON + DAY)
    new = sum(call.amount for call in calls(north))
    assert -balance(sellers) == new
    assert len(calls(north)) == len(known) + len(made)
    assert before <= 0
