"""Numbers in a row: joined, cut, compared. Sets of numbers are the reference."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conmuta.apps.numbering import rules
from conmuta.apps.numbering.contracts import Facts, NumberState, Span, Stretch
from conmuta.apps.numbering.errors import NotANumber

FACTS = (Facts(), Facts(state=NumberState.RESERVED), Facts(note="golden"))
MONTEVIDEO = 59824001000

stocks = st.dictionaries(st.integers(1, 40), st.sampled_from(FACTS), max_size=30)
"""What is known of each number."""


def stretches(stock: dict[int, Facts]) -> list[Stretch]:
    return [Stretch(span=Span(each, each), facts=facts) for each, facts in stock.items()]


def numbers(found: list[Stretch]) -> dict[int, Facts]:
    return {n: each.facts for each in found for n in range(each.span.first, each.span.last + 1)}


@given(stocks)
def test_joining_loses_nothing_and_leaves_no_neighbours(stock: dict[int, Facts]) -> None:
    found = rules.joined(stretches(stock))
    assert numbers(found) == stock
    assert all(
        one.facts != two.facts or one.span.last + 1 < two.span.first for one, two in pairwise(found)
    )


@given(stocks, stocks)
def test_what_differs_is_what_must_be_written(
    wanted: dict[int, Facts], current: dict[int, Facts]
) -> None:
    found = numbers(rules.differing(stretches(wanted), stretches(current)))
    assert found == {n: facts for n, facts in wanted.items() if current.get(n) != facts}


@given(stocks, stocks)
def test_what_is_outside_is_what_nobody_named(
    current: dict[int, Facts], named: dict[int, Facts]
) -> None:
    spans = [Span(each, each) for each in named]
    found = numbers(rules.outside(stretches(current), spans))
    assert found == {n: facts for n, facts in current.items() if n not in named}


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("59824001000", MONTEVIDEO, MONTEVIDEO),
        ("+598 2400 1000", MONTEVIDEO, MONTEVIDEO),
        ("59824001000-59824001999", MONTEVIDEO, MONTEVIDEO + 999),
        ("59824001000-1999", MONTEVIDEO, MONTEVIDEO + 999),
        ("+598 2400 1000 – 1999", MONTEVIDEO, MONTEVIDEO + 999),
        ("2400-1000", MONTEVIDEO, MONTEVIDEO),
    ],
)
def test_a_span_as_people_write_it(written: str, first: int, last: int) -> None:
    assert rules.span_of(written, "UY") == Span(first, last)


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("59824001999-59824001000", "before it begins"),
        ("59820000000-59829999999", "Cut it in parts"),
        ("hello", "no telephone number"),
        ("59824001000-hello", "no telephone number"),
        ("12", "no number in use"),
    ],
)
def test_a_wrong_span_is_refused_with_a_way_out(written: str, why: str) -> None:
    with pytest.raises(NotANumber, match=why):
        rules.span_of(written)


def test_two_spans_that_share_numbers_are_found() -> None:
    assert rules.overlap([Span(1, 5), Span(4, 9)]) == Span(4, 5)
    assert rules.overlap([Span(1, 3), Span(4, 9)]) is None
