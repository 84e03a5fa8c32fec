"""Batches of JSON lines: recordings, mails, faxes, features, prompts. Their files came first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import msgspec

from conmuta.adapters.storage import InvalidDigest, check_digest
from conmuta.apps.calls import partitions
from conmuta.apps.calls.contracts import FaxEnded, FeatureChanged, MailWritten, PromptSpoken
from conmuta.apps.calls.ingest import common
from conmuta.apps.calls.models import Fax, Recording
from conmuta.apps.calls.parsing import Malformed, instant_of_text, numbered_lines
from conmuta.apps.fleet.api import Batch
from conmuta.platform import outbox
from conmuta.platform.monthly import started_of
from conmuta.platform.scope import Scope
from conmuta_plan.node import FaxDone, FeatureSet, MailDone, PromptDone, RecordingDone

Done = TypeVar("Done", RecordingDone, MailDone, FaxDone, FeatureSet, PromptDone)


class Line(NamedTuple):
    """A line of a JSON stream and its place."""

    node: int
    batch: int
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Kind(Generic[Done]):
    """A stream: the value that its lines hold, and what to do with one."""

    stream: str
    value: type[Done]
    keep: Callable[[Scope, Line, Done], None]

    def take(self, scope: Scope, batch: Batch) -> None:
        """Takes a batch of this stream."""
        numbered = numbered_lines(batch.body)
        lines = [Line(batch.node_id, batch.number, number, text) for number, text in numbered]
        malformed, orphans = self.take_lines(scope, lines)
        common.keep_malformed(batch, malformed)
        common.keep_unowned(self.stream, orphans)

    def take_lines(
        self, scope: Scope, lines: Iterable[Line]
    ) -> tuple[list[Malformed], list[common.Unowned]]:
        """Takes what it can; gives back what is no such value, and what is nobody's."""
        tenants = common.tenants_of(scope)
        malformed: list[Malformed] = []
        orphans: list[common.Unowned] = []
        for line in lines:
            try:
                done = _checked(msgspec.json.decode(line.text, type=self.value))
            except (msgspec.MsgspecError, ValueError, InvalidDigest) as error:
                malformed.append(Malformed(line.line, line.text, str(error)))
                continue
            if done.tenant in tenants:
                self.keep(Scope.for_tenant(tenants[done.tenant], scope.actor), line, done)
            else:
                orphans.append(common.Unowned(*line, tenant=done.tenant))
        return malformed, orphans


def _checked(done: Done) -> Done:
    """Raises for what PostgreSQL or the store could not take."""
    digest = getattr(done, "sha256", None) or getattr(done, "document", None)
    if digest is not None:
        check_digest(digest)
    if isinstance(done, RecordingDone):
        instant_of_text(done.started_at)
    if "\0" in repr(done):
        raise ValueError("a text holds a zero byte")
    return done


def _place(scope: Scope, line: Line, linkedid: str) -> dict[str, object]:
    started = started_of(linkedid)
    partitions.ensure([partitions.month_of(started)])
    place = {"node": line.node, "batch": line.batch, "line": line.line, "started": started}
    return {"tenant_id": scope.tenant_id, "linkedid": linkedid, **place}


def _keep_recording(scope: Scope, line: Line, done: RecordingDone) -> None:
    Recording.guarded.create(
        **_place(scope, line, done.linkedid),
        uniqueid=done.uniqueid,
        began=instant_of_text(done.started_at),
        seconds=done.seconds,
        bytes=done.bytes,
        sha256=done.sha256,
    )


def _keep_fax(scope: Scope, line: Line, done: FaxDone) -> None:
    Fax.guarded.create(
        **_place(scope, line, done.linkedid),
        uniqueid=done.uniqueid,
        ok=done.ok,
        status=done.status,
        pages=done.pages,
        far_station=done.far_station,
        emails=list(done.emails),
        document=done.document or "",
        command=done.command,
    )
    ended = FaxEnded(
        tenant=done.tenant,
        call=f"{line.node}-{done.linkedid}",
        ok=done.ok,
        status=done.status,
        pages=done.pages,
        far_station=done.far_station,
        emails=done.emails,
        document=done.document,
        command=done.command,
    )
    outbox.record(ended, scope)


def _tell_mail(scope: Scope, _line: Line, done: MailDone) -> None:
    outbox.record(MailWritten(tenant=done.tenant, sha256=done.sha256), scope)


def _tell_feature(scope: Scope, _line: Line, done: FeatureSet) -> None:
    changed = FeatureChanged(
        tenant=done.tenant,
        extension=done.extension,
        feature=done.feature,
        value=done.value,
        at=done.at,
    )
    outbox.record(changed, scope)


def _tell_prompt(scope: Scope, _line: Line, done: PromptDone) -> None:
    spoken = PromptSpoken(tenant=done.tenant, extension=done.extension, sha256=done.sha256)
    outbox.record(spoken, scope)


RECORDINGS = Kind("recording", RecordingDone, _keep_recording)
MAILS = Kind("mail", MailDone, _tell_mail)
FAXES = Kind("fax", FaxDone, _keep_fax)
FEATURES = Kind("feature", FeatureSet, _tell_feature)
PROMPTS = Kind("prompt", PromptDone, _tell_prompt)
