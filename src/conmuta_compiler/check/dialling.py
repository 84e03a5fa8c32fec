"""Checks of what people dial to the outside: rules that nobody reaches, numbers in dispute."""

from collections.abc import Iterator

from conmuta_compiler.operator.overlaps import findings
from conmuta_compiler.steps.common.findings import Finding
from conmuta_plan import TenantPlan


def check_dialling(plan: TenantPlan) -> Iterator[Finding]:
    """Each dial plan with the tenant's own classes; without one, these alone."""
    names = list(dict.fromkeys(each.dial_plan for each in plan.classes if each.dial_plan))
    for name in names or [""]:
        where = f"dial plan {name}" if name else "call classes"
        classes = [each for each in plan.classes if each.dial_plan in {"", name}]
        rules = [(pattern, each.name) for each in classes for pattern in each.patterns]
        yield from findings(where, rules)
