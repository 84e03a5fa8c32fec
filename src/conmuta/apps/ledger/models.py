"""Lines of the nodes' ledgers. Money is in millionths."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from conmuta.platform.models import TenantModel


class Charge(TenantModel):
    """What a node took off for a call. `entry` is the line's number in that node's ledger.

    `rated`: the call is in the tenant's account, and this counts no more.
    """

    node = models.BigIntegerField()
    entry = models.BigIntegerField()
    leg = models.TextField()
    linkedid = models.TextField()
    extension = models.CharField(max_length=32, blank=True)
    number = models.CharField(max_length=40, blank=True)
    country = models.CharField(max_length=2, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    seconds = models.IntegerField()
    amount = models.BigIntegerField()
    at = models.DateTimeField()
    rated = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "entry"], name="charge_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "node", "entry"], name="charge_last"),
            models.Index(fields=["tenant"], condition=Q(rated=False), name="charge_unrated"),
        ]

    def __str__(self) -> str:
        return f"{self.node}/{self.entry}: {self.amount} {self.currency}"


class Block(TenantModel):
    """Somebody shut by a ceiling. `until` None: until it is lifted."""

    node = models.BigIntegerField()
    entry = models.BigIntegerField()
    extension = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=16)
    number = models.CharField(max_length=40, blank=True)
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "entry"], name="block_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant"], condition=Q(lifted_at=None), name="block_open"),
        ]

    def __str__(self) -> str:
        return f"{self.extension or 'all'}: {self.reason}"
