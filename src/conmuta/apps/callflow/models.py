"""What answers a call. Columns have the names of the contracts' fields."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from conmuta.platform.models import TenantModel

DIGEST = r"^[0-9a-f]{64}$"


class Agenda(TenantModel):
    """A calendar of values; `events` is the contract's JSON, edited and compiled whole."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    values = ArrayField(models.CharField(max_length=40))
    default = models.CharField(max_length=40)
    events = models.JSONField(default=list)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="agenda_name"),
            models.CheckConstraint(
                condition=Q(values__contains=[models.F("default")]), name="agenda_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Flow(TenantModel):
    """A graph of steps; `steps` is the contract's JSON, edited, checked and compiled whole."""

    name = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    start = models.CharField(max_length=40)
    steps = models.JSONField()

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="flow_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Prompt(TenantModel):
    """A recorded message as it is heard now; its earlier versions are kept beside it."""

    name = models.CharField(max_length=40)
    text = models.TextField(blank=True, default="")
    language = models.CharField(max_length=2)
    digest = models.CharField(max_length=64)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="prompt_name"),
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="prompt_digest"),
        ]

    def __str__(self) -> str:
        return self.name


class PromptVersion(TenantModel):
    """What a prompt was from `made_at` on. Versions are never changed."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    text = models.TextField(blank=True, default="")
    language = models.CharField(max_length=2)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["prompt", "number"], name="prompt_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} {self.number}"


class Music(TenantModel):
    """Music on hold, by digests in order."""

    name = models.CharField(max_length=40)
    digests = ArrayField(models.CharField(max_length=64))

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="music_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Reception(TenantModel):
    """The flows entered when a call inside the company does not arrive: one row."""

    name = models.CharField(max_length=16)
    no_answer = models.ForeignKey(Flow, null=True, on_delete=models.RESTRICT, related_name="+")
    busy = models.ForeignKey(Flow, null=True, on_delete=models.RESTRICT, related_name="+")
    unavailable = models.ForeignKey(Flow, null=True, on_delete=models.RESTRICT, related_name="+")
    invalid = models.ForeignKey(Flow, null=True, on_delete=models.RESTRICT, related_name="+")

    class Meta(TenantModel.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "name"], name="reception_once"),
            models.CheckConstraint(condition=Q(name="reception"), name="reception_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SpokenText(models.Model):
    """Audio that a voice made once: the digest of (text, voice, engine's version) names it.

    It belongs to no tenant, and says nothing of the text to anybody who does not have it.
    """

    key = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(digest__regex=DIGEST), name="spoken_digest"),
        ]

    def __str__(self) -> str:
        return self.key
