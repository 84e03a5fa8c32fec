"""Tables by the month: one partition for each, made ahead by a job, or when a row needs it."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from conmuta.platform import rls

TABLES = (
    "calls_event",
    "calls_leg",
    "calls_queueevent",
    "calls_call",
    "calls_queuevisit",
    "calls_agentmark",
    "calls_agentsession",
    "calls_agentpause",
    "calls_recording",
    "calls_fax",
)
MONTHS_AHEAD = 3
_LOCK = 0x63616C6C  # "call": one maker of partitions at a time

_ROOM = {"calls_call": " WITH (fillfactor = 70)"}
"""A call's row changes several times; with room on its page that touches no index."""

Month = tuple[int, int]
"""Year and month, in UTC."""


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


def month_of(at: datetime) -> Month:
    """The month, in UTC, in which `at` lies."""
    utc = at.astimezone(UTC)
    return utc.year, utc.month


def months_from(month: Month, count: int) -> list[Month]:
    """`month` and those after it, `count` in all."""
    first = month[0] * 12 + month[1] - 1
    return [(number // 12, number % 12 + 1) for number in range(first, first + count)]


def ensure(months: Iterable[Month]) -> int:
    """Makes each table's partition for these months where it is missing; how many were made.

    Attached, not created in place, so that neither readers nor writers wait for it.
    """
    wanted = [(table, month) for month in sorted(set(months)) for table in TABLES]
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


def _missing(wanted: list[tuple[str, Month]]) -> list[tuple[str, Month]]:
    names = [partition_name(*pair) for pair in wanted]
    with connection.cursor() as cursor:
        # Not to_regclass(), which may answer from before another's commit.
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY(%s)"
            " AND relnamespace = current_schema()::regnamespace",
            [names],
        )
        there = {row[0] for row in cursor.fetchall()}
    return [pair for pair in wanted if partition_name(*pair) not in there]


def _make(table: str, month: Month) -> None:
    name = partition_name(table, month)
    after = months_from(month, 2)[1]
    bounds = [f"{year:04d}-{number:02d}-01 00:00:00+00" for year, number in (month, after)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS){_ROOM.get(table, '')}"
        )
        for statement in rls.statements(name):
            cursor.execute(statement)
        cursor.execute(
            f"ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)", bounds
        )
