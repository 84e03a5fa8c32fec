"""Operators with price tables, and ended calls."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.support import sellers as support
from tests.support.sellers import Sellers

from conmuta.apps.rating import api as rating
from conmuta.apps.rating.contracts import MICRO, EndedLeg, Rate, Tariff, Terms
from conmuta.apps.trunks import api as trunks
from conmuta.apps.trunks.contracts import CarrierGateway
from conmuta.platform.scope import Scope

NOON = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
CARRIER = CarrierGateway(name="carrier", host="192.0.2.10", secret="only-they-know", username="n")
RETAIL = [
    Rate(prefix="598", per_minute=2 * MICRO, increment=60, country="UY", destination="Uruguay"),
    Rate(prefix="5989", per_minute=6 * MICRO, minimum=30, increment=30, country="UY"),
    Rate(prefix="1", per_minute=9 * MICRO, country="US"),
]
BOUGHT = [Rate(prefix="598", per_minute=MICRO, increment=1, country="UY")]


@pytest.fixture
def sellers(db: None) -> Sellers:
    return support.sellers()


@pytest.fixture
def north(sellers: Sellers) -> Iterator[Scope]:
    """An operator that sells at `retail` and buys from a carrier, its scope in force; acme pays."""
    with sellers.north.active() as scope:
        trunks.save_operator_gateways(scope, [CARRIER])
        tables = [
            Tariff(name="retail", currency="UYU", title="Lista", decimals=2),
            Tariff(name="carrier", currency="USD", gateways=("carrier",)),
        ]
        rating.save_tables(scope, tables)
        rating.put_rates(scope, "retail", RETAIL)
        rating.put_rates(scope, "carrier", BOUGHT)
        with sellers.tenant("acme").active() as acme:
            rating.save_terms(acme, [Terms(prices="retail", prepaid=True)])
        yield scope


@pytest.fixture
def leg(sellers: Sellers) -> Callable[..., EndedLeg]:
    """An answered call of a tenant's; each has a far channel of its own."""
    made = 0

    def make(
        tenant: str = "acme", number: str = "59824001000", seconds: float = 61, **more: object
    ) -> EndedLeg:
        nonlocal made
        made += 1
        facts: dict[str, object] = {
            "tenant": sellers.tenants[tenant],
            "node": 7,
            "linkedid": f"1795000000.{made}",
            "leg": f"1795000000.{made}1",
            "caller": "550",
            "number": number,
            "gateway": "o-north:carrier",
            "answered": NOON,
            "ended": NOON + timedelta(seconds=seconds),
        }
        return EndedLeg(**{**facts, **more})  # type: ignore[arg-type]

    return make


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a price list."""

    def write(text: str) -> Path:
        path = tmp_path / "prices.csv"
        path.write_text(text, "utf-8")
        return path

    return write


def rate(legs: list[EndedLeg]) -> int:
    """Rates these calls, as the worker does."""
    with Scope.system("test:worker").active() as system:
        return rating.rate(system, legs)
