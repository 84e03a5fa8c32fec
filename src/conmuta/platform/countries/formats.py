"""How carriers of a country send and expect numbers: presets of a gateway's rules."""

from collections.abc import Iterator
from dataclasses import dataclass

from conmuta.platform.countries.calling import (
    Kind,
    Style,
    calling_code,
    emergency_numbers,
    international_prefixes,
    leaves,
    metadata,
)
from conmuta.platform.countries.dialling import (
    body,
    dialled_forms,
)
from conmuta_plan.operator import SHORT

Rule = tuple[str, int, str]
"""Pattern, strip, prepend."""


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """`inbound` makes E.164 of what arrives, `outbound` the reverse; `caller` for our number."""

    name: str
    inbound: tuple[Rule, ...]
    outbound: tuple[Rule, ...]
    caller: tuple[Rule, ...]


def formats(country: str) -> dict[str, NumberFormat]:
    """By name: `e164` digits alone, `plus` with +, `international` with 00, `national`."""
    code = calling_code(country)
    abroad = international_prefixes(metadata(country))[0]
    short = tuple(_short(country, code))
    made = (
        NumberFormat("e164", _in(abroad), short, ()),
        NumberFormat("plus", _in(abroad), (*short, ("X.", 0, "+")), (("X.", 0, "+"),)),
        NumberFormat("international", _in(abroad), (*short, ("X.", 0, abroad)), ()),
        _national(country, code, abroad, short),
    )
    return {each.name: each for each in made}


def _in(abroad: str) -> tuple[Rule, ...]:
    return (("+Z.", 1, ""), (f"{abroad}Z.", len(abroad), ""))


def _short(country: str, code: str) -> Iterator[Rule]:
    """Emergency numbers leave as they are dialled."""
    for number in emergency_numbers(country):
        yield SHORT + code + number, len(SHORT + code), ""


def _national(country: str, code: str, abroad: str, short: tuple[Rule, ...]) -> NumberFormat:
    """As people of the country dial."""
    home = tuple(_home(country, code))
    inward = tuple(
        (form.pattern, form.strip, form.prepend)
        for form in dialled_forms(country)
        if form.kind is not Kind.EMERGENCY
    )
    outward = (*short, *home, ("X.", 0, abroad))
    return NumberFormat("national", inward, outward, (*home, ("X.", 0, abroad)))


def _home(country: str, code: str) -> Iterator[Rule]:
    prefix = metadata(country).national_prefix or ""
    for leaf in leaves(country):
        front = prefix if leaf.shape.style is Style.PREFIXED else ""
        yield code + body(leaf.heads, leaf.lengths), len(code), front
