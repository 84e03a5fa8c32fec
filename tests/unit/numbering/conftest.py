"""Two operators, one of them with two companies."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.db import connection

from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope


@dataclass(frozen=True)
class Sellers:
    """`north` has the companies acme and beta, `south` has gamma; scopes not in force."""

    north: Scope
    south: Scope
    tenants: dict[str, int]

    def tenant(self, slug: str) -> Scope:
        return Scope.for_tenant(self.tenants[slug], "test:person")


@pytest.fixture
def sellers(two_operators: tuple[Scope, Scope]) -> Sellers:
    north, south = two_operators
    with Scope.system("test:system").active() as system:
        names = {pk: slug for slug, pk in tenancy.operator_slugs(system).items()}
        tenants = {}
        for slug, owner in (("acme", north), ("beta", north), ("gamma", south)):
            facts = tenancy.TenantFacts(
                domain=f"{slug}.example.test",
                title=slug.title(),
                time_zone="America/Montevideo",
                language="es",
                country="UY",
            )
            operator = names[owner.operator_id or 0]
            tenants[slug] = tenancy.create_tenant(system, slug, facts, operator).pk
    return Sellers(north, south, tenants)


@pytest.fixture
def north(sellers: Sellers) -> Iterator[Scope]:
    """The operator's scope, in force."""
    with sellers.north.active() as scope:
        yield scope


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a file of numbers."""

    def write(text: str) -> Path:
        path = tmp_path / "numbers.csv"
        path.write_text(text, "utf-8")
        return path

    return write


@pytest.fixture
def count(db: None) -> Callable[[], int]:
    """How many numbers there are in the whole installation."""

    def counted() -> int:
        with Scope.system("test:count").active(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM numbering_stocknumber")
            row = cursor.fetchone()
            return int(row[0]) if row else 0

    return counted
