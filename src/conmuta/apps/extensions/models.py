"""What rings and what can be dialled. Columns have the names of the contracts' fields."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conmuta.platform.models import TenantModel
from conmuta.platform.secrets import EncryptedTextField
from conmuta_plan.people import Srtp


def _texts(**options: Any) -> "ArrayField[Any, Any]":
    return ArrayField(models.CharField(max_length=320), default=list, blank=True, **options)


def _dialled(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(number__regex=r"^[0-9*#+]{1,32}$"), name=name)


class Department(TenantModel):
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    description = models.CharField(max_length=200, blank=True, default="")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="department_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Extension(TenantModel):
    """A number and the telephones that register for it. `forwards` is the contract's JSON."""

    number = models.CharField(max_length=32)
    account = models.CharField(max_length=64)
    secret = EncryptedTextField()
    name = models.CharField(max_length=80)
    person = models.ForeignKey(
        "identity.Membership", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    department = models.ForeignKey(
        Department, null=True, on_delete=models.RESTRICT, related_name="extensions"
    )
    language = models.CharField(max_length=2, null=True)  # noqa: DJ001 — None: the tenant's
    external_caller_id = models.CharField(max_length=32, null=True)  # noqa: DJ001
    classes = _texts()
    pickup_groups = _texts()
    ring_seconds = models.PositiveIntegerField(default=25)
    call_waiting = models.BooleanField(default=True)
    do_not_disturb = models.BooleanField(default=False)
    forwards = models.JSONField(default=dict)
    srtp = models.CharField(max_length=8, default=Srtp.OPTIONAL)
    codecs = _texts()
    max_phones = models.PositiveSmallIntegerField(default=3)
    record = models.BooleanField(null=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="extension_number"),
            models.UniqueConstraint(
                fields=["tenant", "account"],
                name="extension_account",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(condition=Q(srtp__in=[*Srtp]), name="extension_srtp"),
            models.CheckConstraint(
                condition=Q(ring_seconds__range=(5, 600)), name="extension_ring_seconds"
            ),
            _dialled("extension_number_form"),
        ]

    def __str__(self) -> str:
        return self.number


class Mailbox(TenantModel):
    """Voicemail: an extension's own has its number; `general` ones are nobody's."""

    number = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    pin = EncryptedTextField()
    emails = _texts()
    attach_audio = models.BooleanField(default=True)
    delete_after_mail = models.BooleanField(default=False)
    language = models.CharField(max_length=2, null=True)  # noqa: DJ001
    greeting = models.CharField(max_length=40, null=True)  # noqa: DJ001
    general = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="mailbox_number"),
            _dialled("mailbox_number_form"),
        ]

    def __str__(self) -> str:
        return self.number


class ConferenceRoom(TenantModel):
    number = models.CharField(max_length=32)
    name = models.CharField(max_length=80)
    pin = EncryptedTextField(null=True)
    admin_pin = EncryptedTextField(null=True)
    max_members = models.PositiveIntegerField(default=50)
    record = models.BooleanField(default=False)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="conference_number"),
            _dialled("conference_number_form"),
        ]

    def __str__(self) -> str:
        return self.number


class SpeedDial(TenantModel):
    code = models.CharField(max_length=32)
    number = models.CharField(max_length=32)
    name = models.CharField(max_length=80)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "code"], name="speed_dial_code"),
            _dialled("speed_dial_number_form"),
        ]

    def __str__(self) -> str:
        return self.code


class Telephony(TenantModel):
    """What holds for all telephones of a tenant: one row."""

    name = models.CharField(max_length=16)
    parking = models.JSONField(null=True)
    features = models.JSONField()
    mail_from = models.CharField(max_length=320, null=True)  # noqa: DJ001

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="telephony_once"),
            models.CheckConstraint(condition=Q(name="telephony"), name="telephony_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Monitoring(TenantModel):
    """A person may watch a department."""

    person = models.ForeignKey(
        "identity.Membership", on_delete=models.CASCADE, related_name="monitorings"
    )
    department = models.ForeignKey(Department, on_delete=models.CASCADE, related_name="monitorings")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "department"], name="monitoring_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.department_id}"


class TakenNumber(TenantModel):
    """Every number that rings something in a tenant, so that none rings two things."""

    number = models.CharField(max_length=32)
    taker = models.CharField(max_length=40)
    name = models.CharField(max_length=40)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "number"], name="taken_number"),
        ]

    def __str__(self) -> str:
        return self.number
