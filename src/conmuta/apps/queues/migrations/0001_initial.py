import django.db.models.constraints
import django.db.models.deletion
import django.db.models.manager
from django.db import migrations, models

import conmuta.platform.secrets
import conmuta_plan.queues
from conmuta.platform.rls import EnableRowSecurity


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("extensions", "0001_initial"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Agent",
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
                ("always_signed_in", models.BooleanField(default=False)),
                (
                    "extension",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="extensions.extension",
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
            name="Queue",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=80)),
                (
                    "strategy",
                    models.CharField(
                        choices=[
                            (
                                conmuta_plan.queues.Strategy["RINGALL"],
                                conmuta_plan.queues.Strategy["RINGALL"],
                            ),
                            (
                                conmuta_plan.queues.Strategy["RRMEMORY"],
                                conmuta_plan.queues.Strategy["RRMEMORY"],
                            ),
                            (
                                conmuta_plan.queues.Strategy["LEASTRECENT"],
                                conmuta_plan.queues.Strategy["LEASTRECENT"],
                            ),
                            (
                                conmuta_plan.queues.Strategy["FEWESTCALLS"],
                                conmuta_plan.queues.Strategy["FEWESTCALLS"],
                            ),
                            (
                                conmuta_plan.queues.Strategy["RANDOM"],
                                conmuta_plan.queues.Strategy["RANDOM"],
                            ),
                            (
                                conmuta_plan.queues.Strategy["LINEAR"],
                                conmuta_plan.queues.Strategy["LINEAR"],
                            ),
                            (
                                conmuta_plan.queues.Strategy["WRANDOM"],
                                conmuta_plan.queues.Strategy["WRANDOM"],
                            ),
                        ],
                        max_length=16,
                    ),
                ),
                ("number", models.CharField(max_length=32, null=True)),
                ("music", models.CharField(max_length=40, null=True)),
                ("ring_seconds", models.PositiveIntegerField()),
                ("retry_seconds", models.PositiveIntegerField()),
                ("wrap_up_seconds", models.PositiveIntegerField()),
                ("max_callers", models.PositiveIntegerField()),
                ("max_wait_seconds", models.PositiveIntegerField()),
                ("weight", models.PositiveIntegerField()),
                ("entry_prompt", models.CharField(max_length=40, null=True)),
                ("periodic_prompt", models.CharField(max_length=40, null=True)),
                ("periodic_seconds", models.PositiveIntegerField()),
                ("announce_position", models.BooleanField()),
                ("announce_wait", models.BooleanField()),
                ("announce_seconds", models.PositiveIntegerField()),
                ("agent_prompt", models.CharField(max_length=40, null=True)),
                ("service_level_seconds", models.PositiveIntegerField()),
                ("enter_without_agents", models.BooleanField()),
                ("leave_without_agents", models.BooleanField()),
                ("auto_pause", models.BooleanField()),
                ("record", models.BooleanField(null=True)),
                (
                    "department",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="extensions.department",
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
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("penalty", models.PositiveSmallIntegerField(default=0)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to="queues.agent",
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
                (
                    "queue",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="memberships",
                        to="queues.queue",
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
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.UniqueConstraint(fields=("tenant", "number"), name="agent_number"),
        ),
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[0-9*#+]{1,32}$")), name="agent_number_form"
            ),
        ),
        migrations.AddConstraint(
            model_name="queue",
            constraint=models.UniqueConstraint(fields=("tenant", "name"), name="queue_name"),
        ),
        migrations.AddConstraint(
            model_name="queue",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["DEFERRED"],
                fields=("tenant", "number"),
                name="queue_number",
            ),
        ),
        migrations.AddConstraint(
            model_name="queue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "strategy__in",
                        [
                            conmuta_plan.queues.Strategy["RINGALL"],
                            conmuta_plan.queues.Strategy["RRMEMORY"],
                            conmuta_plan.queues.Strategy["LEASTRECENT"],
                            conmuta_plan.queues.Strategy["FEWESTCALLS"],
                            conmuta_plan.queues.Strategy["RANDOM"],
                            conmuta_plan.queues.Strategy["LINEAR"],
                            conmuta_plan.queues.Strategy["WRANDOM"],
                        ],
                    )
                ),
                name="queue_strategy",
            ),
        ),
        migrations.AddConstraint(
            model_name="queue",
            constraint=models.CheckConstraint(
                condition=models.Q(("ring_seconds__range", (1, 600))), name="queue_ring_seconds"
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(fields=("agent", "queue"), name="membership_pair"),
        ),
        EnableRowSecurity("agent"),
        EnableRowSecurity("queue"),
        EnableRowSecurity("membership"),
    ]
