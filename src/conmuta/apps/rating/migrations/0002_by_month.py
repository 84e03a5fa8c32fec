"""Rated calls and their costs lie in monthly partitions. What there is moves there, in this
transaction: afterwards as many rows as before, or nothing has happened."""

from datetime import datetime
from typing import Any

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from conmuta.apps.rating import partitions
from conmuta.platform.monthly import CreatePartitioned, month_of
from conmuta.platform.rls import EnableRowSecurity
from conmuta.platform.scope import Scope

SET_ASIDE = """
DROP TRIGGER keep ON rating_ratedcall;
DROP TRIGGER keep ON rating_callcost;
ALTER TABLE rating_ratedcall DROP CONSTRAINT rating_ratedcall_pkey, DROP CONSTRAINT rated_once;
ALTER TABLE rating_callcost DROP CONSTRAINT rating_callcost_pkey, DROP CONSTRAINT cost_once;
DROP INDEX rated_by_tenant, rated_by_operator, cost_by_operator;
ALTER TABLE rating_ratedcall RENAME TO rating_ratedcall_before;
ALTER TABLE rating_callcost RENAME TO rating_callcost_before;
"""
KEPT = """
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON rating_ratedcall
    FOR EACH ROW EXECUTE FUNCTION rating_keep();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON rating_callcost
    FOR EACH ROW EXECUTE FUNCTION rating_keep();
"""
# As `conmuta.platform.monthly.started_of`
STARTED = """to_timestamp(CASE
    WHEN coalesce(substring(leg FROM '^(?:.*-)?([0-9]{1,11})[.][0-9]+$')::bigint, 0) > 7258118400
    THEN 0
    ELSE coalesce(substring(leg FROM '^(?:.*-)?([0-9]{1,11})[.][0-9]+$')::bigint, 0) END)"""


def move(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every row to its month."""
    with Scope.system("system:migration").active():
        for name in ("RatedCall", "CallCost"):
            model = apps.get_model("rating", name)
            has = [field.column for field in model._meta.local_concrete_fields]
            _move(schema_editor, model._meta.db_table, [each for each in has if each != "started"])


def _move(schema_editor: BaseDatabaseSchemaEditor, table: str, columns: list[str]) -> None:
    names = ", ".join(columns)
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT date_trunc('month', {STARTED}, 'UTC') FROM {table}_before")  # noqa: S608 — our own names
        months: list[datetime] = [row[0] for row in cursor.fetchall()]
        partitions.ensure(map(month_of, months))
        cursor.execute(
            f"INSERT INTO {table} ({names}, started) SELECT {names}, {STARTED} FROM {table}_before"  # noqa: S608 — our own names
        )
        moved = cursor.rowcount
        cursor.execute(f"SELECT count(*) FROM {table}_before")  # noqa: S608 — our own names
        [before] = cursor.fetchone()
        if moved != before:
            raise RuntimeError(f"{moved} of {before} rows of {table} were moved.")
        cursor.execute(f"DROP TABLE {table}_before")
        cursor.execute(f"ANALYZE {table}")


OPTIONS = {
    "abstract": False,
    "base_manager_name": "guarded",
    "default_manager_name": "guarded",
}
MANAGERS: list[tuple[str, models.Manager[models.Model]]] = [
    ("guarded", django.db.models.manager.Manager()),
]


def key() -> models.CompositePrimaryKey:
    return models.CompositePrimaryKey(
        "leg",
        "node",
        "version",
        "started",
        blank=True,
        editable=False,
        primary_key=True,
        serialize=False,
    )


def owner(model: str) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        db_index=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to=model,
    )


class Migration(migrations.Migration):
    dependencies = [("rating", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(SET_ASIDE)],
            [migrations.DeleteModel("RatedCall"), migrations.DeleteModel("CallCost")],
        ),
        CreatePartitioned(
            name="RatedCall",
            fields=[
                ("pk", key()),
                ("tenant", owner("tenancy.tenant")),
                ("operator", owner("tenancy.operator")),
                ("node", models.BigIntegerField()),
                ("linkedid", models.TextField()),
                ("leg", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("started", models.DateTimeField()),
                ("current", models.BooleanField(default=True)),
                ("caller", models.TextField(blank=True, default="")),
                ("number", models.TextField()),
                ("gateway", models.TextField(blank=True, default="")),
                ("answered", models.DateTimeField()),
                ("seconds", models.FloatField()),
                ("table_name", models.TextField(blank=True, default="")),
                ("prefix", models.TextField(blank=True, default="")),
                ("destination", models.TextField(blank=True, default="")),
                ("per_minute", models.BigIntegerField(default=0)),
                ("setup", models.BigIntegerField(default=0)),
                ("billed_seconds", models.IntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("problem", models.TextField(blank=True, default="")),
                ("batch", models.UUIDField()),
                (
                    "rated_at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                ),
            ],
            options={
                **OPTIONS,
                "indexes": [
                    models.Index(fields=["tenant", "answered"], name="rated_by_tenant"),
                    models.Index(fields=["operator", "answered"], name="rated_by_operator"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="rated_never_negative"
                    ),
                ],
            },
            managers=MANAGERS,
        ),
        CreatePartitioned(
            name="CallCost",
            fields=[
                ("pk", key()),
                ("operator", owner("tenancy.operator")),
                ("company", models.BigIntegerField()),
                ("node", models.BigIntegerField()),
                ("leg", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("started", models.DateTimeField()),
                ("current", models.BooleanField(default=True)),
                ("gateway", models.TextField(blank=True, default="")),
                ("answered", models.DateTimeField()),
                ("table_name", models.TextField(blank=True, default="")),
                ("prefix", models.TextField(blank=True, default="")),
                ("billed_seconds", models.IntegerField(default=0)),
                ("amount", models.BigIntegerField(default=0)),
                ("currency", models.CharField(blank=True, default="", max_length=3)),
                ("price", models.BigIntegerField(default=0)),
                ("price_currency", models.CharField(blank=True, default="", max_length=3)),
                ("problem", models.TextField(blank=True, default="")),
            ],
            options={
                **OPTIONS,
                "indexes": [models.Index(fields=["operator", "answered"], name="cost_by_operator")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="cost_never_negative"
                    ),
                ],
            },
            managers=MANAGERS,
        ),
        EnableRowSecurity("ratedcall", column="tenant_id", operator="operator_id"),
        EnableRowSecurity("callcost"),
        migrations.RunPython(move),
        migrations.RunSQL(KEPT),
    ]
