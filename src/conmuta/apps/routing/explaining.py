"""A call out, explained as it would go now: the plan's decision, and what routes left out."""

from dataclasses import dataclass
from datetime import datetime

from conmuta.apps.numbering import api as numbering
from conmuta.apps.routing import known, queries, rendering, resolve
from conmuta.apps.routing.contracts import CarrierRoute
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta_compiler.operator import explain as told
from conmuta_compiler.operator.money import amount
from conmuta_compiler.operator.numbers import to_e164
from conmuta_compiler.operator.trace import Trace, World, class_of, trace
from conmuta_compiler.steps.common.words import Words, words
from conmuta_plan import TenantPlan


@dataclass(frozen=True, slots=True)
class Explained:
    """`sentences` tell the whole; `trace` is the same as values."""

    trace: Trace
    sentences: tuple[Words, ...]

    @property
    def goes_out(self) -> bool:
        """Whether a gateway is tried, or another tenant's number rings."""
        decision = self.trace.decision
        return decision is not None and bool(decision.tried or decision.on_net)

    def text(self, language: str) -> str:
        """A numbered line for each sentence."""
        return told.text(self.sentences, language)


def explain(
    scope: Scope, plan: TenantPlan, dialled: str, at: datetime, caller: str | None
) -> Explained:
    """What becomes of `dialled` by the extension `caller` (None: a flow) of `scope`'s tenant.

    `plan` is the tenant's as it stands. Raises `KeyError` where no such extension is.
    """
    tenant = tenancy.tenant_of(scope)
    with Scope.for_operator(tenant.operator_id, scope.actor).active() as operator:
        router = known.router_of(operator) if plan.operator else None
        found = trace(
            plan, dialled, at, caller, World(router=router, stock=_stock(operator, plan, dialled))
        )
        sentences = [*told.explain(found), *_costs(operator, found)]
    return Explained(found, tuple(sentences))


def _stock(operator: Scope, plan: TenantPlan, dialled: str) -> dict[str, str]:
    """Whose the number is, of whatever class it could be."""
    names = [item.name for item in plan.classes]
    item, _ = class_of(
        plan, names, {s.code: s.number for s in plan.speed_dials}.get(dialled, dialled)
    )
    number = to_e164(item, dialled) if item else None
    holder = numbering.holder(operator, number) if number else None
    return {number: holder} if number and holder else {}


def _costs(operator: Scope, found: Trace) -> list[Words]:
    """What gateways cost the operator, where the route asks, and which are too dear."""
    decision = found.decision
    if decision is None or decision.route is None or decision.e164 is None:
        return []
    routes = queries.routes(operator)
    route = _origin(routes, decision.route)
    if route is None or not (route.least_cost or route.cost_limit is not None):
        return []
    costs = rendering.costs_of(operator, routes, route, decision.e164)
    items = resolve.considered(route, costs, decision.e164)
    currencies = rendering.currencies(operator, routes)
    return [_cost(item, currencies.get(item.choice.gateway, "")) for item in items]


def _origin(routes: dict[str, CarrierRoute], name: str) -> CarrierRoute | None:
    """The route of which `name` is an order by cost."""
    return routes.get(name) or routes.get(name.rpartition("-")[0])


def _cost(item: resolve.Considered, currency: str) -> Words:
    gateway = item.choice.gateway
    if item.cost is None:
        spoken = words(
            "its cost for this number is not known", "no se conoce su costo para este número"
        )
    else:
        spoken = words(
            "costs the operator {amount} a minute",
            "le cuesta al operador {amount} por minuto",
            amount=amount(item.cost, currency),
        )
    dear = words(": not tried, it is above the route's limit", ": no se prueba, pasa el límite")
    return words(
        "{gateway}: {spoken}{dear}.",
        "{gateway}: {spoken}{dear}.",
        gateway=gateway,
        spoken=spoken,
        dear=dear if item.too_dear else words("", ""),
    )
