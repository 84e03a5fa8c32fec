"""What people dial in 47 countries becomes the right E.164, with phonenumbers as the judge."""

import random

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat

from conmuta.platform.countries import COUNTRIES, dialled_forms, formats
from conmuta.platform.countries.calling import (
    calling_code,
    international_prefixes,
    kinds_prefixes,
    leaves,
    metadata,
)
from conmuta.platform.countries.digits import DIGITS, DigitLanguage, language
from conmuta_compiler.operator.numbers import Rewriter
from conmuta_plan.operator import NumberRule

TYPES = ("fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "voip", "uan")
BEYOND = {("BR", "shared_cost")}


def anyone(pattern: DigitLanguage, chance: random.Random) -> str:
    """A number that the pattern describes."""
    states, number = pattern.start, ""
    while True:
        following = [digit for digit in DIGITS if pattern.step(states, digit)]
        if pattern.accepts(states) and (not following or chance.random() < 0.4):
            return number
        digit = chance.choice(following)
        number, states = number + digit, pattern.step(states, digit)


def valid(country: str, chance: random.Random) -> phonenumbers.PhoneNumber | None:
    """A number of the country that phonenumbers takes for valid, of any type."""
    kinds = [each for each in TYPES if (country, each) not in BEYOND]
    described = getattr(metadata(country), chance.choice(kinds))
    if described is None or not described.national_number_pattern:
        return None
    national = anyone(language(described.national_number_pattern), chance)
    number = phonenumbers.parse(f"+{calling_code(country)}{national}")
    return number if phonenumbers.is_valid_number_for_region(number, country) else None


def rewriter(country: str) -> Rewriter:
    return Rewriter(
        NumberRule(pattern=form.pattern, strip=form.strip, prepend=form.prepend)
        for form in dialled_forms(country)
    )


def ways(country: str, number: phonenumbers.PhoneNumber) -> list[str]:
    """As it is dialled there: the national form, with +, with the international prefix."""
    full = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    abroad = international_prefixes(metadata(country))[0]
    return [phonenumbers.normalize_digits_only(national), full, abroad + full[1:]]


@given(st.sampled_from(COUNTRIES), st.randoms(use_true_random=False))
@settings(max_examples=1500, deadline=None)
def test_every_valid_number_as_people_dial_it_becomes_its_e164(
    country: str, chance: random.Random
) -> None:
    number = valid(country, chance)
    if number is None:
        return
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    rules = rewriter(country)
    for dialled in ways(country, number):
        found = rules(dialled)
        assert found.rule is not None, (dialled, "no rule")
        assert found.number == e164, (dialled, found.rule)


@given(st.sampled_from(COUNTRIES), st.sampled_from(COUNTRIES), st.randoms(use_true_random=False))
@settings(max_examples=800, deadline=None)
def test_every_number_of_another_country_becomes_its_e164(
    here: str, there: str, chance: random.Random
) -> None:
    number = valid(there, chance)
    if number is None or calling_code(here) == calling_code(there):
        return
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    rules = rewriter(here)
    for prefix in ("+", *international_prefixes(metadata(here))[:3]):
        assert rules(prefix + e164).number == e164


@given(st.sampled_from(COUNTRIES), st.randoms(use_true_random=False))
@settings(max_examples=600, deadline=None)
def test_a_carrier_that_speaks_nationally_is_understood_and_answered(
    country: str, chance: random.Random
) -> None:
    number = valid(country, chance)
    if number is None:
        return
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    national = formats(country)["national"]
    outward = Rewriter(NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in national.outbound)
    inward = Rewriter(NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in national.inbound)
    assert inward(outward(e164).number).number == e164


@pytest.mark.parametrize("country", COUNTRIES)
def test_emergency_numbers_are_dialled_as_they_are_and_travel_under_a_code_of_their_own(
    country: str,
) -> None:
    numbers = [form for form in dialled_forms(country) if form.kind == "emergency"]
    assert numbers
    for form in numbers:
        assert form.pattern.isdigit()
        assert form.prepend == "999" + calling_code(country)
        outward = formats(country)["national"].outbound
        rules = Rewriter(NumberRule(pattern=p, strip=s, prepend=q) for p, s, q in outward)
        assert rules(form.prepend + form.pattern).number == form.pattern


@pytest.mark.parametrize(
    ("country", "dialled", "e164", "kind"),
    [
        ("UY", "24001234", "59824001234", "local"),
        ("UY", "094123456", "59894123456", "mobile"),
        ("UY", "911", "999598911", "emergency"),
        ("UY", "005491123456789", "5491123456789", "international"),
        ("UY", "+59894123456", "59894123456", "mobile"),
        ("AR", "01123456789", "541123456789", "local"),
        ("AR", "0111523456789", "5491123456789", "mobile"),
        ("AR", "0351154567890", "5493514567890", "mobile"),
        ("RU", "84951234567", "74951234567", "local"),
        ("RU", "8104930123456", "4930123456", "international"),
        ("US", "12125550123", "12125550123", "local"),
        ("US", "2125550123", "12125550123", "local"),
        ("US", "011442071838750", "442071838750", "international"),
        ("BR", "01511987654321", "5511987654321", "mobile"),
        ("IT", "0612345678", "390612345678", "local"),
        ("ES", "806123456", "34806123456", "special"),
    ],
)
def test_as_an_engineer_of_that_country_would_say(
    country: str, dialled: str, e164: str, kind: str
) -> None:
    found = rewriter(country)(dialled)
    kinds = {form.pattern: form.kind for form in dialled_forms(country)}
    assert found.rule is not None
    assert (found.number, kinds[found.rule.pattern]) == (e164, kind)


def test_who_has_an_area_code_dials_neighbours_without_it() -> None:
    forms = dialled_forms("AR", "11")
    rules = Rewriter(NumberRule(pattern=f.pattern, strip=f.strip, prepend=f.prepend) for f in forms)
    assert rules("43210987").number == "541143210987"


def test_mobiles_of_a_country_are_told_by_their_prefixes() -> None:
    assert kinds_prefixes("UY", leaves("UY")[-1].kind)
    from conmuta.platform.countries import Kind

    assert set(kinds_prefixes("UY", Kind.MOBILE)) == {f"5989{digit}" for digit in "123456789"}


@given(st.sampled_from([r"9[1-9]\d{6}", r"(?:1|2[3-5])\d{2,3}", "11[02]|9", r"0?12{3}"]))
def test_the_languages_are_those_of_pythons_own_expressions(expression: str) -> None:
    import re

    for word in language(expression).words(limit=200):
        assert re.fullmatch(expression, word)
