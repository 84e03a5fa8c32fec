"""Two operators with companies: north has acme and beta, south has gamma."""

from dataclasses import dataclass

from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

COMPANIES = (("acme", "north"), ("beta", "north"), ("gamma", "south"))


@dataclass(frozen=True)
class Sellers:
    """Scopes, none in force."""

    north: Scope
    south: Scope
    tenants: dict[str, int]

    def tenant(self, slug: str) -> Scope:
        return Scope.for_tenant(self.tenants[slug], "test:person")


def sellers() -> Sellers:
    """Makes them."""
    with Scope.system("test:system").active() as system:
        operators = {slug: _operator(system, slug) for slug in ("north", "south")}
        tenants = {
            slug: tenancy.create_tenant(system, slug, _facts(slug), owner).pk
            for slug, owner in COMPANIES
        }
    return Sellers(operators["north"], operators["south"], tenants)


def _operator(system: Scope, slug: str) -> Scope:
    facts = tenancy.OperatorFacts(
        title=slug.title(), country="UY", time_zone="America/Montevideo", language="es"
    )
    view = tenancy.create_operator(system, slug, facts)
    return Scope.for_operator(view.id, "test:operator")


def _facts(slug: str) -> tenancy.TenantFacts:
    return tenancy.TenantFacts(
        domain=f"{slug}.example.test",
        title=slug.title(),
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )
