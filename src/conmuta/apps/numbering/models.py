"""The stock: one row for each number, so that a number is in one place by its primary key.

A row for each was measured against rows for ranges (ADR 0082): it takes a million in seconds, and
every state, tenant and constraint is a plain column.
"""

from datetime import timedelta
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from conmuta.apps.numbering.contracts import NumberState
from conmuta.apps.numbering.rules import QUARANTINE_DAYS
from conmuta.platform.models import OperatorModel, ScopedManager


def rest(_collector: Any, _field: Any, rows: Any, _using: str) -> None:
    """A tenant goes: its numbers stay with the operator, and rest for a while."""
    until = timezone.now().date() + timedelta(days=QUARANTINE_DAYS)
    rows.update(tenant=None, state=NumberState.QUARANTINED, until=until)


class StockNumber(OperatorModel):
    """A number of the operator's; a tenant sees those that it has."""

    number = models.BigIntegerField(primary_key=True)
    state = models.CharField(
        max_length=12, default=NumberState.FREE, choices=[(item, item) for item in NumberState]
    )
    tenant = models.ForeignKey("tenancy.Tenant", on_delete=rest, null=True, related_name="+")
    until = models.DateField(null=True)
    emergency_location = models.CharField(max_length=200, blank=True, default="")
    ported_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True, default="")

    objects: ClassVar[ScopedManager[Self]] = ScopedManager("tenant_id", "operator_id")

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=NumberState.ASSIGNED, tenant__isnull=False)
                | (~Q(state=NumberState.ASSIGNED) & Q(tenant__isnull=True)),
                name="stock_assigned_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state=NumberState.QUARANTINED, until__isnull=False)
                | (~Q(state=NumberState.QUARANTINED) & Q(until__isnull=True)),
                name="stock_quarantined_until",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["operator", "number"], name="stock_by_operator"),
            models.Index(
                fields=["tenant", "number"],
                name="stock_by_tenant",
                condition=Q(tenant__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"+{self.number}"
