"""Whether digits are a telephone number of the world, by libphonenumber's metadata. Pure.

`phonenumbers` parses each number anew, some 40 µs; a stock of a million is checked by the same
metadata's patterns, compiled once for each country code, in about 2 µs a number.
"""

import re
from functools import cache, lru_cache
from typing import Any, NamedTuple

import phonenumbers
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, NumberParseException, PhoneMetadata

LONGEST = 15
SHORTEST = 7
WORLD = "001"
"""The region of codes that are no country's (satellite, universal freephone)."""
_KINDS = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
    "fixed_line",
    "mobile",
)
_FILLING = re.compile(r"[\s().\-/]+")


class Region(NamedTuple):
    """What a country's numbers look like, by their length."""

    leading: re.Pattern[str] | None
    general: re.Pattern[str]
    by_length: dict[int, re.Pattern[str]]

    def has(self, national: str) -> bool:
        kinds = self.by_length.get(len(national))
        return bool(kinds and self.general.fullmatch(national) and kinds.fullmatch(national))


@cache
def _regions(code: int) -> tuple[Region, ...]:
    """The regions that share a country code, the main one first."""
    return tuple(_region(_metadata(code, name)) for name in COUNTRY_CODE_TO_REGION_CODE[code])


def _metadata(code: int, region: str) -> Any:
    if region == WORLD:
        return PhoneMetadata.metadata_for_nongeo_region(code)
    return PhoneMetadata.metadata_for_region(region)


def _region(metadata: Any) -> Region:
    patterns: dict[int, list[str]] = {}
    for kind in _KINDS:
        found = getattr(metadata, kind)
        if found is not None and found.national_number_pattern:
            lengths = found.possible_length or metadata.general_desc.possible_length
            for length in lengths:
                patterns.setdefault(length, []).append(found.national_number_pattern)
    leading = metadata.leading_digits
    return Region(
        re.compile(leading) if leading else None,
        re.compile(metadata.general_desc.national_number_pattern),
        {length: re.compile("|".join(f"(?:{p})" for p in ps)) for length, ps in patterns.items()},
    )


@lru_cache(maxsize=4096)
def _code_of(first_three: str) -> int:
    """The country code with which a number begins; 0: none."""
    for length in (1, 2, 3):
        code = int(first_three[:length])
        if code in COUNTRY_CODE_TO_REGION_CODE:
            return code
    return 0


def is_valid(digits: str) -> bool:
    """Whether E.164 `digits`, without `+`, are a number in use in its country's plan."""
    if not digits.isascii() or not digits.isdigit() or not SHORTEST <= len(digits) <= LONGEST:
        return False
    code = _code_of(digits[:3])
    if not code:
        return False
    national = digits[len(str(code)) :]
    for region in _regions(code):
        if region.leading is not None:
            if region.leading.match(national):
                return region.has(national)
        elif region.has(national):
            return True
    return False


def normalised(text: str, country: str = "") -> str | None:
    """What a person wrote (`+598 2400 1000`, `2400 1000` of `country`) as E.164 digits; None: no
    number in use."""
    digits = _FILLING.sub("", text)
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if is_valid(digits) and (international or not country):
        return digits
    return _parsed(f"+{digits}" if international else text, country) or (
        digits if is_valid(digits) else None
    )


def _parsed(text: str, country: str) -> str | None:
    try:
        number = phonenumbers.parse(text, country or None)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written.removeprefix("+")


def country_of(digits: str) -> str:
    """The ISO 3166 country of E.164 `digits`; "" where it is of none."""
    number = phonenumbers.parse(f"+{digits}")
    region = phonenumbers.region_code_for_number(number)
    return region if region and region != WORLD else ""
