"""Calls as others see them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from conmuta.apps.calls.contracts import (
    CallFacts,
    CallStory,
    CallView,
    Direction,
    Disposition,
    Moment,
    RecordingView,
    VisitFacts,
    VisitResult,
    VisitView,
)
from conmuta.apps.calls.errors import BadCallId, NoSuchCall, NoSuchRecording
from conmuta.apps.calls.models import Call, Event, QueueVisit, Recording
from conmuta.apps.calls.parsing import Event as EventRow
from conmuta.apps.calls.rules import legs
from conmuta.apps.calls.timeline import tell
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.monthly import UNDATED, started_of
from conmuta.platform.scope import Scope

LONGEST_LIST = 10_000
JOINED_WITHIN = timedelta(days=1)
"""Calls that were joined began within this of each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFilter:
    """Which calls: those that match all that is given. `number` matches the end of any of the
    call's numbers, so that country codes do not matter; `until` is exclusive."""

    since: datetime | None = None
    until: datetime | None = None
    number: str = ""
    direction: Direction | None = None
    limit: int = 50


def calls(scope: Scope, wanted: CallFilter) -> list[CallView]:
    """The latest calls first."""
    rows = Call.objects.within(scope).filter(_asked(wanted))
    names = {number: slug for slug, number in tenancy.slugs(scope).items()}
    latest = rows.order_by("-started", "-linkedid")[: min(wanted.limit, LONGEST_LIST)]
    return [view(row, names) for row in latest]


def call(scope: Scope, call_id: str, language: str = "") -> CallStory:
    """The whole story of one call, in `language` (else the tenant's own)."""
    row = row_of(scope, call_id)
    names = {number: slug for slug, number in tenancy.slugs(scope).items()}
    tenant = tenancy.tenant_by_slug(scope, names[row.tenant_id]).facts
    seen = view(row, names)
    visits = _visits(scope, row)
    events = _events(scope, row)
    said = tell(events, visits, seen.facts)
    spoken = language or tenant.language
    return CallStory(
        call=seen,
        time_zone=tenant.time_zone,
        moments=tuple(Moment(at=s.at, kind=s.kind, text=s.words.text(spoken)) for s in said),
        legs=legs(events, seen.facts),
        visits=tuple(_visit_view(visit) for visit in visits),
        recordings=tuple(recordings_of(scope, row)),
        related=tuple(view(other, names) for other in _related(scope, row)),
    )


def row_of(scope: Scope, call_id: str) -> Call:
    """The call of an id, `NODE-LINKEDID`. Raises `BadCallId`, `NoSuchCall`."""
    node, _, linkedid = call_id.partition("-")
    if not node.isdigit() or not linkedid:
        raise BadCallId(id=call_id)
    place = {"node": int(node), "linkedid": linkedid, "started": started_of(linkedid)}
    row = Call.objects.within(scope).filter(**place).first()
    if row is None:
        raise NoSuchCall(id=call_id)
    return row


def view(row: Call, names: Mapping[int, str]) -> CallView:
    """A call's row as others see it."""
    facts = CallFacts(
        linkedid=row.linkedid,
        direction=Direction(row.direction),
        began=row.began,
        last_at=row.last_at,
        caller=row.caller,
        caller_name=row.caller_name,
        callee=row.callee,
        dialled=row.dialled,
        gateway=row.gateway,
        call_class=row.call_class,
        answered=row.answered,
        ended=row.ended,
        ring_seconds=row.ring_seconds,
        talk_seconds=row.talk_seconds,
        disposition=Disposition(row.disposition),
        refused=row.refused,
        queue=row.queue,
        recorded=row.recorded,
        not_recorded=row.not_recorded,
        cut_short=row.cut_short,
        final=row.final,
        joined=tuple(row.joined),
    )
    slug = names.get(row.tenant_id, "")
    return CallView(id=f"{row.node}-{row.linkedid}", tenant=slug, facts=facts, agent=row.agent)


def recordings_of(scope: Scope, row: Call) -> list[RecordingView]:
    """The recordings of a call, oldest first."""
    rows = Recording.objects.within(scope).filter(**_of_call(row)).order_by("began")
    return [recording_view(each) for each in rows]


def recording(scope: Scope, recording_id: str) -> RecordingView:
    """A recording by its id, `NODE-BATCH-LINE-LINKEDID`. Raises `NoSuchRecording`."""
    node, batch, line, linkedid = [*recording_id.split("-", 3), "", "", "", ""][:4]
    if not (node.isdigit() and batch.isdigit() and line.isdigit() and linkedid):
        raise NoSuchRecording(id=recording_id)
    place = {"node": int(node), "batch": int(batch), "line": int(line), "linkedid": linkedid}
    rows = Recording.objects.within(scope).filter(**place, started=started_of(linkedid))
    row = rows.first()
    if row is None:
        raise NoSuchRecording(id=recording_id)
    return recording_view(row)


def recording_view(row: Recording) -> RecordingView:
    return RecordingView(
        id=f"{row.node}-{row.batch}-{row.line}-{row.linkedid}",
        call=f"{row.node}-{row.linkedid}",
        began=row.began,
        seconds=row.seconds,
        bytes=row.bytes,
        sha256=row.sha256,
    )


def events_of(rows: Iterable[Event]) -> list[EventRow]:
    """Rows as the values that rules take."""
    return [EventRow(*(getattr(row, name) for name in EventRow._fields)) for row in rows]


def _asked(wanted: CallFilter) -> Q:
    asked = Q()
    if wanted.since:
        asked &= Q(started__gte=wanted.since) | Q(started=UNDATED, began__gte=wanted.since)
    if wanted.until:
        asked &= Q(started__lt=wanted.until, began__lt=wanted.until)
    if wanted.direction:
        asked &= Q(direction=wanted.direction.value)
    if wanted.number:
        names = ("caller", "callee", "dialled")
        matches = [Q(**{f"{name}__endswith": wanted.number}) for name in names]
        asked &= matches[0] | matches[1] | matches[2]
    return asked


def _of_call(row: Call) -> dict[str, object]:
    return {
        "tenant_id": row.tenant_id,
        "node": row.node,
        "linkedid": row.linkedid,
        "started": row.started,
    }


def _events(scope: Scope, row: Call) -> list[EventRow]:
    return events_of(Event.objects.within(scope).filter(**_of_call(row)))


def _visits(scope: Scope, row: Call) -> list[VisitFacts]:
    rows = QueueVisit.objects.within(scope).filter(
        tenant_id=row.tenant_id, node=row.node, linkedid=row.linkedid
    )
    return [_visit_facts(each) for each in rows.order_by("entered", "ordinal")]


def _visit_facts(row: QueueVisit) -> VisitFacts:
    return VisitFacts(
        uniqueid=row.uniqueid,
        ordinal=row.ordinal,
        queue=row.queue,
        entered=row.entered,
        caller=row.caller,
        position=row.position,
        connected=row.connected,
        ended=row.ended,
        wait_seconds=row.wait_seconds,
        talk_seconds=row.talk_seconds,
        result=VisitResult(row.result),
        key=row.key,
        agent=row.agent,
        refusals=row.refusals,
    )


def _visit_view(visit: VisitFacts) -> VisitView:
    return VisitView(
        queue=visit.queue,
        entered=visit.entered,
        wait_seconds=visit.wait_seconds,
        talk_seconds=visit.talk_seconds,
        result=visit.result,
        agent=visit.agent,
        key=visit.key,
    )


def _related(scope: Scope, row: Call) -> QuerySet[Call]:
    """Calls that a transfer or a pick-up joined with this one, whichever of them tells."""
    others = Q(linkedid__in=row.joined) | Q(joined__contains=[row.linkedid])
    around = (row.started - JOINED_WITHIN, row.started + JOINED_WITHIN)
    rows = Call.objects.within(scope).filter(
        others, tenant_id=row.tenant_id, node=row.node, started__range=around
    )
    return rows.exclude(linkedid=row.linkedid).order_by("started", "linkedid")
