"""What is told of a tenant before a call: rehearsals and checks."""

from datetime import datetime
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel

from conmuta.apps.fleet import ports as fleet_ports
from conmuta.platform.errors import Invalid
from conmuta.platform.scope import Scope
from conmuta.rest.access import AT, needs, scope_of
from conmuta_compiler.check import check
from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.rehearse import World, rehearse
from conmuta_plan import TenantPlan

router = Router(tags=["telling"])

Language = Annotated[Literal["", "es", "en"], Query(description="The tenant's own unless given.")]
MOST_KEYS = 200


class RehearsalView(BaseModel):
    """The path of a call, in words, a line for each thing that happens."""

    lines: list[str]


class FindingView(BaseModel):
    """Something wrong with the calls of a tenant."""

    severity: str
    where: str
    text: str


def _plan(scope: Scope) -> TenantPlan:
    return fleet_ports.renderer.get()(scope)


@router.get(f"{AT}/rehearsal", response=RehearsalView, operation_id="rehearse")
@needs("flows", "read")
def rehearsal(
    request: HttpRequest,
    number: Annotated[str, Query(max_length=40)],
    at: datetime | None = None,
    digits: Annotated[
        str, Query(max_length=MOST_KEYS, description="What is pressed: `1,550,,0`.")
    ] = "",
    caller: Annotated[str, Query(max_length=40)] = "",
    language: Language = "",
) -> dict[str, Any]:
    """Plays a call without calling. `at` without an offset is in the tenant's zone."""
    plan = _plan(scope_of(request))
    zone = ZoneInfo(plan.time_zone)
    when = datetime.now(zone) if at is None else at if at.tzinfo else at.replace(tzinfo=zone)
    pressed = digits.split(",") if digits else ()
    try:
        told = rehearse(plan, number, when, pressed, World(), caller)
    except InvalidPlan as error:
        raise Invalid(reason=error.text(language or plan.language)) from error
    except (ValueError, OverflowError) as error:
        raise Invalid(reason=str(error)) from error
    return {"lines": told.text(language or plan.language).splitlines()}


@router.get(f"{AT}/check", response=list[FindingView], operation_id="check")
@needs("flows", "read")
def checked(request: HttpRequest, language: Language = "") -> list[dict[str, str]]:
    """Dead ends, loops, gaps, missing prompts, queues without agents."""
    plan = _plan(scope_of(request))
    spoken = language or plan.language
    return [
        {"severity": each.severity.value, "where": each.where, "text": each.text(spoken)}
        for each in check(plan)
    ]
