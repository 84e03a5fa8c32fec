"""A database with years of Asterisk's own legs loses them all, and nothing else."""

from datetime import UTC, datetime

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from conmuta.apps.calls import partitions
from conmuta.platform import monthly
from conmuta.platform.scope import Scope

LEG = """
    INSERT INTO calls_leg (tenant_id, node, batch, line, started, linkedid, uniqueid, sequence,
        source, destination, caller_id, context, channel, peer_channel, app, began, seconds,
        talk_seconds, disposition, user_field)
    VALUES (%s, 7, 1, 1, %s, '1', '1', 1, '', '', '', '', '', '', '', now(), 1, 1, '', '')
"""
EVENT = """
    INSERT INTO calls_event (tenant_id, node, batch, line, started, linkedid, uniqueid, at, kind,
        channel, number, name, exten, context, app, peer, user_kind, extra)
    VALUES (%s, 7, 1, 1, %s, '1', '1', now(), '', '', '', '', '', '', '', '', '', '')
"""
ASIDE = """
    INSERT INTO calls_quarantined (node, stream, batch, line, reason, detail, content, noted_at)
    VALUES (7, 'cdr', 1, 1, 'unknown_tenant', 'gone', 'a leg', now()),
        (7, 'cel', 1, 1, 'unknown_tenant', 'gone', 'an event', now())
"""
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'earlier'::regnamespace"


def migrate(executor: MigrationExecutor, name: str) -> None:
    nodes = executor.loader.graph.forwards_plan(("calls", name))
    state = executor.loader.project_state(nodes[:-1], at_end=True)
    with connection.schema_editor() as editor:
        executor.loader.get_migration("calls", name).apply(state, editor)


def test_the_table_goes_with_its_months_and_what_waited_for_it(
    two_tenants: tuple[Scope, Scope],
) -> None:
    months = [datetime(2025, 12, 31, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)]
    with Scope.system("test").active(), connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA earlier")
        cursor.execute("SET LOCAL search_path = earlier, public")
        executor = MigrationExecutor(connection)
        for name in ("0001_initial", "0002_settled", "0003_not_recorded"):
            migrate(executor, name)
        wanted = [monthly.month_of(each) for each in months]
        partitions.ensure(wanted)
        assert monthly.ensure([monthly.Monthly("calls_leg")], wanted) == len(wanted)
        for tenant, started in zip(two_tenants, months, strict=True):
            cursor.execute(LEG, [tenant.tenant_id, started])
            cursor.execute(EVENT, [tenant.tenant_id, started])
        cursor.execute(ASIDE)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        migrate(executor, "0004_legs_by_events")
        cursor.execute(TABLES)
        left = {name for (name,) in cursor.fetchall()}
        assert not [name for name in left if "leg" in name]
        assert {"calls_event", "calls_event_2025_12", "calls_event_2026_01"} <= left
    with Scope.system("test").active(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM calls_event")
        assert cursor.fetchone() == (2,)
        cursor.execute("SELECT stream FROM calls_quarantined")
        assert cursor.fetchall() == [("cel",)]
