import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import conmuta.apps.numbering.contracts
import conmuta.apps.numbering.models
from conmuta.platform.rls import EnableRowSecurity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0002_operators_scope"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockNumber",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (
                                conmuta.apps.numbering.contracts.NumberState["FREE"],
                                conmuta.apps.numbering.contracts.NumberState["FREE"],
                            ),
                            (
                                conmuta.apps.numbering.contracts.NumberState["RESERVED"],
                                conmuta.apps.numbering.contracts.NumberState["RESERVED"],
                            ),
                            (
                                conmuta.apps.numbering.contracts.NumberState["ASSIGNED"],
                                conmuta.apps.numbering.contracts.NumberState["ASSIGNED"],
                            ),
                            (
                                conmuta.apps.numbering.contracts.NumberState["QUARANTINED"],
                                conmuta.apps.numbering.contracts.NumberState["QUARANTINED"],
                            ),
                        ],
                        default=conmuta.apps.numbering.contracts.NumberState["FREE"],
                        max_length=12,
                    ),
                ),
                ("until", models.DateField(null=True)),
                ("emergency_location", models.CharField(blank=True, default="", max_length=200)),
                ("ported_on", models.DateField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenancy.operator",
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        null=True,
                        on_delete=conmuta.apps.numbering.models.rest,
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
                    models.Index(fields=["operator", "number"], name="stock_by_operator"),
                    models.Index(
                        condition=models.Q(("tenant__isnull", False)),
                        fields=["tenant", "number"],
                        name="stock_by_tenant",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", conmuta.apps.numbering.contracts.NumberState["ASSIGNED"]),
                                ("tenant__isnull", False),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "state",
                                        conmuta.apps.numbering.contracts.NumberState["ASSIGNED"],
                                    ),
                                    _negated=True,
                                ),
                                ("tenant__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="stock_assigned_to_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                (
                                    "state",
                                    conmuta.apps.numbering.contracts.NumberState["QUARANTINED"],
                                ),
                                ("until__isnull", False),
                            ),
                            models.Q(
                                models.Q(
                                    (
                                        "state",
                                        conmuta.apps.numbering.contracts.NumberState["QUARANTINED"],
                                    ),
                                    _negated=True,
                                ),
                                ("until__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="stock_quarantined_until",
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        EnableRowSecurity("stocknumber", column="tenant_id", operator="operator_id"),
    ]
