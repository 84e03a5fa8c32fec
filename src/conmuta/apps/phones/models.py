"""Phones, their passwords for fetching settings, and set-up links."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conmuta.platform.models import TenantModel
from conmuta.platform.secrets import EncryptedTextField
from conmuta_plan.outside import Transport


class Phone(TenantModel):
    """Columns have the names of `contracts.Phone`."""

    mac = models.CharField(max_length=12)
    vendor = models.CharField(max_length=32)
    label = models.CharField(max_length=80)
    model = models.CharField(max_length=40, blank=True, default="")
    lines: "ArrayField[Any, Any]" = ArrayField(
        models.CharField(max_length=32), default=list, blank=True
    )
    transport = models.CharField(max_length=3, default=Transport.UDP)
    language = models.CharField(max_length=2, null=True)  # noqa: DJ001 — None: the company's

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "mac"], name="phone_of_tenant"),
            models.UniqueConstraint(fields=["mac"], name="phone_mac"),
            models.CheckConstraint(
                condition=Q(mac__regex=r"^[0-9a-f]{12}$"), name="phone_mac_form"
            ),
        ]

    def __str__(self) -> str:
        return self.mac


class PhoneKey(TenantModel):
    """How a phone proves itself. `current` works; `coming` was sent and counts once it is used."""

    phone = models.OneToOneField(Phone, on_delete=models.CASCADE, related_name="key")
    one_time_sha256 = models.CharField(max_length=64, blank=True, default="")
    one_time_until = models.DateTimeField(null=True)
    current = EncryptedTextField(null=True)
    coming = EncryptedTextField(null=True)
    changed_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)
    address = models.CharField(max_length=45, blank=True, default="")
    agent = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return str(self.phone_id)


class SetupLink(TenantModel):
    """A link for one extension's softphone, known here by SHA-256 alone."""

    token_sha256 = models.CharField(max_length=64, unique=True)
    extension = models.ForeignKey(
        "extensions.Extension", on_delete=models.CASCADE, related_name="+"
    )
    until = models.DateTimeField()
    opened = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.extension_id} until {self.until}"
