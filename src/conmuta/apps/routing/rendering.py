"""The operator's plan, and a tenant's part of its own that comes from its operator."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from conmuta.apps.numbering import api as numbering
from conmuta.apps.rating import api as rating
from conmuta.apps.routing import classes, queries, resolve, unbilled
from conmuta.apps.routing.contracts import CarrierRoute, DialPlan, TenantRouting
from conmuta.apps.routing.presets import whole
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import OutgoingClass
from conmuta.platform.countries import calling_code
from conmuta.platform.nouns import as_plan, as_plans
from conmuta.platform.scope import Scope
from conmuta_compiler.operator.numbers import prefixes
from conmuta_plan.operator import (
    OPERATOR_PREFIX,
    SHORT,
    UNBILLED,
    Guard,
    NumberRule,
    OperatorGateway,
    OperatorLink,
    OperatorPlan,
)
from conmuta_plan.outside import CallClass
from conmuta_plan.people import Extension


def operator_plan(scope: Scope) -> OperatorPlan:
    """The plan of `scope`'s operator, as it stands in the database now."""
    operator = tenancy.operator_of(scope)
    routes, gateways = queries.routes(scope), trunks.operator_gateways(scope)
    countries = {operator.facts.country}
    countries |= {plan.country for plan in queries.dial_plans(scope).values()}
    resolved = resolve.resolve(routes, queries.tables(scope), costs(scope, routes))
    return OperatorPlan(
        operator=operator.slug,
        title=operator.facts.title,
        time_zone=operator.facts.time_zone,
        country=operator.facts.country,
        on_net=queries.settings(scope).on_net,
        gateways=tuple(with_short(each, countries) for each in as_plans(OperatorGateway, gateways)),
        routes=resolved.routes,
        tables=resolved.tables,
        prices=(*rating.price_tables(scope), unbilled.table(frozenset(filter(None, countries)))),
    )


def with_short(gateway: OperatorGateway, countries: Iterable[str]) -> OperatorGateway:
    """The gateway, short numbers of these countries leaving as they are dialled.

    Help must not depend on somebody's having thought of it; rules that are written stay.
    """
    written = tuple(rule.pattern for rule in gateway.outbound)
    heads = (SHORT + calling_code(country) for country in sorted(filter(None, countries)))
    rules = tuple(
        NumberRule(pattern=f"{head}.", strip=len(head), note="short numbers")
        for head in dict.fromkeys(heads)
        if not any(pattern.startswith(head) for pattern in written)
    )
    return replace(gateway, outbound=(*gateway.outbound, *rules))


def costs(scope: Scope, routes: dict[str, CarrierRoute]) -> dict[str, dict[str, int]]:
    """What a minute costs through each gateway of the routes that ask."""
    day = rating.today(scope)
    return {name: rating.cost_prefixes(scope, name, day) for name in currencies(scope, routes)}


def costs_of(
    scope: Scope, routes: dict[str, CarrierRoute], route: CarrierRoute, number: str
) -> dict[str, dict[str, int]]:
    """The same for one number by one of the routes."""
    day, within = rating.today(scope), tuple(prefixes(number))
    own = {choice.gateway for choice in route.choices} & currencies(scope, routes).keys()
    return {name: rating.cost_prefixes(scope, name, day, within) for name in sorted(own)}


def currencies(scope: Scope, routes: dict[str, CarrierRoute]) -> dict[str, str]:
    """In what each gateway of the routes that ask costs.

    Costs in another currency than most gateways' cannot be compared: they are as if not known.
    """
    asking = [each for each in routes.values() if each.least_cost or each.cost_limit is not None]
    names = {choice.gateway for route in asking for choice in route.choices}
    tables = rating.tables(scope).values()
    known = {name: table.currency for table in tables for name in table.gateways if name in names}
    counted = Counter(known[name] for name in sorted(known))
    usual = counted.most_common(1)[0][0] if counted else ""
    return {name: usual for name in sorted(known) if known[name] == usual}


def of_tenant(scope: Scope) -> tuple[TenantRouting | None, dict[str, DialPlan]]:
    """What the operator handed to `scope`'s tenant, and the dial plans in it."""
    tenant = tenancy.tenant_of(scope)
    with Scope.for_operator(tenant.operator_id, scope.actor).active() as operator:
        found = queries.tenants(operator).get(tenant.slug)
        plans = queries.dial_plans(operator) if found else {}
    return found, {name: whole(plan) for name, plan in plans.items()}


def plan_part(scope: Scope) -> dict[str, Any]:
    """How a tenant calls out, as keyword arguments of `TenantPlan`."""
    own = trunks.classes(scope)
    routing, plans = of_tenant(scope)
    items = list(own.values()) if routing is None else classes.completed(own, routing, plans)
    ordered = sorted(items, key=lambda item: (item.name not in own, item.name))
    return {
        "classes": tuple(as_plan(CallClass, item) for item in ordered),
        "flow_classes": tuple(sorted(item.name for item in own.values() if item.for_flows)),
        "operator": link(scope, routing) if routing else None,
    }


def link(scope: Scope, routing: TenantRouting) -> OperatorLink:
    """How `scope`'s tenant hangs on its operator."""
    tenant, terms = tenancy.tenant_of(scope), rating.terms(scope)
    return OperatorLink(
        unit=OPERATOR_PREFIX + tenant.operator,
        routes=routing.routes,
        prices=terms.prices or UNBILLED,
        prepaid=terms.prices is not None and (terms.prepaid or terms.credit_limit is not None),
        max_calls_out=tenant.limits.max_calls_out or 0,
        max_calls_in=tenant.limits.max_calls_in or 0,
        caller_ids=numbering.numbers_of(scope),
        foreign_caller_ids=routing.foreign_caller_ids,
        guard=_within(rating.guard(scope), tenant.limits),
    )


def _within(guard: Guard, limits: tenancy.Limits) -> Guard:
    """The guard, no wider than the tenant's limits."""
    least = {
        name: min(known, default=None)
        for name in ("money_per_day", "minutes_per_day")
        if (known := _given(getattr(guard.tenant, name), getattr(limits, name))) is not None
    }
    return replace(guard, tenant=replace(guard.tenant, **least))


def _given(*values: int | None) -> list[int]:
    return [value for value in values if value is not None]


def permitted(scope: Scope, extensions: tuple[Extension, ...]) -> tuple[Extension, ...]:
    """`extensions`, those with a dial plan of their own allowed its classes."""
    routing, _ = of_tenant(scope)
    if routing is None or not routing.exceptions:
        return extensions
    own: dict[str, OutgoingClass] = trunks.classes(scope)
    return tuple(
        replace(each, classes=classes.permitted(each.number, each.classes, routing, own))
        for each in extensions
    )
