"""What has a plan: a tenant, or an operator as the unit `o-SLUG`. Both go the same way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from conmuta.apps.fleet import ports
from conmuta.apps.fleet.contracts import OperatorRenderer, Renderer
from conmuta.apps.fleet.models import (
    NodeOperator,
    NodeTenant,
    OperatorPlanRevision,
    OperatorPlanState,
    PlanRevision,
    PlanState,
)
from conmuta.platform.scope import Scope
from conmuta.platform.seams import Seam
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OPERATOR_PREFIX, OperatorPlan

Plan = TenantPlan | OperatorPlan
State = PlanState | OperatorPlanState
OnNode = NodeTenant | NodeOperator


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of unit: its tables, and how its plan is made in its owner's scope."""

    owner: str
    """The foreign key: `tenant` or `operator`."""
    prefix: str
    """A unit's name is this and the owner's slug."""
    states: type[PlanState] | type[OperatorPlanState]
    revisions: type[PlanRevision] | type[OperatorPlanRevision]
    on_node: type[NodeTenant] | type[NodeOperator]
    scope_of: Callable[[int, str], Scope]
    renderer: Seam[Renderer] | Seam[OperatorRenderer]
    plan: type[TenantPlan] | type[OperatorPlan]

    @property
    def owner_id(self) -> str:
        return f"{self.owner}_id"

    def states_in(self, scope: Scope) -> QuerySet[Any]:
        return self.states.objects.within(scope)

    def revisions_in(self, scope: Scope) -> QuerySet[Any]:
        return self.revisions.objects.within(scope)

    def on_node_in(self, scope: Scope) -> QuerySet[Any]:
        return self.on_node.objects.within(scope)


TENANTS = Kind(
    owner="tenant",
    prefix="",
    states=PlanState,
    revisions=PlanRevision,
    on_node=NodeTenant,
    scope_of=Scope.for_tenant,
    renderer=ports.renderer,
    plan=TenantPlan,
)
OPERATORS = Kind(
    owner="operator",
    prefix=OPERATOR_PREFIX,
    states=OperatorPlanState,
    revisions=OperatorPlanRevision,
    on_node=NodeOperator,
    scope_of=Scope.for_operator,
    renderer=ports.operator_renderer,
    plan=OperatorPlan,
)
KINDS = (OPERATORS, TENANTS)
"""Operators first: their tenants' calls go by them."""


def kind_of(unit: str) -> tuple[Kind, str]:
    """Which kind a unit's name tells, and its owner's slug."""
    if unit.startswith(OPERATOR_PREFIX):
        return OPERATORS, unit.removeprefix(OPERATOR_PREFIX)
    return TENANTS, unit


def name_of(plan: Plan) -> str:
    """As nodes know the unit."""
    return plan.unit if isinstance(plan, OperatorPlan) else plan.tenant
