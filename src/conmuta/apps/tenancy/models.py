"""Who runs an installation, and the companies that it serves."""

from typing import ClassVar, Self

from django.db import models

from conmuta.platform.models import ScopedManager


class Operator(models.Model):
    """Whoever sells the service: a partner, a telephone company, or the company itself."""

    slug = models.SlugField(max_length=32, unique=True)
    title = models.CharField(max_length=120)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(None, "id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"

    def __str__(self) -> str:
        return self.title


class TenantState(models.TextChoices):
    ACTIVE = "active", "active"
    SUSPENDED = "suspended", "suspended"


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
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager("id", "operator_id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"

    def __str__(self) -> str:
        return self.title
