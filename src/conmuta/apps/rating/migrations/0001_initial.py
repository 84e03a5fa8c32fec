import datetime

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.manager
from django.db import migrations, models

import conmuta.apps.rating.contracts
from conmuta.platform.rls import EnableRowSecurity

KEPT = """
CREATE FUNCTION rating_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF current_setting('conmuta.tenant', true) = '*' THEN
            RETURN OLD;  -- a tenant goes, with all that is its own
        END IF;
    ELSIF TG_TABLE_NAME <> 'rating_accountentry'
        AND to_jsonb(NEW) - 'current' = to_jsonb(OLD) - 'current' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'What is written of calls and accounts stays as it was: add a correction.'
        USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON rating_accountentry
    FOR EACH ROW EXECUTE FUNCTION rating_keep();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON rating_ratedcall
    FOR EACH ROW EXECUTE FUNCTION rating_keep();
CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON rating_callcost
    FOR EACH ROW EXECUTE FUNCTION rating_keep();
"""
FORGOTTEN = """
DROP TRIGGER keep ON rating_accountentry;
DROP TRIGGER keep ON rating_ratedcall;
DROP TRIGGER keep ON rating_callcost;
DROP FUNCTION rating_keep();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0003_operators_and_offers"),
    ]

    operations = [
        migrations.CreateModel(
            name="PriceTable",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("title", models.CharField(blank=True, default="", max_length=80)),
                ("currency", models.CharField(max_length=3)),
                (
                    "gateways",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("decimals", models.PositiveSmallIntegerField(default=4)),
                (
                    "rounding",
                    models.CharField(
                        choices=[
                            (
                                conmuta.apps.rating.contracts.Rounding["HALF_UP"],
                                conmuta.apps.rating.contracts.Rounding["HALF_UP"],
                            ),
                            (
                                conmuta.apps.rating.contracts.Rounding["UP"],
                                conmuta.apps.rating.contracts.Rounding["UP"],
                            ),
                        ],
                        default=conmuta.apps.rating.contracts.Rounding["HALF_UP"],
                        max_length=8,
                    ),
                ),
                (
                    "on_net",
                    models.CharField(
                        choices=[
                            (
                                conmuta.apps.rating.contracts.OnNet["FREE"],
                                conmuta.apps.rating.contracts.OnNet["FREE"],
                            ),
                            (
                                conmuta.apps.rating.contracts.OnNet["PRICED"],
                                conmuta.apps.rating.contracts.OnNet["PRICED"],
                            ),
                        ],
                        default=conmuta.apps.rating.contracts.OnNet["FREE"],
                        max_length=8,
                    ),
                ),
                ("revision", models.BigIntegerField(default=1)),
                ("turned_on", models.DateField(default=datetime.date(1970, 1, 1))),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.operator",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Rate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("prefix", models.CharField(blank=True, max_length=15)),
                ("per_minute", models.BigIntegerField()),
                ("setup", models.BigIntegerField(default=0)),
                ("minimum", models.PositiveIntegerField(default=0)),
                ("increment", models.PositiveIntegerField(default=1)),
                ("country", models.CharField(blank=True, default="", max_length=2)),
                ("premium", models.BooleanField(default=False)),
                ("destination", models.CharField(blank=True, default="", max_length=80)),
                ("valid_from", models.DateField(default=datetime.date(1970, 1, 1))),
                ("valid_until", models.DateField(null=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.operator",
                    ),
                ),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="rating.pricetable",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="RatedCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("node", models.BigIntegerField()),
                ("linkedid", models.TextField()),
                ("leg", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
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
                (
                    "operator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.operator",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="TenantGuard",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=8)),
                ("guard", models.JSONField(default=dict)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=8)),
                ("prices", models.CharField(max_length=40, null=True)),
                ("prepaid", models.BooleanField(default=False)),
                ("credit_limit", models.BigIntegerField(null=True)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="AccountEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                conmuta.apps.rating.contracts.EntryKind["TOP_UP"],
                                conmuta.apps.rating.contracts.EntryKind["TOP_UP"],
                            ),
                            (
                                conmuta.apps.rating.contracts.EntryKind["CHARGE"],
                                conmuta.apps.rating.contracts.EntryKind["CHARGE"],
                            ),
                            (
                                conmuta.apps.rating.contracts.EntryKind["CORRECTION"],
                                conmuta.apps.rating.contracts.EntryKind["CORRECTION"],
                            ),
                        ],
                        max_length=12,
                    ),
                ),
                ("amount", models.BigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("key", models.CharField(max_length=100)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
                "indexes": [
                    models.Index(
                        fields=["tenant", "currency"], include=("amount",), name="entry_balance"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "key"), name="entry_once")
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="CallCost",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("company", models.BigIntegerField()),
                ("node", models.BigIntegerField()),
                ("leg", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
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
                (
                    "operator",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.operator",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
                "indexes": [models.Index(fields=["operator", "answered"], name="cost_by_operator")],
                "constraints": [
                    models.UniqueConstraint(fields=("leg", "node", "version"), name="cost_once"),
                    models.CheckConstraint(
                        condition=models.Q(("amount__gte", 0)), name="cost_never_negative"
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="GuardDefaults",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=8)),
                ("guard", models.JSONField(default=dict)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.operator",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "guarded",
                "default_manager_name": "guarded",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("operator", "name"), name="guard_defaults_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", "guard")), name="guard_defaults_name"
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="pricetable",
            constraint=models.UniqueConstraint(
                fields=("operator", "name"), name="price_table_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricetable",
            constraint=models.CheckConstraint(
                condition=models.Q(("decimals__lte", 6)), name="price_table_decimals"
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.UniqueConstraint(
                fields=("table", "prefix", "valid_from"), name="rate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("increment__gte", 1), ("per_minute__gte", 0), ("setup__gte", 0)
                ),
                name="rate_never_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="rate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    ("valid_until__gte", models.F("valid_from")),
                    _connector="OR",
                ),
                name="rate_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="ratedcall",
            index=models.Index(fields=["tenant", "answered"], name="rated_by_tenant"),
        ),
        migrations.AddIndex(
            model_name="ratedcall",
            index=models.Index(fields=["operator", "answered"], name="rated_by_operator"),
        ),
        migrations.AddConstraint(
            model_name="ratedcall",
            constraint=models.UniqueConstraint(
                fields=("leg", "node", "version"), name="rated_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ratedcall",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", 0)), name="rated_never_negative"
            ),
        ),
        migrations.AddConstraint(
            model_name="tenantguard",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="tenant_guard_once"),
        ),
        migrations.AddConstraint(
            model_name="tenantguard",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", "guard")), name="tenant_guard_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="terms_once"),
        ),
        migrations.AddConstraint(
            model_name="terms",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", "terms")), name="terms_name"
            ),
        ),
        EnableRowSecurity("pricetable"),
        EnableRowSecurity("rate"),
        EnableRowSecurity("callcost"),
        EnableRowSecurity("guarddefaults"),
        EnableRowSecurity("accountentry"),
        EnableRowSecurity("terms"),
        EnableRowSecurity("tenantguard"),
        EnableRowSecurity("ratedcall", column="tenant_id", operator="operator_id"),
        migrations.RunSQL(KEPT, FORGOTTEN),
    ]
