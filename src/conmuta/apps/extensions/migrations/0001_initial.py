import django.contrib.postgres.fields
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import conmuta.platform.secrets
import conmuta_plan.people
from conmuta.platform.rls import EnableRowSecurity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("identity", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=80)),
                ("description", models.CharField(blank=True, default="", max_length=200)),
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
            name="Extension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("account", models.CharField(max_length=64)),
                ("secret", conmuta.platform.secrets.EncryptedTextField()),
                ("name", models.CharField(max_length=80)),
                ("language", models.CharField(max_length=2, null=True)),
                ("external_caller_id", models.CharField(max_length=32, null=True)),
                (
                    "classes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                (
                    "pickup_groups",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("ring_seconds", models.PositiveIntegerField(default=25)),
                ("call_waiting", models.BooleanField(default=True)),
                ("do_not_disturb", models.BooleanField(default=False)),
                ("forwards", models.JSONField(default=dict)),
                (
                    "srtp",
                    models.CharField(default=conmuta_plan.people.Srtp["OPTIONAL"], max_length=8),
                ),
                (
                    "codecs",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("max_phones", models.PositiveSmallIntegerField(default=3)),
                ("record", models.BooleanField(null=True)),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="extensions",
                        to="extensions.department",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="identity.membership",
                    ),
                ),
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
            name="Mailbox",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                ("pin", conmuta.platform.secrets.EncryptedTextField()),
                (
                    "emails",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320),
                        blank=True,
                        default=list,
                        size=None,
                    ),
                ),
                ("attach_audio", models.BooleanField(default=True)),
                ("delete_after_mail", models.BooleanField(default=False)),
                ("language", models.CharField(max_length=2, null=True)),
                ("greeting", models.CharField(max_length=40, null=True)),
                ("general", models.BooleanField(default=False)),
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
            name="Monitoring",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="monitorings",
                        to="extensions.department",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="monitorings",
                        to="identity.membership",
                    ),
                ),
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
            name="SpeedDial",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=32)),
                ("number", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
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
            name="TakenNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("taker", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=40)),
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
            name="Telephony",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=16)),
                ("parking", models.JSONField(null=True)),
                ("features", models.JSONField()),
                ("mail_from", models.CharField(max_length=320, null=True)),
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
            name="ConferenceRoom",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=32)),
                ("name", models.CharField(max_length=80)),
                ("pin", conmuta.platform.secrets.EncryptedTextField(null=True)),
                ("admin_pin", conmuta.platform.secrets.EncryptedTextField(null=True)),
                ("max_members", models.PositiveIntegerField(default=50)),
                ("record", models.BooleanField(default=False)),
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
                    models.UniqueConstraint(fields=("tenant", "number"), name="conference_number"),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[0-9*#+]{1,32}$")),
                        name="conference_number_form",
                    ),
                ],
            },
            managers=[
                ("guarded", django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name="department",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="department_name"),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                fields=("tenant", "number"), name="extension_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("tenant", "account"),
                name="extension_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "srtp__in",
                        [
                            conmuta_plan.people.Srtp["OFF"],
                            conmuta_plan.people.Srtp["OPTIONAL"],
                            conmuta_plan.people.Srtp["REQUIRED"],
                        ],
                    )
                ),
                name="extension_srtp",
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("ring_seconds__range", (5, 600))), name="extension_ring_seconds"
            ),
        ),
        migrations.AddConstraint(
            model_name="extension",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9*#+]{1,32}$")),
                name="extension_number_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="mailbox_number"),
        ),
        migrations.AddConstraint(
            model_name="mailbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9*#+]{1,32}$")),
                name="mailbox_number_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="monitoring",
            constraint=models.UniqueConstraint(
                fields=("person", "department"), name="monitoring_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="speeddial",
            constraint=models.UniqueConstraint(fields=("tenant", "code"), name="speed_dial_code"),
        ),
        migrations.AddConstraint(
            model_name="speeddial",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9*#+]{1,32}$")),
                name="speed_dial_number_form",
            ),
        ),
        migrations.AddConstraint(
            model_name="takennumber",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="taken_number"),
        ),
        migrations.AddConstraint(
            model_name="telephony",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="telephony_once"),
        ),
        migrations.AddConstraint(
            model_name="telephony",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", "telephony")), name="telephony_name"
            ),
        ),
        EnableRowSecurity("department"),
        EnableRowSecurity("extension"),
        EnableRowSecurity("mailbox"),
        EnableRowSecurity("monitoring"),
        EnableRowSecurity("speeddial"),
        EnableRowSecurity("takennumber"),
        EnableRowSecurity("telephony"),
        EnableRowSecurity("conferenceroom"),
    ]
