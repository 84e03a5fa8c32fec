"""Which digits are numbers: libphonenumber itself is the reference, in thirty countries."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conmuta.apps.numbering import e164

AMERICA = ("UY", "AR", "BR", "CL", "PY", "BO", "PE", "EC", "CO", "VE", "MX", "US", "CA", "CU", "DO")
ELSEWHERE = (
    "ES",
    "PT",
    "FR",
    "IT",
    "DE",
    "GB",
    "IE",
    "NL",
    "BE",
    "CH",
    "AT",
    "PL",
    "SE",
    "IN",
    "JP",
)
COUNTRIES = (*AMERICA, *ELSEWHERE)
KINDS = range(11)


def example(country: str, kind: int) -> str | None:
    number = phonenumbers.example_number_for_type(country, kind)
    if number is None:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written.removeprefix("+")


EXAMPLES = [found for country in COUNTRIES for kind in KINDS if (found := example(country, kind))]


def reference(digits: str) -> bool:
    """Whether the library has these digits as a number, written as it would write it."""
    try:
        number = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return False
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return phonenumbers.is_valid_number(number) and written == f"+{digits}"


@st.composite
def near_examples(draw: st.DrawFn) -> str:
    """A country's example number with some digits changed, lost or added."""
    digits = list(draw(st.sampled_from(EXAMPLES)))
    for _ in range(draw(st.integers(0, 5))):
        digits[draw(st.integers(1, len(digits) - 1))] = draw(st.sampled_from("0123456789"))
    text = "".join(digits)
    return draw(st.sampled_from([text, text, text, text + "1", text[:-1]]))


@given(near_examples())
def test_what_is_valid_is_what_the_library_says(digits: str) -> None:
    if e164.SHORTEST <= len(digits) <= e164.LONGEST:
        assert e164.is_valid(digits) == reference(digits)


@given(st.text(max_size=20))
def test_no_text_breaks_it(text: str) -> None:
    found = e164.normalised(text, "UY")
    assert found is None or e164.is_valid(found)


@pytest.mark.parametrize(
    ("written", "country", "digits"),
    [
        ("+598 2400 1000", "", "59824001000"),
        ("2400 1000", "UY", "59824001000"),
        ("(099) 123-456", "UY", "59899123456"),
        ("00598 2400 1000", "UY", "59824001000"),
        ("011 4321 0000", "AR", "541143210000"),
        ("59824001000", "AR", "59824001000"),
        ("5982400", "UY", None),
        ("+1 212 555", "UY", None),
    ],
)
def test_what_people_write(written: str, country: str, digits: str | None) -> None:
    assert e164.normalised(written, country) == digits


def test_a_number_has_its_country() -> None:
    assert e164.country_of("59824001000") == "UY"
    assert e164.country_of("12125550123") == "US"
    assert e164.country_of("881612345678") == ""
