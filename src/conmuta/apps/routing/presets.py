"""Dial plans of countries, ready to be handed to tenants. Pure."""

from conmuta.apps.routing.contracts import ClassKind, DialPlan, DialRule
from conmuta.platform.countries import COUNTRIES, dialled_forms

EIGHT = "8"
"""What people of the former Soviet Union dial before everything that is not local."""


def dial_plan(country: str, name: str = "", area: str = "", *, eight: bool = False) -> DialPlan:
    """The dial plan of `country` (one of `COUNTRIES`, checked; any that phonenumbers knows).

    `area`: numbers of this area may be dialled without its code. `eight`: 8 and a country's code
    dials abroad too, where 8 begins no number. Raises `KeyError` for no country.
    """
    forms = dialled_forms(country, area)
    rules = [
        DialRule(
            pattern=each.pattern,
            kind=ClassKind(str(each.kind)),
            strip=each.strip,
            prepend=each.prepend,
        )
        for each in forms
    ]
    if eight and not any(rule.pattern.startswith(("8", "X", "Z", "N")) for rule in rules):
        rules.append(DialRule(pattern="8[1-9].", kind=ClassKind.INTERNATIONAL, strip=1))
    return DialPlan(name=name or country.lower(), country=country, rules=tuple(rules))


def countries() -> tuple[str, ...]:
    """Countries with a dial plan that is held against phonenumbers."""
    return COUNTRIES
