"""All checks of a plan."""

from collections.abc import Iterator

from conmuta_compiler.check.dialling import check_dialling
from conmuta_compiler.check.flows import check_flow
from conmuta_compiler.check.loops import check_loops
from conmuta_compiler.check.places import check_places
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.schedules import faults
from conmuta_plan import TenantPlan

ORDER = list(Severity)


def check(plan: TenantPlan) -> tuple[Finding, ...]:
    """Everything found, the worst first. A plan without findings has nothing known against it."""
    return tuple(sorted(_all(plan), key=lambda finding: ORDER.index(finding.severity)))


def _all(plan: TenantPlan) -> Iterator[Finding]:
    yield from check_places(plan)
    yield from check_dialling(plan)
    for agenda in plan.agendas:
        yield from faults(agenda)
    for flow in plan.flows:
        yield from check_flow(plan, flow)
    yield from check_loops(plan)
