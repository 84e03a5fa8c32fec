"""What every model of a tenant or an operator inherits, and the platform's own two tables."""

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from conmuta.platform import scope as scopes
from conmuta.platform.scope import Scope

M = TypeVar("M", bound=models.Model)


class UnscopedQuery(Exception):
    """A query was asked for without the scope that it needs."""


class ScopedQuerySet(models.QuerySet[M]):
    """Rows of one scope; what it creates belongs to that scope's tenant or operator."""

    owner: str | None = None
    owner_id: int | None = None

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone.owner, clone.owner_id = self.owner, self.owner_id
        return clone

    def create(self, **kwargs: Any) -> M:
        if self.owner is not None and self.owner.removesuffix("_id") not in kwargs:
            kwargs[self.owner] = self.owner_id
        return super().create(**kwargs)

    def bulk_create(self, objs: Iterable[M], *args: Any, **kwargs: Any) -> list[M]:
        rows = list(objs)
        for row in rows:
            if self.owner is not None and getattr(row, self.owner, None) is None:
                setattr(row, self.owner, self.owner_id)
        return super().bulk_create(rows, *args, **kwargs)


class ScopedManager(models.Manager[M]):
    """`within(scope)` is the only way to a query.

    `tenant` and `operator` name the columns that say whose a row is; None: such a scope sees none.
    """

    def __init__(self, tenant: str | None = "tenant_id", operator: str | None = None) -> None:
        super().__init__()
        self.tenant, self.operator = tenant, operator

    def get_queryset(self) -> models.QuerySet[M]:
        name = self.model.__name__
        raise UnscopedQuery(f"{name}.objects gives nothing by itself: {name}.objects.within(scope)")

    def within(self, scope: Scope) -> ScopedQuerySet[M]:
        """The rows that `scope`, which must be in force, may see."""
        held = scopes.in_force()
        if held is None or not held.covers(scope):
            raise UnscopedQuery("This scope is not in force: enter it with `with scope.active():`")
        rows: ScopedQuerySet[M] = ScopedQuerySet(self.model, using=self._db)
        if scope.is_system:
            return rows
        of_tenant = scope.tenant_id is not None
        owner = self.tenant if of_tenant else self.operator
        if owner is None:
            return rows.none()
        owner_id = scope.tenant_id if of_tenant else scope.operator_id
        rows = rows.filter(**{owner: owner_id})
        if owner.endswith("_id"):
            rows.owner, rows.owner_id = owner, owner_id
        return rows


class TenantModel(models.Model):
    """A row that belongs to one tenant.

    Its first migration ends with `EnableRowSecurity("modelname")`. Django's own inner queries
    (related rows, uniqueness) go through `guarded`, which row-level security alone filters.
    """

    tenant = models.ForeignKey("tenancy.Tenant", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager()
    guarded = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "guarded"
        base_manager_name = "guarded"


class OperatorModel(models.Model):
    """A row that belongs to one operator; its tenants do not see it.

    As for a `TenantModel`, its first migration ends with `EnableRowSecurity("modelname")`.
    """

    operator = models.ForeignKey("tenancy.Operator", on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(None, "operator_id")
    guarded = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "guarded"
        base_manager_name = "guarded"


class AuditEntry(models.Model):
    """Who did what to what. Ids outlive their tenant and operator, so they are no foreign keys.

    Where both are set, both see the row: the operator did it to its tenant.
    """

    at = models.DateTimeField(auto_now_add=True)
    tenant_id = models.BigIntegerField(null=True)
    operator_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=100)
    verb = models.CharField(max_length=100)
    subject = models.CharField(max_length=200)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(operator="operator_id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "-at"], name="audit_by_tenant"),
            models.Index(fields=["operator_id", "-at"], name="audit_by_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} {self.verb} {self.subject}"


class OutboxEvent(models.Model):
    """Something that happened and must be told. `told` lists the handlers that have heard it."""

    kind = models.CharField(max_length=100)
    tenant_id = models.BigIntegerField(null=True)
    operator_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=100)
    body = models.BinaryField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    told = models.JSONField(default=list)
    problem = models.TextField(blank=True, default="")
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(operator="operator_id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="outbox_due",
                condition=models.Q(done_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Pace(models.Model):
    """How often something was asked or tried in one minute, by whom (`conmuta.platform.pace`)."""

    who = models.CharField(max_length=120)
    minute = models.BigIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["who", "minute"], name="pace_once"),
        ]

    def __str__(self) -> str:
        return f"{self.who} {self.count}"


def tenant_models() -> Collection[type[models.Model]]:
    """Every installed model that has a tenant."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def operator_models() -> Collection[type[models.Model]]:
    """Every installed model that has an operator alone."""
    from django.apps import apps

    return [model for model in apps.get_models() if issubclass(model, OperatorModel)]
