"""Tables by the month: one partition for each, made ahead by a job, or when a row needs it.

A row's month is that of `started`, which its own id tells (ADR 0041), so that the same row always
lies in the same month.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from conmuta.platform import rls

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)
"""The start of a call whose id tells no time (an id given by whoever originated it)."""
LATEST = datetime(2200, 1, 1, tzinfo=UTC).timestamp()
MONTHS_AHEAD = 3
_LOCK = 0x63616C6C  # "call": one maker of partitions at a time
_EPOCH = re.compile(r"(?:.*-)?(\d{1,11})\.\d+")

Month = tuple[int, int]
"""Year and month, in UTC."""


@dataclass(frozen=True, slots=True)
class Monthly:
    """A table in monthly partitions. `tenant` and `operator` are the columns by which
    row-level security holds its partitions apart; `storage` says how they are kept."""

    table: str
    tenant: str | None = "tenant_id"
    operator: str | None = None
    storage: str = ""


class CreatePartitioned(CreateModel):
    """`CreateModel` for a table in monthly partitions by `started`.

    No foreign key and no index of its own on the tenant: at thousands of rows a second each
    would cost more than the row. Row-level security holds the tenants apart.
    """

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        del from_state  # the table is new
        model = to_state.apps.get_model(app_label, self.name)
        waiting = list(schema_editor.deferred_sql)
        statement, params = schema_editor.table_sql(model)
        schema_editor.deferred_sql[:] = waiting
        schema_editor.execute(f"{statement} PARTITION BY RANGE (started)", params or None)
        for index in model._meta.indexes:
            schema_editor.add_index(model, index)


@lru_cache(maxsize=65536)
def started_of(call_id: str) -> datetime:
    """When the call or channel of this id began: the id's own seconds (`[node-]SECONDS.COUNT`).

    The month of this instant decides where every row of the call is kept, so that rows which
    come late, early or under a clock that jumped still lie together.
    """
    found = _EPOCH.fullmatch(call_id)
    if not found or int(found[1]) > LATEST:
        return UNDATED
    return datetime.fromtimestamp(int(found[1]), UTC)


def month_of(at: datetime) -> Month:
    """The month, in UTC, in which `at` lies."""
    utc = at.astimezone(UTC)
    return utc.year, utc.month


def months_from(month: Month, count: int) -> list[Month]:
    """`month` and those after it, `count` in all."""
    first = month[0] * 12 + month[1] - 1
    return [(number // 12, number % 12 + 1) for number in range(first, first + count)]


def months_ahead(now: datetime) -> list[Month]:
    """This month and those for which partitions are made ahead."""
    return months_from(month_of(now), 1 + MONTHS_AHEAD)


def ensure(tables: Sequence[Monthly], months: Iterable[Month]) -> int:
    """Makes each table's partition for these months where it is missing; how many were made.

    Attached, not created in place, so that neither readers nor writers wait for it.
    """
    wanted = [(table, month) for month in sorted(set(months)) for table in tables]
    missing = _missing(wanted)
    if missing:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        missing = _missing(missing)
    for table, month in missing:
        _make(table, month)
    return len(missing)


def partition_name(table: str, month: Month) -> str:
    """`calls_event_2026_11`."""
    return f"{table}_{month[0]:04d}_{month[1]:02d}"


def _missing(wanted: list[tuple[Monthly, Month]]) -> list[tuple[Monthly, Month]]:
    names = [partition_name(table.table, month) for table, month in wanted]
    with connection.cursor() as cursor:
        # Not to_regclass(), which may answer from before another's commit.
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND relnamespace = current_schema()::regnamespace",
            [names],
        )
        there = {row[0] for row in cursor.fetchall()}
    return [pair for pair, name in zip(wanted, names, strict=True) if name not in there]


def _make(table: Monthly, month: Month) -> None:
    name = partition_name(table.table, month)
    after = months_from(month, 2)[1]
    bounds = [f"{year:04d}-{number:02d}-01 00:00:00+00" for year, number in (month, after)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {name} (LIKE {table.table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
            f"{table.storage}"
        )
        for statement in rls.statements(name, table.tenant, table.operator):
            cursor.execute(statement)
        cursor.execute(
            f"ALTER TABLE {table.table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)",
            bounds,
        )
