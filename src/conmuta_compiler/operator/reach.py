"""Which classes stand in whose way, where a tenant has more than one dial plan."""

from collections.abc import Iterable

from conmuta_plan import TenantPlan
from conmuta_plan.outside import CallClass


def in_reach(plan: TenantPlan, allowed: Iterable[str]) -> tuple[CallClass, ...]:
    """The classes whose patterns stand in the way of who may dial `allowed`.

    An exception's dial plan replaces the usual one: the classes of other dial plans than those
    of `allowed` are not there at all. Who has no class of any has the usual one before him.
    """
    names = set(allowed)
    own = {each.dial_plan for each in plan.classes if each.dial_plan and each.name in names}
    usual = next((each.dial_plan for each in plan.classes if each.dial_plan), "")
    reached = {"", *(own or {usual})}
    return tuple(each for each in plan.classes if each.dial_plan in reached)
