import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import conmuta.apps.trunks.models
import conmuta.platform.secrets
import conmuta_plan.outside
import conmuta_plan.people
from conmuta.platform.rls import EnableRowSecurity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="CallClass",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            (
                                conmuta_plan.outside.ClassKind["INTERNAL"],
                                conmuta_plan.outside.ClassKind["INTERNAL"],
                            ),
                            (
                                conmuta_plan.outside.ClassKind["LOCAL"],
                                conmuta_plan.outside.ClassKind["LOCAL"],
                            ),
                            (
                                conmuta_plan.outside.ClassKind["MOBILE"],
                                conmuta_plan.outside.ClassKind["MOBILE"],
                            ),
                            (
                                conmuta_plan.outside.ClassKind["INTERNATIONAL"],
                                conmuta_plan.outside.ClassKind["INTERNATIONAL"],
                            ),
                            (
                                conmuta_plan.outside.ClassKind["EMERGENCY"],
                                conmuta_plan.outside.ClassKind["EMERGENCY"],
                            ),
                            (
                                conmuta_plan.outside.ClassKind["SPECIAL"],
                                conmuta_plan.outside.ClassKind["SPECIAL"],
                            ),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "patterns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "gateways",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("strip", models.PositiveSmallIntegerField(default=0)),
                ("prepend", models.CharField(blank=True, default="", max_length=32)),
                ("pins", conmuta.apps.trunks.models.EncryptedListField(null=True)),
                ("record", models.BooleanField(null=True)),
                ("ring_seconds", models.PositiveIntegerField(default=60)),
                ("for_flows", models.BooleanField(default=False)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "name"), name="call_class_name"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    conmuta_plan.outside.ClassKind["INTERNAL"],
                                    conmuta_plan.outside.ClassKind["LOCAL"],
                                    conmuta_plan.outside.ClassKind["MOBILE"],
                                    conmuta_plan.outside.ClassKind["INTERNATIONAL"],
                                    conmuta_plan.outside.ClassKind["EMERGENCY"],
                                    conmuta_plan.outside.ClassKind["SPECIAL"],
                                ],
                            )
                        ),
                        name="call_class_kind",
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="Gateway",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("host", models.CharField(max_length=253)),
                ("port", models.PositiveIntegerField(default=5060)),
                (
                    "transport",
                    models.CharField(
                        choices=[
                            (
                                conmuta_plan.outside.Transport["UDP"],
                                conmuta_plan.outside.Transport["UDP"],
                            ),
                            (
                                conmuta_plan.outside.Transport["TCP"],
                                conmuta_plan.outside.Transport["TCP"],
                            ),
                            (
                                conmuta_plan.outside.Transport["TLS"],
                                conmuta_plan.outside.Transport["TLS"],
                            ),
                        ],
                        default=conmuta_plan.outside.Transport["UDP"],
                        max_length=3,
                    ),
                ),
                ("username", models.CharField(max_length=128, null=True)),
                ("secret", conmuta.platform.secrets.EncryptedTextField(null=True)),
                ("register", models.BooleanField(default=False)),
                (
                    "addresses",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("outbound_proxy", models.CharField(max_length=253, null=True)),
                ("from_user", models.CharField(max_length=128, null=True)),
                ("from_domain", models.CharField(max_length=253, null=True)),
                ("caller_id", models.CharField(max_length=32, null=True)),
                ("strip", models.PositiveSmallIntegerField(default=0)),
                ("prepend", models.CharField(blank=True, default="", max_length=32)),
                (
                    "codecs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("srtp", models.CharField(default=conmuta_plan.people.Srtp["OFF"], max_length=8)),
                ("max_calls", models.PositiveIntegerField(default=0)),
                ("watch_seconds", models.PositiveIntegerField(default=60)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "name"), name="gateway_name"),
                    models.CheckConstraint(
                        condition=models.Q(("port__range", (1, 65535))), name="gateway_port"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "transport__in",
                                [
                                    conmuta_plan.outside.Transport["UDP"],
                                    conmuta_plan.outside.Transport["TCP"],
                                    conmuta_plan.outside.Transport["TLS"],
                                ],
                            )
                        ),
                        name="gateway_transport",
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="InboundNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("target", models.JSONField()),
                (
                    "gateways",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=253),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("language", models.CharField(max_length=2, null=True)),
                ("record", models.BooleanField(null=True)),
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
                "constraints": [
                    models.UniqueConstraint(fields=("tenant", "number"), name="inbound_number")
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name="RecordingPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=16)),
                ("rules", models.JSONField(default=list)),
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
                "constraints": [
                    models.UniqueConstraint(
                        fields=("tenant", "name"), name="recording_policy_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", "recording")), name="recording_policy_name"
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        EnableRowSecurity("callclass"),
        EnableRowSecurity("gateway"),
        EnableRowSecurity("inboundnumber"),
        EnableRowSecurity("recordingpolicy"),
    ]
