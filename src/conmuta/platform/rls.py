"""Row-level security, as a migration operation.

A forced policy holds for the tables' owner too; the server's role must not be a superuser nor
have BYPASSRLS: `conmuta.platform.postgres` refuses to connect as one.
"""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model

POLICY = "scope"


def statements(
    table: str, column: str | None = "tenant_id", operator: str | None = None
) -> list[str]:
    """SQL that secures one table (or one partition, which needs its own policy).

    `column` has the tenant whose scope sees a row, `operator` the operator; None: no such scope.
    """
    name, held = _quoted(table), _held(column, operator)
    return [
        f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",
        f"DROP POLICY IF EXISTS {POLICY} ON {name}",
        f"CREATE POLICY {POLICY} ON {name} USING ({held}) WITH CHECK ({held})",
    ]


def _held(column: str | None, operator: str | None) -> str:
    """The system's scope sees every row: `conmuta.tenant` is then `*`."""
    seen = "'*'" if column is None else f"'*', {_quoted(column)}::text"
    held = f"current_setting('conmuta.tenant', true) in ({seen})"
    if operator is None:
        return held
    return f"{held} OR current_setting('conmuta.operator', true) = {_quoted(operator)}::text"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


class EnableRowSecurity(Operation):
    """Secures a model's table and every partition that it has by now.

    Without columns: `tenant_id` where the model has one, and `operator_id` where it has no other.
    Whoever makes a partition later runs `statements(partition)` on it in the same transaction.
    """

    reversible = True

    def __init__(
        self, model_name: str, column: str | None = None, operator: str | None = None
    ) -> None:
        self.model_name = model_name
        self.column = column
        self.operator = operator

    def _columns(self, model: type[Model]) -> tuple[str | None, str | None]:
        if self.column is not None or self.operator is not None:
            return self.column, self.operator
        has = {field.column for field in model._meta.local_concrete_fields}
        return ("tenant_id", None) if "tenant_id" in has else (None, "operator_id")

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Django's state knows no policies."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,  # noqa: ARG002 — Django's signature
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        table = model._meta.db_table
        for name in [table, *partitions(schema_editor, table)]:
            for statement in statements(name, *self._columns(model)):
                schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002 — Django's signature
    ) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        for name in [table, *partitions(schema_editor, table)]:
            schema_editor.execute(f"DROP POLICY IF EXISTS {POLICY} ON {_quoted(name)}")
            schema_editor.execute(f"ALTER TABLE {_quoted(name)} DISABLE ROW LEVEL SECURITY")

    def describe(self) -> str:
        return f"Forces row-level security on {self.model_name}"


def partitions(schema_editor: BaseDatabaseSchemaEditor, table: str) -> list[str]:
    """Names of the partitions below `table`."""
    query = "SELECT relid::regclass::text FROM pg_partition_tree(%s::regclass) WHERE level > 0"
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(query, [_quoted(table)])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return [row[0].strip('"') for row in rows]
