"""The price of a call, to the cent and beyond. Fractions are the reference."""

import math
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conmuta.apps.rating import rules
from conmuta.apps.rating.contracts import (
    MICRO,
    OnNet,
    Rate,
    Rounding,
    Tariff,
    money,
)
from conmuta.apps.rating.rules import book
from conmuta_plan import charging

DAY = date(2026, 11, 22)
UY = Tariff(name="retail", currency="UYU")

rates = st.builds(
    Rate,
    prefix=st.from_regex(r"\A[1-9][0-9]{0,5}\Z"),
    per_minute=st.integers(0, 100 * MICRO),
    setup=st.integers(0, 10 * MICRO),
    minimum=st.integers(0, 120),
    increment=st.integers(1, 120),
)
tariffs = st.builds(
    Tariff,
    name=st.just("any"),
    currency=st.just("USD"),
    decimals=st.integers(0, 6),
    rounding=st.sampled_from(Rounding),
)
seconds = st.floats(0, 40_000).map(lambda value: round(value, 3))


def reference(rate: Rate, tariff: Tariff, talked: float) -> tuple[Fraction, Fraction]:
    """What the books say: the exact price in millionths, and the rounded one."""
    whole = Fraction(math.ceil(Fraction(str(talked))))
    beyond = max(Fraction(0), whole - rate.minimum)
    billed = rate.minimum + math.ceil(beyond / rate.increment) * rate.increment
    exact = rate.setup + Fraction(rate.per_minute * billed, 60)
    step = 10 ** (6 - tariff.decimals)
    if tariff.rounding is Rounding.UP:
        return exact, Fraction(math.ceil(exact / step) * step)
    return exact, Fraction(math.floor(exact / step + Fraction(1, 2)) * step)


@given(rates, tariffs, seconds)
def test_a_price_is_what_exact_arithmetic_says(rate: Rate, tariff: Tariff, talked: float) -> None:
    charge = rules.charge(tariff, rate, talked)
    exact, rounded = reference(rate, tariff, talked)
    assert charge.amount == rounded
    assert abs(Fraction(rules.exact(rate, charge.billed_seconds)) * MICRO - exact) < Fraction(
        1, 10**6
    )


@given(rates, tariffs, seconds)
def test_no_price_is_below_zero_nor_falls_with_time(
    rate: Rate, tariff: Tariff, talked: float
) -> None:
    one = rules.charge(tariff, rate, talked)
    two = rules.charge(tariff, rate, talked + 1)
    assert 0 <= one.amount <= two.amount
    assert one.billed_seconds >= max(math.floor(talked), rate.minimum)
    assert (one.billed_seconds - rate.minimum) % rate.increment == 0


@given(rates, seconds)
def test_node_and_server_bill_the_same_seconds(rate: Rate, talked: float) -> None:
    charge = rules.charge(Tariff(name="six", currency="USD", decimals=6), rate, talked)
    node = charging.cost(rules.price_of(rate), rules.whole_seconds(talked))
    assert node - 1 <= charge.amount <= node


@given(st.lists(st.tuples(rates, seconds), max_size=40), tariffs)
def test_a_statement_is_the_sum_of_its_calls(
    calls: list[tuple[Rate, float]], tariff: Tariff
) -> None:
    class Call:
        def __init__(self, rate: Rate, talked: float) -> None:
            charge = rules.charge(tariff, rate, talked)
            self.destination, self.prefix = rate.destination, rate.prefix
            self.billed_seconds, self.amount = charge.billed_seconds, charge.amount

    rated = [Call(rate, talked) for rate, talked in calls]
    told = rules.statement("USD", rated)
    assert told.total == sum(call.amount for call in rated) == sum(x.amount for x in told.lines)
    assert told.calls == len(rated)
    cents = sum((money(call.amount, "USD") for call in rated), money(0, "USD"))
    assert money(told.total, "USD") == cents


def test_a_minute_and_a_second_by_steps_of_thirty() -> None:
    mobile = Rate(prefix="5989", per_minute=4 * MICRO, setup=MICRO, minimum=30, increment=30)
    charge = rules.charge(UY, mobile, 61.2)
    assert (charge.billed_seconds, str(money(charge.amount, "UYU"))) == (90, "UYU\xa07.00")


def test_a_talk_of_exactly_a_minute_is_a_minute() -> None:
    minute = Rate(prefix="598", per_minute=MICRO, increment=60)
    assert rules.charge(UY, minute, 60.0004).billed_seconds == 60
    assert rules.charge(UY, minute, 60.001).billed_seconds == 120


def test_halves_go_up_unless_each_part_counts() -> None:
    rate = Rate(prefix="598", per_minute=30_000, increment=1)  # 0.0005 a second
    cents = Tariff(name="cents", currency="USD", decimals=2)
    assert rules.charge(cents, rate, 10).amount == 10_000  # 0.005
    assert rules.charge(cents, rate, 9).amount == 0
    up = Tariff(name="up", currency="USD", decimals=2, rounding=Rounding.UP)
    assert rules.charge(up, rate, 9).amount == 10_000


def test_the_longest_prefix_decides() -> None:
    fixed, mobile = Rate(prefix="598", per_minute=1), Rate(prefix="5989", per_minute=2)
    anywhere = Rate(prefix="", per_minute=9)
    held = book(UY, [anywhere, mobile, fixed])
    assert held.rate("59824001000", DAY) is fixed
    assert held.rate("59899123456", DAY) is mobile
    assert held.rate("12125550123", DAY) is anywhere


def test_a_price_holds_from_its_first_day_to_its_last() -> None:
    old = Rate(prefix="598", per_minute=1, valid_until=DAY - timedelta(days=1))
    new = Rate(prefix="598", per_minute=2, valid_from=DAY, valid_until=DAY + timedelta(days=9))
    any_other = Rate(prefix="", per_minute=9)
    held = book(UY, [new, old, any_other])
    assert held.rate("59824001000", DAY - timedelta(days=1)) is old
    assert held.rate("59824001000", DAY) is new
    assert held.rate("59824001000", DAY + timedelta(days=10)) is any_other


def test_of_two_prices_that_hold_the_later_one_counts() -> None:
    usual = Rate(prefix="598", per_minute=2)
    offer = Rate(prefix="598", per_minute=1, valid_from=DAY, valid_until=DAY)
    held = book(UY, [usual, offer])
    assert held.rate("59824001000", DAY) is offer
    assert held.rate("59824001000", DAY + timedelta(days=1)) is usual


def test_what_has_no_price_is_told_and_costs_nothing() -> None:
    charge = book(UY, [Rate(prefix="54", per_minute=1)]).charge("59824001000", DAY, 60)
    assert (charge.amount, charge.problem) == (0, "no_price")


def test_a_short_number_is_no_country() -> None:
    held = book(UY, [Rate(prefix="91", per_minute=9 * MICRO), Rate(prefix="104", per_minute=1)])
    assert held.charge("911", DAY, 60).amount == 0
    assert held.rate("104", DAY) is not None


def test_calls_that_stay_inside_are_free_or_priced() -> None:
    rate = Rate(prefix="598", per_minute=MICRO)
    assert book(UY, [rate]).charge("59824001000", DAY, 60, on_net=True).amount == 0
    priced = Tariff(name="priced", currency="UYU", on_net=OnNet.PRICED)
    assert book(priced, [rate]).charge("59824001000", DAY, 60, on_net=True).amount == MICRO


@given(st.lists(rates, max_size=30), st.from_regex(r"\A[1-9][0-9]{6,14}\Z"))
def test_the_price_found_is_the_one_that_a_search_of_all_finds(
    prices: list[Rate], number: str
) -> None:
    unique = list({rate.prefix: rate for rate in prices}.values())
    matching = [rate for rate in unique if number.startswith(rate.prefix)]
    expected = max(matching, key=lambda rate: len(rate.prefix), default=None)
    assert book(UY, unique).rate(number, DAY) is expected


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        ("0.035", 35_000),
        ("0,035", 35_000),
        ("1", MICRO),
        ("0.0000001", None),
        ("-1", None),
        ("free", None),
        ("NaN", None),
        ("1e400", None),
        ("Infinity", None),
    ],
)
def test_amounts_as_people_write_them(text: str, micro: int | None) -> None:
    assert rules.micro_of(text) == micro


@given(st.integers(0, 10**15 - 1))
def test_an_amount_written_and_read_is_the_same(micro: int) -> None:
    assert rules.micro_of(rules.decimal_of(micro)) == micro
