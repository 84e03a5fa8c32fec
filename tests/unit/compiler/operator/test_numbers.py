"""Numbers are made E.164, and E.164 is made what a carrier expects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conmuta_compiler.operator.gateways import Outgoing
from conmuta_compiler.operator.numbers import apply, prefixes, to_e164
from conmuta_plan.operator import NumberRule, OperatorGateway
from conmuta_plan.outside import CallClass, ClassKind

URUGUAY = CallClass(
    name="all",
    kind=ClassKind.LOCAL,
    patterns=("0[24]XXXXXXX", "[24]XXXXXXX", "00.", "+.", "8."),
    gateways=(),
    operator=True,
    to_e164=(
        ("0[249]XXXXXXX", 1, "598"),
        ("[24]XXXXXXX", 0, "598"),
        ("00.", 2, ""),
        ("+.", 1, ""),
        ("8.", 1, ""),
    ),
)


@pytest.mark.parametrize(
    ("dialled", "e164"),
    [
        ("24001234", "59824001234"),
        ("024001234", "59824001234"),
        ("094123456", "59894123456"),
        ("005491144445555", "5491144445555"),
        ("+5491144445555", "5491144445555"),
        ("85491144445555", "5491144445555"),
        ("550", None),
        ("*55", None),
        ("00", None),
        ("+0", None),
    ],
)
def test_what_people_dial_becomes_e164(dialled: str, e164: str | None) -> None:
    assert to_e164(URUGUAY, dialled) == e164


def test_a_class_without_rules_takes_e164_alone() -> None:
    plain = CallClass(name="e", kind=ClassKind.INTERNATIONAL, patterns=("+.",), gateways=())
    assert to_e164(plain, "+59824001234") == "59824001234"
    assert to_e164(plain, "024001234") is None


def test_a_carrier_gets_the_number_as_it_wants_it() -> None:
    rules = (
        NumberRule(pattern="598.", strip=3, prepend="0"),
        NumberRule(pattern="X.", prepend="00"),
        NumberRule(pattern="999598911", strip=6),
    )
    carrier = OperatorGateway(name="carrier", host="192.0.2.1", outbound=rules)
    told = Outgoing(carrier)
    assert told.number("59824001234") == "024001234"
    assert told.number("5491144445555") == "005491144445555"
    assert told.number("999598911") == "911"
    prefixed = OperatorGateway(name="p", host="192.0.2.1", strip=1, prepend="7#", outbound=rules)
    assert Outgoing(prefixed).number("59824001234") == "7#24001234"


def test_what_no_rule_matches_stays_without_its_plus() -> None:
    assert apply((), "+59824001234").number == "59824001234"
    assert apply((NumberRule(pattern="2XXXXXXX", prepend="598"),), "+1").rule is None


def test_of_two_rules_with_one_pattern_the_first_stands() -> None:
    rules = (NumberRule(pattern="0.", strip=1), NumberRule(pattern="0.", prepend="9"))
    assert apply(rules, "0123").number == "123"


@given(st.text(alphabet="0123456789", min_size=1, max_size=20))
def test_no_table_is_asked_more_than_sixteen_times(number: str) -> None:
    asked = list(prefixes(number))
    assert len(asked) <= 16
    assert asked[-1] == ""
    assert all(number.startswith(each) for each in asked)
