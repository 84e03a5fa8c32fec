"""Every mail that was posted, and what became of it."""

from typing import ClassVar, Self

from django.db import models

from conmuta.platform.models import ScopedManager


class MailState(models.TextChoices):
    WAITING = "waiting", "waiting"
    SENT = "sent", "sent"
    KEPT = "kept", "kept"
    REFUSED = "refused", "refused"


class Mail(models.Model):
    """The message itself is in the store under `sha256`. `tenant_id` None: an operator's, or the
    platform's own."""

    tenant_id = models.BigIntegerField(null=True)
    operator_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=200)
    sender = models.CharField(max_length=320)
    recipients = models.JSONField()
    subject = models.CharField(max_length=255, blank=True)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=MailState.choices, default=MailState.WAITING)
    problem = models.TextField(blank=True, default="")
    posted_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True)

    objects: ClassVar[ScopedManager[Self]] = ScopedManager(operator="operator_id")
    guarded = models.Manager()

    class Meta:
        default_manager_name = "guarded"
        base_manager_name = "guarded"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant_id", "operator_id", "key"], nulls_distinct=False, name="mail_once"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["tenant_id", "-posted_at"], name="mail_latest")]

    def __str__(self) -> str:
        return self.subject
