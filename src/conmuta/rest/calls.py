"""A tenant's calls: the list, one call with its story, its recordings."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Router

from conmuta.apps.calls import api as calls
from conmuta.apps.calls.contracts import CallStory, CallView, Direction
from conmuta.rest import lists, shapes
from conmuta.rest.access import AT, needs, scope_of

router = Router(tags=["calls"])

VIEW = shapes.answered(CallView)
STORY = shapes.answered(CallStory)


@router.get(f"{AT}/calls", response=lists.page_shape(VIEW), operation_id="list_calls")
@needs("calls", "read")
def all_calls(
    request: HttpRequest,
    since: datetime | None = None,
    until: datetime | None = None,
    number: Annotated[str, Query(max_length=40)] = "",
    direction: Direction | None = None,
    limit: lists.Limit = lists.USUAL,
) -> dict[str, Any]:
    """The latest first. For what is before them: `until` = `next`."""
    wanted = calls.CallFilter(
        since=since, until=until, number=number, direction=direction, limit=limit + 1
    )
    found = calls.calls(scope_of(request), wanted)
    more = found[limit - 1].facts.began.isoformat() if len(found) > limit else None
    return {"items": [msgspec.to_builtins(each) for each in found[:limit]], "next": more}


@router.get(f"{AT}/calls/{{call}}", response=STORY, operation_id="read_call")
@needs("calls", "read")
def one_call(
    request: HttpRequest, call: str, language: Annotated[str, Query(max_length=2)] = ""
) -> Any:
    """One call with its legs, its recordings, and what happened in words."""
    return msgspec.to_builtins(calls.call(scope_of(request), call, language))
