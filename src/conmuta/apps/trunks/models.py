"""How calls enter and leave a company. Columns have the names of the contracts' fields."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conmuta.apps.trunks.contracts import ClassKind, GatewayKind, Transport
from conmuta.platform.models import OperatorModel, TenantModel
from conmuta.platform.secrets import EncryptedTextField
from conmuta_plan.operator import CallerIdRule, Privacy
from conmuta_plan.people import Srtp


class EncryptedListField(EncryptedTextField[Any, Any]):
    """A list of short texts without line ends, encrypted as one."""

    def get_prep_value(self, value: Any) -> Any:
        return super().get_prep_value("\n".join(value or ()))

    def from_db_value(self, value: str | None, *facts: object) -> Any:
        text = super().from_db_value(value, *facts)
        return text.split("\n") if text else []


def _texts(**options: Any) -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=253), default=list, blank=True, **options)


class GatewayColumns(models.Model):
    """What a tenant's and an operator's gateways have in common."""

    name = models.CharField(max_length=40)
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=5060)
    transport = models.CharField(
        max_length=3, default=Transport.UDP, choices=[(item, item) for item in Transport]
    )
    username = models.CharField(max_length=128, null=True)  # noqa: DJ001 — None: none
    secret = EncryptedTextField(null=True)
    register = models.BooleanField(default=False)
    addresses = _texts()
    outbound_proxy = models.CharField(max_length=253, null=True)  # noqa: DJ001
    from_user = models.CharField(max_length=128, null=True)  # noqa: DJ001
    from_domain = models.CharField(max_length=253, null=True)  # noqa: DJ001
    caller_id = models.CharField(max_length=32, null=True)  # noqa: DJ001
    strip = models.PositiveSmallIntegerField(default=0)
    prepend = models.CharField(max_length=32, blank=True, default="")
    codecs = _texts()
    srtp = models.CharField(max_length=8, default=Srtp.OFF)
    max_calls = models.PositiveIntegerField(default=0)
    watch_seconds = models.PositiveIntegerField(default=60)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Gateway(GatewayColumns, TenantModel):
    """A trunk to a carrier, an E1/PRI gateway, an SBC or a GSM gateway."""

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="gateway_name"),
            models.CheckConstraint(condition=Q(port__range=(1, 65535)), name="gateway_port"),
            models.CheckConstraint(
                condition=Q(transport__in=[*Transport]), name="gateway_transport"
            ),
        ]


class OperatorGateway(GatewayColumns, OperatorModel):
    """The same of an operator, for all of its tenants. Rules are lists of `NumberRule`."""

    kind = models.CharField(max_length=8, choices=[(item, item) for item in GatewayKind])
    note = models.CharField(max_length=400, blank=True, default="")
    inbound = models.JSONField(default=list)
    outbound = models.JSONField(default=list)
    caller_id_rule = models.CharField(max_length=8, default=CallerIdRule.LISTED)
    caller_id_outbound = models.JSONField(default=list)
    privacy = models.CharField(max_length=8, default=Privacy.FROM)
    may_send_own_ani = models.BooleanField(default=False)
    max_calls_per_second = models.PositiveIntegerField(default=0)
    billed = models.BooleanField(default=True)
    verify_certificate = models.BooleanField(default=True)
    media_encryption = models.CharField(max_length=8, default=Srtp.OFF)
    challenge = models.BooleanField(default=False)

    class Meta(OperatorModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "name"], name="operator_gateway_name"),
            models.CheckConstraint(
                condition=Q(port__range=(1, 65535)), name="operator_gateway_port"
            ),
            models.CheckConstraint(
                condition=Q(transport__in=[*Transport]), name="operator_gateway_transport"
            ),
        ]


class CallClass(TenantModel):
    """Outgoing calls of one kind; `gateways` are names, in order of trial."""

    name = models.CharField(max_length=40)
    kind = models.CharField(max_length=16, choices=[(item, item) for item in ClassKind])
    patterns = _texts()
    gateways = _texts()
    strip = models.PositiveSmallIntegerField(default=0)
    prepend = models.CharField(max_length=32, blank=True, default="")
    pins = EncryptedListField(null=True)
    record = models.BooleanField(null=True)
    ring_seconds = models.PositiveIntegerField(default=60)
    for_flows = models.BooleanField(default=False)
    caller_id = models.CharField(max_length=32, null=True)  # noqa: DJ001
    operator = models.BooleanField(default=False)
    to_e164 = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="call_class_name"),
            models.CheckConstraint(condition=Q(kind__in=[*ClassKind]), name="call_class_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class InboundNumber(TenantModel):
    """A number that the world dials. `target` is `{"kind": …, "name": …}`."""

    number = models.CharField(max_length=32)
    target = models.JSONField()
    gateways = _texts()
    stock = models.BooleanField(default=False)
    language = models.CharField(max_length=2, null=True)  # noqa: DJ001
    record = models.BooleanField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="inbound_number"),
        ]

    def __str__(self) -> str:
        return self.number


class RecordingPolicy(TenantModel):
    """A tenant's recording rules, in order: one row."""

    name = models.CharField(max_length=16)
    rules = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="recording_policy_once"),
            models.CheckConstraint(condition=Q(name="recording"), name="recording_policy_name"),
        ]

    def __str__(self) -> str:
        return self.name
