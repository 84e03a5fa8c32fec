"""Rows land in the month of their call, made when it is needed."""

from datetime import UTC, datetime

from django.db import connection

from conmuta.apps.calls import partitions
from conmuta.platform.scope import Scope


def partitions_of(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relid::regclass::text FROM pg_partition_tree(%s::regclass)", [table])
        return {row[0] for row in cursor.fetchall()} - {table}


def test_a_month_is_made_once_for_every_table(system: Scope) -> None:
    made = partitions.ensure([(2031, 1)])
    assert made == len(partitions.TABLES)
    assert partitions.ensure([(2031, 1), (2031, 1)]) == 0
    assert "calls_event_2031_01" in partitions_of("calls_event")


def test_every_partition_holds_the_tenants_apart_by_itself(system: Scope) -> None:
    partitions.ensure([(2031, 2)])
    names = [partitions.partition_name(table, (2031, 2)) for table in partitions.TABLES]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND relrowsecurity AND relforcerowsecurity",
            [names],
        )
        assert {row[0] for row in cursor.fetchall()} == set(names)


def test_december_is_followed_by_january() -> None:
    assert partitions.months_from((2026, 12), 3) == [(2026, 12), (2027, 1), (2027, 2)]
    assert partitions.month_of(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == (2026, 12)
