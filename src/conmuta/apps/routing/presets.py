"""What people dial in the countries of the world, as rules of a dial plan. Pure."""

from dataclasses import replace

from conmuta.apps.routing.contracts import ClassKind, DialPlan, DialRule
from conmuta.platform.countries import COUNTRIES, dialled_forms


def whole(plan: DialPlan) -> DialPlan:
    """The plan with the rules of its country."""
    if not plan.country:
        return plan
    written = {rule.pattern for rule in plan.rules}
    more = (rule for rule in of_country(plan.country, plan.area) if rule.pattern not in written)
    return replace(plan, rules=(*plan.rules, *more))


def of_country(country: str, area: str = "") -> tuple[DialRule, ...]:
    """What people dial in `country`. Raises `KeyError` where phonenumbers knows no such one."""
    return tuple(
        DialRule(
            pattern=each.pattern,
            kind=ClassKind(str(each.kind)),
            strip=each.strip,
            prepend=each.prepend,
        )
        for each in dialled_forms(country, area)
    )


def countries() -> tuple[str, ...]:
    """Countries whose rules are held against phonenumbers, number for number."""
    return COUNTRIES
