"""What the API remembers of its callers: answers to requests that may come again."""

from typing import ClassVar

from django.db import models


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, for whoever sends it again."""

    caller = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    body = models.JSONField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["caller", "key"], name="kept_answer_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="kept_answer_age")]

    def __str__(self) -> str:
        return f"{self.caller} {self.key}"
