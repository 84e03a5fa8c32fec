"""Asterisk machines, the revisions of plans, and how far each node has come."""

from typing import ClassVar

from django.db import models

from conmuta.platform.models import OperatorModel, TenantModel
from conmuta.platform.secrets import EncryptedTextField


class Node(models.Model):
    """A machine with Asterisk and the node agent. Its token is known here by SHA-256 alone."""

    name = models.SlugField(max_length=64, unique=True)
    token_sha256 = models.CharField(max_length=64, unique=True)
    settings = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    report = models.JSONField(null=True)
    reported_at = models.DateTimeField(null=True)
    commands_taken = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return self.name


class PlanStateColumns(models.Model):
    """Where a plan stands. `revision` None: it is not served (ended, or new)."""

    stale = models.BooleanField(default=True)
    touched_at = models.DateTimeField()
    revision = models.BigIntegerField(null=True, unique=True)
    digest = models.CharField(max_length=64, blank=True, default="")
    problem = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class PlanRevisionColumns(models.Model):
    """One rendered plan, never changed. The body is canonical JSON, sealed whole."""

    revision = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    body = EncryptedTextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True


class OnNodeColumns(models.Model):
    """What a node last said of a plan."""

    in_force = models.BigIntegerField(null=True)
    in_force_at = models.DateTimeField(null=True)
    refused = models.BigIntegerField(null=True)
    refused_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        abstract = True


class PlanState(TenantModel, PlanStateColumns):
    """Where a tenant's plan stands."""

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant"], name="plan_state_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["touched_at"], name="plan_state_stale", condition=models.Q(stale=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} at {self.revision}"


class PlanRevision(TenantModel, PlanRevisionColumns):
    """One of a tenant's plans."""

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["tenant", "digest"], name="plan_revision_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.digest[:8]}"


class OperatorPlanState(OperatorModel, PlanStateColumns):
    """Where an operator's plan stands."""

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator"], name="operator_plan_state_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} at {self.revision}"


class OperatorPlanRevision(OperatorModel, PlanRevisionColumns):
    """One of an operator's plans."""

    class Meta(OperatorModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["operator", "digest"], name="operator_revision_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.digest[:8]}"


class Removal(models.Model):
    """A unit (a tenant, or `o-` and an operator) that is served no more; `revision` tells nodes
    when that was."""

    slug = models.CharField(max_length=40, unique=True)
    revision = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return self.slug


class NodeTenant(TenantModel, OnNodeColumns):
    """How far a tenant's plan has come on a node."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="tenants")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "tenant"], name="node_tenant_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tenant_id} on {self.node_id}"


class NodeOperator(OperatorModel, OnNodeColumns):
    """How far an operator's plan has come on a node."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="operators")

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "operator"], name="node_operator_once"),
        ]

    def __str__(self) -> str:
        return f"{self.operator_id} on {self.node_id}"


class BatchCursor(models.Model):
    """The last number taken of a node's stream."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="cursors")
    stream = models.CharField(max_length=16)
    number = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "stream"], name="batch_cursor_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} {self.number}"


class NodeCommand(models.Model):
    """Something for a node to do once. `body` is JSON text."""

    node = models.ForeignKey(Node, on_delete=models.CASCADE, related_name="commands")
    kind = models.CharField(max_length=32)
    tenant_slug = models.CharField(max_length=32)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
