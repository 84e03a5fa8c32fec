"""What people dial in a country, and what must be done to it to make it E.164.

Patterns are Asterisk's. Each rule cuts `strip` characters and puts `prepend` before.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import PhoneMetadata

from conmuta.platform.countries.calling import (
    Kind,
    Leaf,
    Style,
    calling_code,
    emergency_numbers,
    international_prefixes,
    leaves,
    metadata,
)
from conmuta.platform.countries.digits import language
from conmuta_plan.operator import SHORT

_NAMES = (
    "AR AT AU BE BO BR CA CH CL CO CR CU CZ DE DK DO EC ES FI FR GB GR GT HN "
    "IL IT JP MX NI NL NO NZ PA PE PL PR PT PY RO RU SE SV TR US UY VE ZA"
)
COUNTRIES = tuple(_NAMES.split())
"""Those whose dial plan the tests hold against phonenumbers, number for number.

Beyond it: pagers in Germany, and 0300 in Brazil, whose form depends on the length alone.
"""

INTERNATIONAL = "international"
PLUS = "+"

_CHOSEN_CARRIER = {"BR"}
"""Where a carrier's two digits stand between the national prefix and the number."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """One form: `kind` is a `Kind` or `international`."""

    pattern: str
    kind: str
    strip: int = 0
    prepend: str = ""


def body(heads: tuple[str, ...], lengths: frozenset[int]) -> str:
    """A pattern of numbers that begin so: exact where they have one length."""
    start = "".join(digits if len(digits) == 1 else f"[{digits}]" for digits in heads)
    least = min(length for length in lengths if length > len(heads))
    if len(lengths) == 1:
        return start + "X" * (least - len(heads))
    return start + "X" * (least - len(heads) - 1) + "."


@lru_cache(maxsize=256)
def dialled_forms(country: str, area: str = "") -> tuple[Dialled, ...]:
    """Everything that people dial to the outside there, emergency numbers first.

    `area`: the area code of whoever dials, where numbers of the same area go without it.
    """
    known, code = metadata(country), calling_code(country)
    abroad = international_prefixes(known)
    found = [
        *_emergency(country, code),
        *_at_home(country, area),
        *_mobile_in_the_middle(known, code),
    ]
    for prefix in (PLUS, *abroad):
        found += [_in_full(prefix, code, leaf) for leaf in leaves(country)]
        found.append(Dialled(f"{prefix}Z.", INTERNATIONAL, len(prefix)))
    return tuple({form.pattern: form for form in reversed(found)}.values())[::-1]


def _emergency(country: str, code: str) -> Iterator[Dialled]:
    for number in emergency_numbers(country):
        yield Dialled(number, Kind.EMERGENCY, 0, SHORT + code)


def _in_full(prefix: str, code: str, leaf: Leaf) -> Dialled:
    """A number of the country itself, with its code."""
    return Dialled(prefix + code + body(leaf.heads, leaf.lengths), leaf.kind, len(prefix))


def _at_home(country: str, area: str) -> Iterator[Dialled]:
    """National forms, with the national prefix where it belongs to them."""
    known, code = metadata(country), calling_code(country)
    prefix = known.national_prefix or ""
    for leaf in leaves(country):
        number = body(leaf.heads, leaf.lengths)
        style = leaf.shape.style
        if style is not Style.PLAIN:
            yield Dialled(prefix + number, leaf.kind, len(prefix), code)
        if country in _CHOSEN_CARRIER and style is Style.EITHER:
            yield Dialled(f"{prefix}XX{number}", leaf.kind, len(prefix) + 2, code)
        if style is not Style.PREFIXED:
            yield Dialled(number, leaf.kind, 0, code)
    if area:
        for length in sorted(known.fixed_line.possible_length if known.fixed_line else ()):
            short = "[2-9]" + "X" * (length - len(area) - 1)
            yield Dialled(short, Kind.LOCAL, 0, code + area)


def _mobile_in_the_middle(known: PhoneMetadata, code: str) -> Iterator[Dialled]:
    """Argentina: 0, area, 15, number stands for +54 9, area, number."""
    parsing, rule = known.national_prefix_for_parsing or "", known.national_prefix_transform_rule
    begin, end = "0?(?:(", ")15)?"
    if rule != r"9\1" or not (parsing.startswith(begin) and parsing.endswith(end)):
        return
    prefix = known.national_prefix or ""
    for area in language(parsing[len(begin) : -len(end)]).words(limit=1000):
        number = "X" * (10 - len(area))
        strip = len(prefix) + len(area) + len("15")
        yield Dialled(f"{prefix}{area}15{number}", Kind.MOBILE, strip, f"{code}9{area}")
