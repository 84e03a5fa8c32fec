"""What is kept of calls. All but the quarantine are partitioned by the month of `started`.

`started` of whatever belongs to a call is the instant that the call's own id tells
(`parsing.started_of`), so that all rows of a call lie in one partition, found without searching.
`node` is the fleet's number of the Asterisk machine; (`node`, `batch`, `line`) is a row's place
in what that machine wrote.
"""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from conmuta.platform.models import TenantModel


def text() -> "models.TextField[str, str]":
    """Text of any length, "" where none."""
    return models.TextField(default="", blank=True)


class Placed(TenantModel):
    """A row made of one line of a node's files."""

    node = models.BigIntegerField()
    batch = models.BigIntegerField()
    line = models.IntegerField()
    started = models.DateTimeField()

    class Meta(TenantModel.Meta):
        abstract = True


class Event(Placed):
    """A CEL row, as Asterisk wrote it."""

    pk = models.CompositePrimaryKey("linkedid", "node", "batch", "line", "started")
    linkedid = text()
    uniqueid = text()
    at = models.DateTimeField()
    kind = text()
    channel = text()
    number = text()
    name = text()
    exten = text()
    context = text()
    app = text()
    peer = text()
    user_kind = text()
    extra = text()

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.kind} {self.user_kind}"


class QueueEvent(Placed):
    """A line of the queue log."""

    pk = models.CompositePrimaryKey("call", "node", "batch", "line", "started")
    call = text()
    at = models.DateTimeField()
    queue = text()
    agent = text()
    kind = text()
    data = ArrayField(models.TextField())

    def __str__(self) -> str:
        return f"{self.at:%H:%M:%S} {self.queue} {self.kind}"


class Call(TenantModel):
    """A call as people count calls, folded from its events; see `contracts.CallFacts`."""

    pk = models.CompositePrimaryKey("linkedid", "node", "tenant_id", "started")
    node = models.BigIntegerField()
    started = models.DateTimeField()
    linkedid = text()
    direction = text()
    began = models.DateTimeField()
    last_at = models.DateTimeField()
    caller = text()
    caller_name = text()
    callee = text()
    dialled = text()
    gateway = text()
    call_class = text()
    answered = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    ring_seconds = models.FloatField(default=0)
    talk_seconds = models.FloatField(default=0)
    disposition = text()
    refused = text()
    queue = text()
    agent = text()
    recorded = models.BooleanField(default=False)
    not_recorded = models.TextField(default="", db_default="", blank=True)
    cut_short = models.BooleanField(default=False)
    final = models.BooleanField(default=False)
    joined = ArrayField(models.TextField(), default=list)
    settled = models.BooleanField(default=False, db_default=False)
    """Whether it was charged for; false again whenever the call is told anew."""

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-started"], name="call_by_tenant"),
            models.Index(
                fields=["started"],
                name="call_unsettled",
                condition=models.Q(settled=False)
                & (models.Q(final=True) | models.Q(cut_short=True))
                & ~models.Q(call_class=""),
            ),
            models.Index(
                fields=["node", "started"],
                name="call_open",
                condition=models.Q(final=False, cut_short=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.node}-{self.linkedid}"


class QueueVisit(TenantModel):
    """One wait of one caller in one queue; see `contracts.VisitFacts`.

    `linkedid` is the call to which the caller belonged, where the caller did not begin it.
    """

    pk = models.CompositePrimaryKey("uniqueid", "node", "ordinal", "started")
    node = models.BigIntegerField()
    started = models.DateTimeField()
    uniqueid = text()
    linkedid = text()
    ordinal = models.IntegerField()
    queue = text()
    entered = models.DateTimeField()
    caller = text()
    position = models.IntegerField(default=0)
    connected = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    wait_seconds = models.FloatField(default=0)
    talk_seconds = models.FloatField(default=0)
    result = text()
    key = text()
    agent = text()
    refusals = models.IntegerField(default=0)

    class Meta(TenantModel.Meta):
        indexes: ClassVar = [
            models.Index(fields=["linkedid"], name="visit_by_call"),
            models.Index(fields=["tenant", "-started"], name="visit_by_tenant"),
        ]

    def __str__(self) -> str:
        return f"{self.queue}: {self.result}"


class AgentMark(TenantModel):
    """An agent signed in or out, paused or came back, as one line told it."""

    pk = models.CompositePrimaryKey("tenant_id", "agent", "started", "does", "queue", "source")
    started = models.DateTimeField()
    agent = text()
    does = text()
    queue = text()
    source = text()
    extension = text()
    reason = text()

    def __str__(self) -> str:
        return f"{self.started:%H:%M:%S} {self.agent} {self.does}"


class AgentSession(TenantModel):
    """An agent signed in, from `started` to `ended` (none: still)."""

    pk = models.CompositePrimaryKey("tenant_id", "agent", "started")
    started = models.DateTimeField()
    agent = text()
    ended = models.DateTimeField(null=True)
    extension = text()
    queues = ArrayField(models.TextField(), default=list)

    def __str__(self) -> str:
        return f"{self.agent} since {self.started:%H:%M:%S}"


class AgentPause(TenantModel):
    """An agent away from the queues, from `started` to `ended` (none: still)."""

    pk = models.CompositePrimaryKey("tenant_id", "agent", "started")
    started = models.DateTimeField()
    agent = text()
    ended = models.DateTimeField(null=True)
    reason = text()

    def __str__(self) -> str:
        return f"{self.agent} since {self.started:%H:%M:%S}"


class Recording(Placed):
    """A recorded channel; the audio is in the store under `sha256`."""

    pk = models.CompositePrimaryKey("linkedid", "node", "batch", "line", "started")
    linkedid = text()
    uniqueid = text()
    began = models.DateTimeField()
    seconds = models.FloatField()
    bytes = models.BigIntegerField()
    sha256 = text()

    class Meta(Placed.Meta):
        indexes: ClassVar = [models.Index(fields=["sha256"], name="recording_by_digest")]

    def __str__(self) -> str:
        return self.sha256


class Fax(Placed):
    """A fax received, or sent by order `command`; `document` is the PDF's digest."""

    pk = models.CompositePrimaryKey("linkedid", "node", "batch", "line", "started")
    linkedid = text()
    uniqueid = text()
    ok = models.BooleanField()
    status = text()
    pages = models.IntegerField()
    far_station = text()
    emails = ArrayField(models.TextField(), default=list)
    document = text()
    command = models.BigIntegerField(null=True)

    def __str__(self) -> str:
        return f"{self.status}, {self.pages} pages"


class NodeStart(models.Model):
    """Asterisk started on a node: whatever was up before is over."""

    node = models.BigIntegerField()
    at = models.DateTimeField()
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["node", "at"], name="one_start_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.node} at {self.at:%H:%M:%S}"


class Quarantined(models.Model):
    """A line that no row could be made of, as it came, and why."""

    MALFORMED = "malformed"
    UNKNOWN_TENANT = "unknown_tenant"

    node = models.BigIntegerField()
    stream = models.CharField(max_length=20)
    batch = models.BigIntegerField()
    line = models.IntegerField()
    reason = models.CharField(max_length=30)
    detail = text()
    content = text()
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["reason", "noted_at"], name="quarantine_waiting")]

    def __str__(self) -> str:
        return f"{self.stream} {self.batch}:{self.line}: {self.reason}"
