"""Prices, what calls cost by them, and tenants' accounts. Money is in millionths.

What has been written of a call or an account stays as it was: a trigger refuses to change it.
"""

from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from conmuta.apps.rating.contracts import ALWAYS, EntryKind, OnNet, Rounding
from conmuta.platform.models import OperatorModel, ScopedManager, TenantModel


class PriceTable(OperatorModel):
    """A price list, bought from carriers or sold to tenants. `revision` counts its changes."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80, blank=True, default="")
    currency = models.CharField(max_length=3)
    gateways: "ArrayField[Any, Any]" = ArrayField(
        models.CharField(max_length=40), default=list, blank=True
    )
    decimals = models.PositiveSmallIntegerField(default=4)
    rounding = models.CharField(
        max_length=8, default=Rounding.HALF_UP, choices=[(item, item) for item in Rounding]
    )
    on_net = models.CharField(
        max_length=8, default=OnNet.FREE, choices=[(item, item) for item in OnNet]
    )
    revision = models.BigIntegerField(default=1)
    turned_on = models.DateField(default=ALWAYS)
    """The day up to which nodes have heard which prices hold."""

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "name"], name="price_table_name"),
            models.CheckConstraint(condition=Q(decimals__lte=6), name="price_table_decimals"),
        ]

    def __str__(self) -> str:
        return self.name


class Rate(OperatorModel):
    """The price of a prefix from a day on."""

    table = models.ForeignKey(PriceTable, on_delete=models.CASCADE, related_name="+")
    prefix = models.CharField(max_length=15, blank=True)
    per_minute = models.BigIntegerField()
    setup = models.BigIntegerField(default=0)
    minimum = models.PositiveIntegerField(default=0)
    increment = models.PositiveIntegerField(default=1)
    country = models.CharField(max_length=2, blank=True, default="")
    premium = models.BooleanField(default=False)
    destination = models.CharField(max_length=80, blank=True, default="")
    valid_from = models.DateField(default=ALWAYS)
    valid_until = models.DateField(null=True)

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["table", "prefix", "valid_from"], name="rate_once"),
            models.CheckConstraint(
                condition=Q(per_minute__gte=0, setup__gte=0, increment__gte=1),
                name="rate_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="rate_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.prefix


class RatedCall(TenantModel):
    """What a call costs the tenant: seen by it, and by its operator.

    (`node`, `leg`) is the far channel; `version` counts from 1 and grows when it is rated anew.
    `started`, which its id tells, is the month in which the row lies (`partitions.py`). `batch` is
    the account's entry in which it was charged.
    """

    pk = models.CompositePrimaryKey("leg", "node", "version", "started")
    tenant = models.ForeignKey(
        "tenancy.Tenant", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    operator = models.ForeignKey(
        "tenancy.Operator", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    node = models.BigIntegerField()
    linkedid = models.TextField()
    leg = models.TextField()
    version = models.PositiveIntegerField(default=1)
    started = models.DateTimeField()
    current = models.BooleanField(default=True)
    caller = models.TextField(blank=True, default="")
    number = models.TextField()
    gateway = models.TextField(blank=True, default="")
    answered = models.DateTimeField()
    seconds = models.FloatField()
    table_name = models.TextField(blank=True, default="")
    prefix = models.TextField(blank=True, default="")
    destination = models.TextField(blank=True, default="")
    per_minute = models.BigIntegerField(default=0)
    setup = models.BigIntegerField(default=0)
    billed_seconds = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    problem = models.TextField(blank=True, default="")
    batch = models.UUIDField()
    rated_at = models.DateTimeField(db_default=Now())

    objects: ClassVar[ScopedManager[Self]] = ScopedManager("tenant_id", "operator_id")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="rated_never_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "answered"], name="rated_by_tenant"),
            models.Index(fields=["operator", "answered"], name="rated_by_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.leg} v{self.version}: {self.amount} {self.currency}"


class CallCost(OperatorModel):
    """What the same call costs the operator; no tenant sees it. `price` is what it brings."""

    pk = models.CompositePrimaryKey("leg", "node", "version", "started")
    operator = models.ForeignKey(
        "tenancy.Operator", on_delete=models.CASCADE, related_name="+", db_index=False
    )
    company = models.BigIntegerField()
    node = models.BigIntegerField()
    leg = models.TextField()
    version = models.PositiveIntegerField(default=1)
    started = models.DateTimeField()
    current = models.BooleanField(default=True)
    gateway = models.TextField(blank=True, default="")
    answered = models.DateTimeField()
    table_name = models.TextField(blank=True, default="")
    prefix = models.TextField(blank=True, default="")
    billed_seconds = models.IntegerField(default=0)
    amount = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3, blank=True, default="")
    price = models.BigIntegerField(default=0)
    price_currency = models.CharField(max_length=3, blank=True, default="")
    problem = models.TextField(blank=True, default="")

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="cost_never_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operator", "answered"], name="cost_by_operator"),
        ]

    def __str__(self) -> str:
        return f"{self.leg} v{self.version}: {self.amount} {self.currency}"


class AccountEntry(TenantModel):
    """A line of a tenant's account. The balance is the sum."""

    at = models.DateTimeField(db_default=Now())
    kind = models.CharField(max_length=12, choices=[(item, item) for item in EntryKind])
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    key = models.CharField(max_length=100)
    note = models.CharField(max_length=200, blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "key"], name="entry_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "currency"], include=["amount"], name="entry_balance"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount} {self.currency}"


class Terms(TenantModel):
    """How a tenant pays: one row. `prices` is a table of its operator."""

    name = models.CharField(max_length=8)
    prices = models.CharField(max_length=40, null=True)  # noqa: DJ001 — None: not billed
    prepaid = models.BooleanField(default=False)
    credit_limit = models.BigIntegerField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="terms_once"),
            models.CheckConstraint(condition=Q(name="terms"), name="terms_name"),
        ]

    def __str__(self) -> str:
        return str(self.prices)


class TenantGuard(TenantModel):
    """What a tenant may spend and where it may call, where it is not as for all: one row."""

    name = models.CharField(max_length=8)
    guard = models.JSONField(default=dict)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="tenant_guard_once"),
            models.CheckConstraint(condition=Q(name="guard"), name="tenant_guard_name"),
        ]

    def __str__(self) -> str:
        return "guard"


class GuardDefaults(OperatorModel):
    """The guard of an operator's tenants that have none of their own: one row."""

    name = models.CharField(max_length=8)
    guard = models.JSONField(default=dict)

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "name"], name="guard_defaults_once"),
            models.CheckConstraint(condition=Q(name="guard"), name="guard_defaults_name"),
        ]

    def __str__(self) -> str:
        return "guard"
