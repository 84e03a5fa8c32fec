"""What an operator has, by name, and what names what."""

from collections.abc import Iterator

from conmuta.apps.routing import models
from conmuta.apps.routing.contracts import (
    CarrierRoute,
    DialPlan,
    RoutingSettings,
    TableOfRoutes,
    TenantRouting,
)
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import nouns
from conmuta.platform.nouns import Mention, Named, Noun, declare
from conmuta.platform.scope import Scope


def _gateways(spec: CarrierRoute) -> Iterator[Named]:
    for index, choice in enumerate(spec.choices):
        yield ("choices", str(index), "gateway"), choice.gateway


def _routes(spec: TableOfRoutes) -> Iterator[Named]:
    for index, item in enumerate(spec.destinations):
        yield ("destinations", str(index), "route"), item.route


def _base(spec: TableOfRoutes) -> Iterator[Named]:
    if spec.base is not None:
        yield ("base",), spec.base


def _table(spec: TenantRouting) -> Iterator[Named]:
    yield ("routes",), spec.routes


def _dial_plans(spec: TenantRouting) -> Iterator[Named]:
    if spec.dial_plan is not None:
        yield ("dial_plan",), spec.dial_plan
    for extension, name in spec.exceptions.items():
        yield ("exceptions", extension), name


DIAL_PLANS = declare(Noun("routing.dial_plan", models.DialPlan, DialPlan))
ROUTES = declare(
    Noun(
        "routing.route",
        models.Route,
        CarrierRoute,
        mentions=(Mention("trunks.operator_gateway", _gateways),),
    )
)
TABLES = declare(
    Noun(
        "routing.table",
        models.RouteTable,
        TableOfRoutes,
        mentions=(Mention("routing.route", _routes), Mention("routing.table", _base)),
    )
)
TENANTS = declare(
    Noun(
        "routing.tenant",
        models.TenantRouting,
        TenantRouting,
        mentions=(Mention("routing.table", _table), Mention("routing.dial_plan", _dial_plans)),
    )
)
SETTINGS = declare(Noun("routing.settings", models.RoutingSettings, RoutingSettings))


def dial_plans(scope: Scope) -> dict[str, DialPlan]:
    return nouns.load(scope, DIAL_PLANS)


def routes(scope: Scope) -> dict[str, CarrierRoute]:
    return nouns.load(scope, ROUTES)


def tables(scope: Scope) -> dict[str, TableOfRoutes]:
    return nouns.load(scope, TABLES)


def tenants(scope: Scope) -> dict[str, TenantRouting]:
    """By the tenants' slugs."""
    return nouns.load(scope, TENANTS)


def settings(scope: Scope) -> RoutingSettings:
    return nouns.load(scope, SETTINGS).get("routing", RoutingSettings())


def operator_scope(scope: Scope) -> Scope:
    """The scope of the operator that `scope`'s tenant hangs on."""
    return Scope.for_operator(tenancy.tenant_of(scope).operator_id, scope.actor)
