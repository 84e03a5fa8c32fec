"""Rated calls lie in the month of their channel's id, also those from before there were months."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from tests.support.sellers import Sellers
from tests.unit.rating.conftest import NOON, rate

from conmuta.apps.rating import api as rating
from conmuta.apps.rating import partitions
from conmuta.apps.rating.contracts import EndedLeg
from conmuta.apps.rating.models import CallCost, RatedCall
from conmuta.platform.monthly import months_ahead, started_of
from conmuta.platform.scope import Scope

Make = Callable[..., EndedLeg]
DAY = timedelta(days=1)
IDS = ("1767225599.1", "1767225600.2", "node-1-1795000000.3", "by-hand", "1795000000", "x.y")
"""The last second of 2025, the first of 2026, a node with a hyphen, and ids without a time."""


def partition_of(model: type[RatedCall | CallCost], leg: str) -> str:
    with Scope.system("test").active(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT tableoid::regclass::text FROM {model._meta.db_table} WHERE leg = %s",  # noqa: S608
            [leg],
        )
        [(name,)] = cursor.fetchall()
    return str(name)


def test_a_call_lies_in_the_month_that_its_channel_began(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    """However late it was answered."""
    late, early = leg(leg="1767225599.1"), leg(leg="1767225600.2")
    assert rate([late, early]) == 2
    for model in (RatedCall, CallCost):
        table = model._meta.db_table
        assert partition_of(model, late.leg) == f"{table}_2025_12"
        assert partition_of(model, early.leg) == f"{table}_2026_01"
    assert rate([late, early]) == 0
    assert len(rating.rated_calls(north, NOON - DAY, NOON + DAY)) == 2


def test_calls_of_several_months_are_rated_anew_together(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg(leg=f"{1767225600 + number * 2_000_000}.{number}") for number in range(12)])
    dearer = [rating.Rate(prefix="598", per_minute=5_000_000, increment=60, country="UY")]
    rating.put_rates(north, "retail", dearer)
    told = rating.rerate(north, NOON - DAY, NOON + DAY)
    assert (told.looked_at, told.changed) == (12, 12)
    again = rating.rerate(north, NOON - DAY, NOON + DAY)
    assert (again.looked_at, again.changed) == (12, 0)
    calls = rating.rated_calls(north, NOON - DAY, NOON + DAY, every_version=True)
    assert [call.version for call in calls] == [1, 2] * 12


def test_each_partition_keeps_operators_and_tenants_apart_by_itself(
    north: Scope, sellers: Sellers, leg: Make
) -> None:
    rate([leg(leg="1767225600.2")])
    for table in partitions.TABLES:
        name = f"{table.table}_2026_01"
        assert seen(name, north) == 1
        assert seen(name, sellers.tenant("acme")) == (1 if table.tenant else 0)
        assert seen(name, sellers.tenant("beta")) == 0
        assert seen(name, sellers.south) == 0


def seen(table: str, scope: Scope) -> int:
    with scope.active(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 — our own name
        return int(cursor.fetchone()[0])


def test_partitions_are_there_months_ahead(db: None) -> None:
    wanted = months_ahead(timezone.now())
    with Scope.system("test").active():
        partitions.ensure(wanted)
        assert partitions.ensure(wanted) == 0


@pytest.fixture
def before(sellers: Sellers) -> Iterator[MigrationExecutor]:
    """The tables as they were before there were months, in a schema of their own."""
    with Scope.system("test").active():
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA earlier")
            cursor.execute("SET LOCAL search_path = earlier, public")
        yield MigrationExecutor(connection)


def migrate(executor: MigrationExecutor, name: str) -> None:
    nodes = executor.loader.graph.forwards_plan(("rating", name))
    state = executor.loader.project_state(nodes[:-1], at_end=True)
    with connection.schema_editor() as editor:
        executor.loader.get_migration("rating", name).apply(state, editor)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_what_was_rated_before_moves_to_its_month_whole(
    before: MigrationExecutor, sellers: Sellers
) -> None:
    migrate(before, "0001_initial")
    with connection.cursor() as cursor:
        cursor.execute(FILLED, [sellers.tenants["acme"], sellers.north.operator_id, list(IDS)])
        cursor.execute(COSTS, [sellers.north.operator_id, sellers.tenants["acme"]])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        earlier = figures(cursor)
        migrate(before, "0002_by_month")
        assert figures(cursor) == earlier
        cursor.execute("SELECT leg, started, tableoid::regclass::text FROM rating_ratedcall")
        for leg, started, partition in cursor.fetchall():
            assert started == started_of(leg)
            assert partition.endswith(f"ratedcall_{started.astimezone(UTC):%Y_%m}")
        cursor.execute("SELECT to_regclass('earlier.rating_ratedcall_before')")
        assert cursor.fetchone() == (None,)


FILLED = """
    INSERT INTO rating_ratedcall (tenant_id, operator_id, node, linkedid, leg, version, current,
        caller, number, gateway, answered, seconds, table_name, prefix, destination, per_minute,
        setup, billed_seconds, amount, currency, problem, batch)
    SELECT %s, %s, 7, leg, leg, version, version = 2, '550', '59824001000', 'o-north:carrier',
        now(),
        61, 'retail', '598', 'Uruguay', 2000000, 0, 120, 4000000 * version, 'UYU', '',
        gen_random_uuid()
    FROM (SELECT unnest(%s::text[]) UNION ALL
          SELECT (1760000000 + n * 10000) || '.' || n FROM generate_series(1, 2000) n) AS ids(leg),
        generate_series(1, 2) AS version
"""
COSTS = """
    INSERT INTO rating_callcost (operator_id, company, node, leg, version, current, gateway,
        answered, table_name, prefix, billed_seconds, amount, currency, price, price_currency,
        problem)
    SELECT %s, %s, node, leg, version, current, gateway, answered, 'carrier', '598', 61, 1016700,
        'USD', amount, currency, '' FROM rating_ratedcall
"""


def figures(cursor: object) -> list[object]:
    found: list[object] = []
    for table in ("rating_ratedcall", "rating_callcost"):
        cursor.execute(  # type: ignore[attr-defined]
            f"SELECT count(*), sum(amount), count(*) FILTER (WHERE current), min(leg), max(leg),"  # noqa: S608
            f" md5(string_agg(leg || version || amount, ',' ORDER BY leg, version)) FROM {table}"
        )
        found += cursor.fetchall()  # type: ignore[attr-defined]
    return found
