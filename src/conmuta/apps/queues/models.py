"""Queues, agents, and who serves what. Columns have the names of the contracts' fields."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from conmuta.platform.models import TenantModel
from conmuta.platform.secrets import EncryptedTextField
from conmuta_plan.queues import Strategy


class Queue(TenantModel):
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    department = models.ForeignKey(
        "extensions.Department", null=True, on_delete=models.RESTRICT, related_name="+"
    )
    strategy = models.CharField(max_length=16, choices=[(item, item) for item in Strategy])
    number = models.CharField(max_length=32, null=True)  # noqa: DJ001 — None: not dialled
    music = models.CharField(max_length=40, null=True)  # noqa: DJ001
    ring_seconds = models.PositiveIntegerField()
    retry_seconds = models.PositiveIntegerField()
    wrap_up_seconds = models.PositiveIntegerField()
    max_callers = models.PositiveIntegerField()
    max_wait_seconds = models.PositiveIntegerField()
    weight = models.PositiveIntegerField()
    entry_prompt = models.CharField(max_length=40, null=True)  # noqa: DJ001
    periodic_prompt = models.CharField(max_length=40, null=True)  # noqa: DJ001
    periodic_seconds = models.PositiveIntegerField()
    announce_position = models.BooleanField()
    announce_wait = models.BooleanField()
    announce_seconds = models.PositiveIntegerField()
    agent_prompt = models.CharField(max_length=40, null=True)  # noqa: DJ001
    service_level_seconds = models.PositiveIntegerField()
    enter_without_agents = models.BooleanField()
    leave_without_agents = models.BooleanField()
    auto_pause = models.BooleanField()
    record = models.BooleanField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="queue_name"),
            models.UniqueConstraint(
                fields=["tenant", "number"],
                name="queue_number",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(strategy__in=[*Strategy]), name="queue_strategy"),
            models.CheckConstraint(
                condition=Q(ring_seconds__range=(1, 600)), name="queue_ring_seconds"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Agent(TenantModel):
    """A person who serves queues; rings at `extension` unless signed in elsewhere."""

    number = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    extension = models.ForeignKey(
        "extensions.Extension", on_delete=models.RESTRICT, related_name="+"
    )
    pin = EncryptedTextField(null=True)
    always_signed_in = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="agent_number"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^[0-9*#+]{1,32}$"), name="agent_number_form"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Membership(TenantModel):
    """An agent serves a queue; a greater penalty rings later."""

    agent = models.ForeignKey(Agent, on_delete=models.CASCADE, related_name="memberships")
    queue = models.ForeignKey(Queue, on_delete=models.RESTRICT, related_name="memberships")
    penalty = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agent", "queue"], name="membership_pair"),
        ]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.queue_id}"
