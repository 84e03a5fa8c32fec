"""Calls per second that are rated: the arithmetic alone, and with their rows and accounts."""

import argparse
import os
import random
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bench.support import report
from conmuta.local.postgres import PostgresCluster

if TYPE_CHECKING:
    from conmuta.apps.rating.api import EndedLeg, Rate
    from conmuta.platform.scope import Scope

SEED = 13
PREFIXES = 100_000
TENANTS = 200
GATEWAYS = ("first", "second")
NOON = datetime(2026, 11, 22, 15, tzinfo=UTC)
PAGE = 5000


def rates(count: int) -> "list[Rate]":
    """A carrier's list: prefixes of every length, some with an offer from another day."""
    from conmuta.apps.rating.api import Rate

    chance = random.Random(SEED)
    prefixes = {str(chance.randrange(1, 10 ** chance.randrange(1, 9))) for _ in range(count * 2)}
    return [
        Rate(
            prefix=prefix,
            per_minute=chance.randrange(1_000, 2_000_000),
            minimum=chance.choice((0, 30, 60)),
            increment=chance.choice((1, 6, 60)),
        )
        for prefix in sorted(prefixes)[:count]
    ]


def legs(count: int, tenants: Sequence[int]) -> "list[EndedLeg]":
    """Ended calls of a busy day, to anywhere."""
    from conmuta.apps.rating.api import EndedLeg

    chance = random.Random(SEED)
    return [
        EndedLeg(
            tenant=chance.choice(tenants),
            node=1,
            linkedid=f"1795000000.{index}",
            leg=f"1795000000.{index}1",
            caller="550",
            number=str(chance.randrange(10**10, 10**12)),
            gateway=f"o-north:{chance.choice(GATEWAYS)}",
            answered=NOON + timedelta(seconds=index % 86_400),
            ended=NOON + timedelta(seconds=index % 86_400 + chance.expovariate(1 / 120)),
        )
        for index in range(count)
    ]


def pure(count: int) -> float:
    """Calls per second with both prices, from tables in memory."""
    from conmuta.apps.rating.contracts import Tariff
    from conmuta.apps.rating.desk import Desk, Payer
    from conmuta.apps.rating.rules import book

    listed = rates(PREFIXES)
    sold = book(Tariff(name="sold", currency="USD"), listed)
    bought = book(Tariff(name="bought", currency="USD", gateways=GATEWAYS), listed)
    zone = ZoneInfo("America/Montevideo")
    tenants = range(1, TENANTS + 1)
    desk = Desk(
        {tenant: Payer(1, zone, sold) for tenant in tenants},
        {(1, gateway): bought for gateway in GATEWAYS},
    )
    calls = legs(count, tenants)
    began = time.perf_counter()
    total = sum(desk.rate(leg).sold.amount for leg in calls)
    seconds = time.perf_counter() - began
    if total <= 0:
        raise RuntimeError("no call cost anything")
    return count / seconds


def prepare_database(url: str, folder: Path) -> "tuple[Scope, list[int], float]":
    """Tables, an operator, its tenants and prices; seconds that 100,000 prices took to arrive."""
    os.environ["CONMUTA_DATABASE_URL"] = url
    os.environ["CONMUTA_DATABASE_POOL"] = "0"
    os.environ["CONMUTA_STATE_DIR"] = str(folder)
    os.environ["CONMUTA_LOG_LEVEL"] = "WARNING"
    os.environ["DJANGO_SETTINGS_MODULE"] = "conmuta.wiring.settings"
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform import secrets
    from conmuta.platform.scope import Scope

    secrets.ensure_key_file(settings.CONMUTA.key_file)
    with Scope.system("bench:rating").active() as system:
        call_command("migrate", verbosity=0)
        facts = tenancy.OperatorFacts(title="North", country="UY", domain="example.test")
        operator = tenancy.create_operator(system, "north", facts).id
    scope = Scope.for_operator(operator, "bench:rating")
    with scope.active():
        seconds = _priced(scope, folder)
        return scope, [_tenant(scope, f"company-{each}") for each in range(TENANTS)], seconds


def _priced(scope: "Scope", folder: Path) -> float:
    from conmuta.apps.rating import api as rating
    from conmuta.apps.trunks import api as trunks
    from conmuta.apps.trunks.contracts import CarrierGateway

    gateways = [CarrierGateway(name=name, host=f"{name}.example.test") for name in GATEWAYS]
    trunks.save_operator_gateways(scope, gateways)
    rating.save_tables(scope, [rating.Tariff(name="sold", currency="USD")])
    bought = rating.Tariff(name="bought", currency="USD", gateways=GATEWAYS)
    rating.save_tables(scope, [bought])
    path = folder / "prices.csv"
    with path.open("w") as file:
        file.write("prefix,per_minute,minimum,increment\n")
        for rate in rates(PREFIXES):
            price = rating.decimal_of(rate.per_minute)
            file.write(f"{rate.prefix},{price},{rate.minimum},{rate.increment}\n")
    began = time.perf_counter()
    rating.import_prices(scope, "sold", path)
    seconds = time.perf_counter() - began
    rating.import_prices(scope, "bought", path)
    return seconds


def _tenant(scope: "Scope", slug: str) -> int:
    from conmuta.apps.rating import api as rating
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    facts = tenancy.TenantFacts(
        domain=f"{slug}.example.test",
        title=slug,
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )
    tenant: int = tenancy.create_tenant(scope, slug, facts).pk
    with Scope.for_tenant(tenant, scope.actor).active() as own:
        rating.save_terms(own, [rating.Terms(prices="sold")])
    return tenant


def bulk(count: int, tenants: Sequence[int]) -> tuple[float, bool]:
    """Calls per second to committed rows of calls, costs and accounts; whether the sums agree."""
    from django.db import connection

    from conmuta.apps.rating import api as rating
    from conmuta.platform.scope import Scope

    calls = legs(count, tenants)
    with Scope.system("bench:rating").active() as system:
        rating.rate(system, calls[:1])  # tables are read once in a process's life
        began = time.perf_counter()
        for first in range(0, count, PAGE):
            rating.rate(system, calls[first : first + PAGE])
        seconds = time.perf_counter() - began
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT (SELECT count(*) FROM rating_ratedcall),"
                " (SELECT sum(amount) FROM rating_ratedcall)"
                " + (SELECT sum(amount) FROM rating_accountentry)"
            )
            row = cursor.fetchone() or (0, 1)
    return count / seconds, row[0] == count and row[1] == 0


def main(argv: Sequence[str]) -> int:
    """Rate, write, sum."""
    args = _arguments(argv)
    where = report.machine()
    folder = Path(tempfile.mkdtemp(prefix="conmuta-rating-"))
    folder.chmod(0o755)
    cluster = PostgresCluster(folder / "postgres")
    try:
        cluster.up()
        cluster.ensure_database()
        _, tenants, imported = prepare_database(cluster.url(), folder)
        alone = pure(args.calls)
        written, right = bulk(args.calls, tenants)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    figures = {
        "calls_per_s": round(alone),
        "written_calls_per_s": round(written),
        "prices": PREFIXES,
        "price_list_seconds": round(imported, 2),
        "sums_agree": right,
    }
    lines = [
        f"{alone:,.0f} calls/s rated, two tables of {PREFIXES} prefixes",
        f"{written:,.0f} calls/s to committed rows and accounts, by one worker",
        f"a list of {PREFIXES} prices: {imported:.1f} s" + ("" if right else "; SUMS DIFFER"),
    ]
    report.show(report.Report("rating", figures, lines), as_json=args.json, where=where)
    return 0 if right else 1


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = report.parser("rating", "calls per second that are rated")
    parser.add_argument("--calls", type=int, default=100_000)
    return parser.parse_args(argv)
