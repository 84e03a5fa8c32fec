"""An operator with two carriers, routes and prices; a company of its own."""

from collections.abc import Iterator

import pytest

from conmuta.apps.routing import api as routing
from conmuta.apps.routing.contracts import (
    CarrierRoute,
    Destination,
    DialPlan,
    RouteChoice,
    TableOfRoutes,
    TenantRouting,
)
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import CarrierGateway
from conmuta.platform.scope import Scope

CENTRO = CarrierGateway(name="centro", host="192.0.2.10", caller_id="59829000000")
SUR = CarrierGateway(name="sur", host="192.0.2.11", caller_id="59829000001")


@pytest.fixture
def north(two_operators: tuple[Scope, Scope]) -> Iterator[Scope]:
    with two_operators[0].active() as scope:
        trunks.save_operator_gateways(scope, [CENTRO, SUR])
        yield scope


@pytest.fixture
def acme(north: Scope) -> Scope:
    """A company of the operator North; its scope is not in force."""
    facts = tenancy.TenantFacts(
        domain="acme.example.test",
        title="Acme",
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )
    with Scope.system("test:system").active() as system:
        tenancy.create_tenant(system, "acme", facts, "north")
    return Scope.for_tenant(tenancy.slugs(north)["acme"], "test:person")


@pytest.fixture
def routed(north: Scope, acme: Scope) -> Scope:
    """Uruguay's dial plan and one table of routes, handed to the company."""
    routing.save_dial_plans(north, [DialPlan(name="uy", country="UY")])
    routing.save_routes(
        north,
        [
            CarrierRoute(
                name="usual", choices=(RouteChoice(gateway="centro"), RouteChoice(gateway="sur"))
            ),
            CarrierRoute(name="mobile", choices=(RouteChoice(gateway="sur"),)),
        ],
    )
    table = TableOfRoutes(
        name="basic",
        destinations=(
            Destination(prefix="", route="usual"),
            Destination(country="UY", kind="mobile", route="mobile"),  # type: ignore[arg-type]
        ),
    )
    routing.save_tables(north, [table])
    routing.save_tenants(north, [TenantRouting(name="acme", routes="basic", dial_plan="uy")])
    return acme
