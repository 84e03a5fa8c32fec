"""Who runs an installation, and the companies that it serves."""

from typing import ClassVar, Self

from django.db import models

from conmuta.apps.tenancy.contracts import State
from conmuta.platform.models import OperatorModel, ScopedManager


class Operator(models.Model):
    """Whoever sells the service: a partner, a telephone company, or the company itself."""

    slug = models.SlugField(max_length=32, unique=True)
    title = models.CharField(max_length=120)
    domain = models.CharField(max_length=253, blank=True, default="")
    host = models.CharField(max_length=253, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=2, default="en")
    brand = models.JSONField(default=dict)
    logo = models.CharField(max_length=64, blank=True, default="")
    logo_type = models.CharField(max_length=32, blank=True, default="")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(None, "id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["domain"], condition=~models.Q(domain=""), name="operator_domain"
            ),
            models.UniqueConstraint(
                fields=["host"], condition=~models.Q(host=""), name="operator_host"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TenantState(models.TextChoices):
    ACTIVE = State.ACTIVE.value, "active"
    SUSPENDED = State.SUSPENDED.value, "suspended"
    ENDING = State.ENDING.value, "ending"


class Tenant(models.Model):
    """A company on the telephone. `slug` and `domain` name it in Asterisk and never change."""

    operator = models.ForeignKey(Operator, on_delete=models.PROTECT, related_name="tenants")
    slug = models.CharField(max_length=32, unique=True)
    domain = models.CharField(max_length=253, unique=True)
    title = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    country = models.CharField(max_length=2)
    max_calls = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=TenantState.choices, default=TenantState.ACTIVE)
    services_off = models.JSONField(default=list)
    limits = models.JSONField(default=dict)
    ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager("id", "operator_id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"
        indexes: ClassVar = [
            models.Index(
                fields=["ends_at"],
                name="tenant_ending",
                condition=models.Q(ends_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TenantExport(OperatorModel):
    """A file with what a tenant had when it was to end; it outlives the tenant."""

    tenant_slug = models.CharField(max_length=32)
    title = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    bytes = models.PositiveBigIntegerField()
    made_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.tenant_slug} {self.made_at}"


class LeftFile(models.Model):
    """A stored file of a tenant that is gone, which nobody may need: to be deleted."""

    sha256 = models.CharField(max_length=64, unique=True)
    left_at = models.DateTimeField(auto_now_add=True, db_index=True)
    """Also when it last could not be deleted: the wait begins anew."""
    problem = models.TextField(blank=True, default="")
    """Why it could not be deleted; blank: it was not tried yet."""

    def __str__(self) -> str:
        return self.sha256
