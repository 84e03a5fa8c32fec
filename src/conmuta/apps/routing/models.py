"""Dial plans and routes. Columns have the names of the contracts' fields; lists are JSON."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conmuta.platform.models import OperatorModel


def _once(name: str) -> models.UniqueConstraint:
    return models.UniqueConstraint(fields=["operator", "name"], name=name)


class Named(OperatorModel):
    """What an operator has by name."""

    name = models.CharField(max_length=40)

    class Meta(OperatorModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.name


class DialPlan(Named):
    title = models.CharField(max_length=120, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    area = models.CharField(max_length=6, blank=True, default="")
    rules = models.JSONField(default=list)

    class Meta(Named.Meta):
        constraints: ClassVar = [_once("dial_plan_name")]


class Route(Named):
    choices = models.JSONField(default=list)
    reason = models.CharField(max_length=16, blank=True, default="")
    stop_causes: "ArrayField[Any, Any]" = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True
    )
    ring_seconds = models.PositiveIntegerField(default=60)
    least_cost = models.BooleanField(default=False)
    cost_limit = models.PositiveBigIntegerField(null=True)

    class Meta(Named.Meta):
        constraints: ClassVar = [_once("route_name")]


class RouteTable(Named):
    title = models.CharField(max_length=120, blank=True, default="")
    base = models.CharField(max_length=40, null=True)  # noqa: DJ001 — None: none
    destinations = models.JSONField(default=list)

    class Meta(Named.Meta):
        constraints: ClassVar = [_once("route_table_name")]


class TenantRouting(Named):
    """`name` is the tenant's slug. The row goes with the tenant, so that nobody inherits it."""

    tenant = models.ForeignKey(
        "tenancy.Tenant", on_delete=models.CASCADE, null=True, related_name="+"
    )
    routes = models.CharField(max_length=40)
    dial_plan = models.CharField(max_length=40, null=True)  # noqa: DJ001 — None: none
    exceptions = models.JSONField(default=dict)
    foreign_caller_ids: "ArrayField[Any, Any]" = ArrayField(
        models.CharField(max_length=15), default=list, blank=True
    )

    class Meta(Named.Meta):
        constraints: ClassVar = [_once("tenant_routing_once")]


class RoutingSettings(Named):
    """One row."""

    on_net = models.BooleanField(default=True)

    class Meta(Named.Meta):
        constraints: ClassVar = [
            _once("routing_settings_once"),
            models.CheckConstraint(condition=Q(name="routing"), name="routing_settings_name"),
        ]
