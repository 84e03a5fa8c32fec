"""Every call out has one decision, and the decision is told in words."""

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.compiler.operator.plans import (
    ABROAD,
    COMPANY,
    HELP,
    LINK,
    MOBILE,
    MONDAY_NOON,
    OPERATOR,
    SUNDAY_NIGHT,
    WORLD,
)

from conmuta_compiler.operator.decide import decide
from conmuta_compiler.operator.decision import Decision, OutsideCall, Refusal, Skip
from conmuta_compiler.operator.explain import explain, text
from conmuta_compiler.operator.numbers import prefixes
from conmuta_compiler.operator.trace import trace
from conmuta_plan import TenantPlan
from conmuta_plan.operator import Guard, OperatorLink
from conmuta_plan.outside import CallClass

GOLDEN = Path(__file__).parent / "expected"


def decided(
    dialled: str,
    at: datetime = MONDAY_NOON,
    caller: str | None = "550",
    plan: TenantPlan = COMPANY,
) -> Decision:
    found = trace(plan, dialled, at, caller, WORLD)
    assert found.decision is not None
    return found.decision


def abroad(number: str, link: OperatorLink) -> Decision:
    call = OutsideCall(
        tenant="acme", item=ABROAD, dialled=f"00{number}", at=MONDAY_NOON, country="UY"
    )
    return decide(OPERATOR, link, call)


def test_the_longest_prefix_decides_the_route() -> None:
    assert decided("24001234").route == "usual"
    assert decided("094123456").route == "mobile"
    assert decided("094123456").prefix == "5989"


def test_a_gateway_gets_the_number_in_its_own_form() -> None:
    told = {each.gateway: each.number for each in decided("24001234").attempts}
    assert told == {"centro": "024001234", "sur": "+59824001234", "night": "924001234"}


def test_an_emergency_number_leaves_as_it_is_dialled() -> None:
    assert decided("911").attempts[0].number == "911"


def test_hours_are_the_operators() -> None:
    day = [each.gateway for each in decided("094123456").tried]
    night = [each.gateway for each in decided("094123456", SUNDAY_NIGHT).tried]
    assert (day, night) == (["sur", "centro"], ["centro"])
    skips = [each.skipped for each in decided("094123456", SUNDAY_NIGHT).attempts]
    assert skips == [Skip.HOURS, None, Skip.UNKNOWN]


def test_shares_are_told_and_the_rest_comes_after() -> None:
    attempts = decided("24001234").attempts
    assert [each.share for each in attempts] == [70, 30, None]
    assert [each.turn for each in attempts] == [0, 0, 1]


@pytest.mark.parametrize(
    ("caller", "centro", "sur", "night"),
    [
        ("550", "24001000", "59824001000", "59829000002"),
        ("551", "59829000000", "59825550000", "59829000002"),
    ],
)
def test_who_is_shown_follows_each_gateways_rule(
    caller: str, centro: str, sur: str, night: str
) -> None:
    shown = {each.gateway: each.identity for each in decided("24001234", caller=caller).attempts}
    assert {name: each.number for name, each in shown.items() if each} == {
        "centro": centro,
        "sur": sur,
        "night": night,
    }


def test_a_number_of_nobody_in_the_company_is_never_shown() -> None:
    extension = replace(COMPANY.extensions[1], external_caller_id="59821111111")
    stranger = replace(COMPANY, extensions=(extension,))
    shown = [each.identity for each in decided("24001234", caller="551", plan=stranger).attempts]
    assert "59821111111" not in {each.number for each in shown if each}
    assert all(each.wanted for each in shown if each)


def test_closed_countries_and_premium_numbers_are_refused_until_opened() -> None:
    assert abroad("541143210987", LINK).refused is None
    assert abroad("19005551234", LINK).refused is Refusal.PREMIUM
    only_own = replace(LINK, guard=Guard())
    assert abroad("541143210987", only_own).refused is Refusal.CLOSED
    assert abroad("59824001234", only_own).refused is None
    everything = replace(LINK, guard=Guard(every_country=True, premium=True))
    assert abroad("19005551234", everything).refused is None


def test_what_has_no_price_or_no_cheap_gateway_is_refused() -> None:
    assert abroad("4930123456", LINK).refused is Refusal.COST
    assert abroad("8811234567", LINK).refused is Refusal.COST
    unbilled = replace(LINK, prices=None)
    assert abroad("4930123456", unbilled).refused is None


def test_without_a_route_there_is_no_call() -> None:
    assert abroad("541143210987", replace(LINK, routes="other")).refused is Refusal.ROUTE


def test_a_suspended_company_calls_for_help_alone() -> None:
    suspended = replace(COMPANY, suspended=True)
    assert decided("24001234", plan=suspended).refused is Refusal.SUSPENDED
    assert decided("1234", plan=suspended).tried == ()
    assert decided("911", plan=suspended).tried


def test_a_number_of_another_tenant_stays_inside_unless_the_operator_says_no() -> None:
    assert decided("24009999").on_net == "taller"
    assert decided("24009999").attempts == ()
    outside = replace(OPERATOR, on_net=False)
    call = OutsideCall(
        tenant="acme",
        item=COMPANY.classes[0],
        dialled="24009999",
        at=MONDAY_NOON,
        country="UY",
        stock={"59824009999": "taller"},
    )
    assert decide(outside, LINK, call).on_net is None


def test_the_companys_own_gateways_go_first_or_alone() -> None:
    alone = decided("7123")
    assert [(each.gateway, each.number, each.own) for each in alone.attempts] == [
        ("old", "0557123", True)
    ]
    assert alone.refused is None
    both = decided("1234")
    assert [each.own for each in both.attempts] == [True, False, False, False]
    assert [each.turn for each in both.attempts] == [0, 1, 1, 2]


def test_help_is_never_refused_for_money_or_guard() -> None:
    call = OutsideCall(tenant="acme", item=HELP, dialled="911", at=MONDAY_NOON)
    closed = replace(LINK, guard=Guard(), prices="none")
    assert decide(OPERATOR, closed, call).tried


DIALLED = st.one_of(
    st.text(alphabet="0123456789*#+", min_size=1, max_size=18),
    st.builds("00{}{}".format, st.sampled_from(["54", "1900", "881", "598", "49"]), st.integers(0)),
    st.builds("09{:07}".format, st.integers(0, 9_999_999)),
    st.builds("2{:07}".format, st.integers(0, 9_999_999)),
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001
    lambda at: at.replace(tzinfo=MONDAY_NOON.tzinfo)
)


@given(DIALLED, MOMENTS, st.sampled_from(["550", "551", None]), st.booleans())
def test_everything_that_is_dialled_has_one_explained_result(
    dialled: str, at: datetime, caller: str | None, suspended: bool
) -> None:
    plan = replace(COMPANY, suspended=suspended)
    found = trace(plan, dialled, at, caller, WORLD)
    results = [found.inside, found.refused is not None, found.decision is not None]
    assert results.count(True) == 1
    for language in ("es", "en"):
        assert text(explain(found), language)
    assert found == trace(plan, dialled, at, caller, WORLD)
    if found.decision is not None and found.decision.refused:
        assert all(each.own for each in found.decision.tried)


@given(st.text(alphabet="0123456789", min_size=3, max_size=15), MOMENTS)
def test_the_price_and_the_route_are_those_of_the_longest_prefix(number: str, at: datetime) -> None:
    everything = replace(LINK, guard=Guard(every_country=True, premium=True))
    item = CallClass(name="x", kind=MOBILE.kind, patterns=("X.",), gateways=(), operator=True)
    call = OutsideCall(tenant="acme", item=item, dialled=number, at=at, country="UY")
    found = decide(OPERATOR, everything, call)
    if found.e164 is None:
        assert found.refused is Refusal.INVALID
        assert number.startswith("0")
        return
    table, prices = OPERATOR.tables[0].prefixes, OPERATOR.prices[0].prefixes
    assert found.prefix == next(each for each in prefixes(number) if each in table)
    priced = next((each for each in prefixes(number) if each in prices), None)
    assert (found.price.prefix if found.price else None) == priced


TOLD = {
    "local": ("24001234", "550", MONDAY_NOON),
    "mobile-at-night": ("094123456", "550", SUNDAY_NIGHT),
    "abroad": ("00541143210987", "550", MONDAY_NOON),
    "own-number-elsewhere": ("24001234", "551", MONDAY_NOON),
    "speed-dial": ("*01", "550", MONDAY_NOON),
    "premium": ("0019005551234", "550", MONDAY_NOON),
    "not-allowed": ("00541143210987", "551", MONDAY_NOON),
    "on-net": ("24009999", "550", MONDAY_NOON),
    "old-provider-first": ("1234", "550", MONDAY_NOON),
    "inside": ("551", "550", MONDAY_NOON),
    "unknown": ("3", "550", MONDAY_NOON),
    "help": ("911", "551", MONDAY_NOON),
}


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_words_are_those_that_were_reviewed(language: str) -> None:
    parts = []
    for name, (dialled, caller, at) in TOLD.items():
        told = text(explain(trace(COMPANY, dialled, at, caller, WORLD)), language)
        parts.append(f"# {name}: {caller} → {dialled}\n{told}\n")
    found, path = "\n".join(parts), GOLDEN / f"route-{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(found)
    assert found == path.read_text()
