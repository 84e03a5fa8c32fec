"""A company's calls: the list, one call's story, and its recordings to hear or take away."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, gettext

from conmuta.apps.calls import api as calls
from conmuta.apps.identity.api import Access, Permission
from conmuta.apps.identity.web.doors import for_tenant
from conmuta.platform.scope import Scope
from conmuta.platform.web.ranges import ranged
from conmuta.platform.web.states import State

ON_A_PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CallLine:
    """A call as the list shows it."""

    call: calls.CallView
    state: State
    direction: str
    to: str
    led_to: str
    recording: str
    """Whether it was recorded, or why not though a rule asked for it."""


@for_tenant(Permission.CALL_ANALYSIS)
def tenant_calls(request: HttpRequest, scope: Scope, access: Access) -> HttpResponse:
    asked = _asked(request)
    found = calls.calls(scope, asked)
    content = {
        "access": access,
        "lines": [_line(call) for call in found[:ON_A_PAGE]],
        "older": _older(request, found),
        "directions": _directions(),
        "asked": request.GET,
        "is_asked": any(request.GET.get(name) for name in ("number", "direction", "day", "before")),
    }
    return render(request, "pages/calls.html", content)


@for_tenant(Permission.CALL_ANALYSIS)
def tenant_call(request: HttpRequest, scope: Scope, access: Access, call: str) -> HttpResponse:
    language = "es" if (get_language() or "").startswith("es") else "en"
    story = calls.call(scope, call, language)
    content = {
        "access": access,
        "story": story,
        "line": _line(story.call),
        "related": [_line(other) for other in story.related],
        "may_listen": Permission.LISTEN_AUDIO in access.permissions,
        "may_download": Permission.DOWNLOAD_AUDIO in access.permissions,
    }
    return render(request, "pages/call.html", content)


@for_tenant(Permission.LISTEN_AUDIO)
def tenant_recording(
    request: HttpRequest, scope: Scope, access: Access, recording: str
) -> HttpResponse:
    """The audio for a player: whole, or the part that it asks for."""
    with calls.listen(scope, access, recording) as audio:
        return ranged(request, audio, "audio/ogg")


@for_tenant(Permission.DOWNLOAD_AUDIO)
def tenant_recording_file(
    request: HttpRequest, scope: Scope, access: Access, recording: str
) -> HttpResponse:
    """The audio as a file to keep."""
    with calls.download(scope, access, recording) as audio:
        response = ranged(request, audio, "audio/ogg")
    named = content_disposition_header(as_attachment=True, filename=f"{recording}.ogg")
    response.headers["Content-Disposition"] = str(named)
    return response


def _asked(request: HttpRequest) -> calls.CallFilter:
    """What the address asks for; a part that cannot be read asks for nothing."""
    direction = request.GET.get("direction", "")
    day = parse_date(request.GET.get("day", "")[:10]) if request.GET.get("day") else None
    ends = [end for end in (_end(day), _instant(request.GET.get("before", ""))) if end]
    return calls.CallFilter(
        since=_midnight(day) if day else None,
        until=min(ends) if ends else None,
        number="".join(c for c in request.GET.get("number", "") if c in "0123456789*#+"),
        direction=calls.Direction(direction) if direction in set(calls.Direction) else None,
        limit=ON_A_PAGE + 1,
    )


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _end(day: date | None) -> datetime | None:
    return _midnight(day + timedelta(days=1)) if day else None


def _midnight(day: date) -> datetime:
    """The day's first moment in the company's zone."""
    return timezone.make_aware(datetime.combine(day, time()))


def _older(request: HttpRequest, found: list[calls.CallView]) -> str:
    """The address of the page after this one, where there is one."""
    if len(found) <= ON_A_PAGE:
        return ""
    before = found[ON_A_PAGE - 1].facts.began.isoformat()
    return "?" + urlencode({**request.GET.dict(), "before": before})


def _line(call: calls.CallView) -> CallLine:
    facts = call.facts
    return CallLine(
        call=call,
        state=_state(call),
        direction=_directions()[facts.direction.value],
        to=facts.dialled or facts.callee,
        led_to=facts.callee if facts.dialled not in {"", facts.callee} else "",
        recording=_recording(facts),
    )


def _recording(facts: calls.CallFacts) -> str:
    """ "" where no rule asked for a recording."""
    if not facts.not_recorded:
        return gettext("Recorded") if facts.recorded else ""
    if facts.recorded:
        return gettext("In part: the disk was nearly full")
    return gettext("No: the disk was nearly full")


def _directions() -> dict[str, str]:
    return {"in": gettext("Incoming"), "out": gettext("Outgoing"), "internal": gettext("Internal")}


def _state(call: calls.CallView) -> State:
    kinds = calls.Disposition
    words = {
        kinds.IN_PROGRESS: State(kind="waiting", word=gettext("In progress")),
        kinds.ANSWERED: State(kind="good", word=gettext("Answered")),
        kinds.NO_ANSWER: State(kind="away", word=gettext("No answer")),
        kinds.BUSY: State(kind="bad", word=gettext("Busy")),
        kinds.UNAVAILABLE: State(kind="away", word=gettext("Not connected")),
        kinds.ABANDONED: State(kind="bad", word=gettext("Abandoned")),
        kinds.VOICEMAIL: State(kind="away", word=gettext("Voicemail")),
        kinds.FAX: State(kind="good", word=gettext("Fax")),
        kinds.SELF_SERVICE: State(kind="good", word=gettext("Served by the system")),
        kinds.REFUSED: State(kind="bad", word=gettext("Call refused")),
    }
    return words[call.facts.disposition]
