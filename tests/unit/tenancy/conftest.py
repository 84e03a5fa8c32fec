"""Two operators with domains, and a store in memory."""

from collections.abc import Iterator

import pytest

from conmuta.adapters.storage import MemoryStorage
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy import ports
from conmuta.platform.scope import Scope

Scopes = tuple[Scope, Scope]


@pytest.fixture
def store() -> Iterator[MemoryStorage]:
    memory = MemoryStorage()
    before = ports.storage.bind(lambda: memory)
    yield memory
    ports.storage.bind(before)


@pytest.fixture
def sellers(two_operators: Scopes) -> Scopes:
    """North and South, who open tenants under domains of their own."""
    with Scope.system("test").active() as system:
        for slug in ("north", "south"):
            facts = tenancy.OperatorFacts(
                title=slug.title(), domain=f"{slug}.example.test", host=f"pbx.{slug}.example.test"
            )
            tenancy.change_operator(system, slug, facts)
    return two_operators


def facts_at(domain: str, title: str = "Norteno") -> tenancy.TenantFacts:
    return tenancy.TenantFacts(
        domain=domain, title=title, time_zone="America/Montevideo", language="es", country="UY"
    )


@pytest.fixture
def norteno(sellers: Scopes, store: MemoryStorage) -> Scope:
    """North's tenant; its scope is not in force."""
    with sellers[0].active() as north:
        row = tenancy.create_tenant(north, "norteno", facts_at("norteno.north.example.test"))
    return Scope.for_tenant(row.pk, "test:person")
