"""What is told of a tenant before a call: rehearsals, checks, and the tenant as a file."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from conmuta.apps.fleet import ports as fleet_ports
from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import api as documents
from conmuta.platform.errors import Invalid
from conmuta.platform.scope import Scope
from conmuta.rest.access import AT, needs, scope_of
from conmuta.rest.errors import BodyInvalid
from conmuta.rest.once import once
from conmuta_compiler.check import check
from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.rehearse import World, rehearse
from conmuta_plan import TenantPlan

T = TypeVar("T")

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


class DifferenceView(BaseModel):
    """An object that a file changes; `verb` is created, changed, removed or left."""

    section: str
    key: str
    verb: str


class AppliedView(BaseModel):
    """What a file changes, or has changed. New people's first passwords are shown this once."""

    tenant: str
    differences: list[DifferenceView]
    passwords: dict[str, str]


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


@router.get(f"{AT}/document", operation_id="export_document")
@needs("document", "read")
def exported(request: HttpRequest) -> HttpResponse:
    """The whole tenant as a file (YAML), without secrets."""
    text = documents.export(scope_of(request))
    return HttpResponse(text, content_type="application/yaml; charset=utf-8")


@router.post(f"{AT}/document", response=AppliedView, operation_id="apply_document")
@needs("document", "write")
@once
def applied(
    request: HttpRequest, *, preview: bool = False, remove: bool = False
) -> tuple[int, dict[str, Any]]:
    """Makes the tenant as the file in the body says; with `preview`, tells what would change."""
    document, scope = _document(request), scope_of(request)
    own = tenancy.tenant_of(scope).slug
    if document.tenant.slug != own:
        raise Invalid(reason=f"the file is of {document.tenant.slug}, the address of {own}.")
    with Scope.system(scope.actor).active() as system:
        work = documents.preview if preview else documents.apply
        done = _worked(lambda: work(system, document, remove=remove))
    found = [{"section": d.section, "key": d.key, "verb": d.verb} for d in done.differences]
    return 200, {"tenant": done.tenant, "differences": found, "passwords": dict(done.passwords)}


def _document(request: HttpRequest) -> documents.TenantDocument:
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(reason="the file is not a text in UTF-8.") from None
    return _worked(lambda: documents.read(text))


def _worked(work: Callable[[], T]) -> T:
    try:
        return work()
    except documents.BadDocument as bad:
        faults = [{"pointer": f"line {f.line}", "detail": str(f)} for f in bad.faults]
        raise BodyInvalid(faults) from bad
