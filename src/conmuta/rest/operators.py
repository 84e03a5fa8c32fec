"""Operators: who they are, how they look, their stock of numbers, and how they route."""

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from django.http import HttpRequest, JsonResponse
from ninja import Query, Router
from pydantic import BaseModel, ConfigDict, Field

from conmuta.apps.fleet import ports as fleet_ports
from conmuta.apps.identity import api as identity
from conmuta.apps.identity.contracts import NewTenant
from conmuta.apps.numbering import api as numbering
from conmuta.apps.numbering.contracts import ImportReport, NumberState, NumberView, Span
from conmuta.apps.routing import api as routing
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.tenancy.contracts import Brand, OperatorFacts, OperatorView
from conmuta.platform.errors import Invalid, NotFound
from conmuta.platform.sentences import said
from conmuta.rest import lists, shapes
from conmuta.rest.access import AT, AT_OPERATOR, needs, needs_operator, needs_own, scope_of
from conmuta.rest.once import once

router = Router(tags=["operators"])

VIEW = shapes.answered(OperatorView)
FACTS = shapes.asked(OperatorFacts)
BRAND = shapes.asked(Brand)
ORDER = shapes.asked(NewTenant)
TENANT = shapes.answered(tenancy.TenantView)
NUMBER = shapes.answered(NumberView)
REPORT = shapes.answered(ImportReport)
MOST_SPANS = 1000
Number = Annotated[str, Field(pattern=r"^\+?[1-9][0-9]{2,14}(-\+?[1-9][0-9]{2,14})?$")]


class Spans(BaseModel):
    """Numbers, or ranges of them: `59824002000` or `59824002000-59824002099`."""

    model_config = ConfigDict(extra="forbid")
    numbers: Annotated[list[Number], Field(min_length=1, max_length=MOST_SPANS)]


class Assignment(Spans):
    """Who gets them: a tenant of the operator's."""

    tenant: Annotated[str, Field(max_length=32)]


class Release(Spans):
    """How long they rest before somebody else may have them."""

    quarantine_days: Annotated[int, Field(ge=0, le=3650)] = 90


class Done(BaseModel):
    """How many numbers are so now."""

    numbers: int


class Summary(BaseModel):
    """How many numbers are in each state."""

    free: int
    reserved: int
    assigned: int
    quarantined: int


class RouteView(BaseModel):
    """What becomes of a call, in words, a line for each thing."""

    lines: list[str]


@router.get("/operators", response=lists.page_shape(VIEW), operation_id="list_operators")
@needs_own("operators", "read")
def all_operators(
    request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
) -> dict[str, Any]:
    """The operators that this token may see."""
    found = {each.slug: each for each in tenancy.operators(scope_of(request))}
    return lists.page(sorted(found), limit, after, lambda slug: msgspec.to_builtins(found[slug]))


@router.get(AT_OPERATOR, response=VIEW, operation_id="read_operator")
@needs_operator("operators", "read")
def one_operator(request: HttpRequest) -> Any:
    """One operator."""
    return msgspec.to_builtins(tenancy.operator_of(scope_of(request)))


@router.put(AT_OPERATOR, response={200: VIEW, 201: VIEW}, operation_id="put_operator")
@needs_own("operators", "write")
def put_operator(request: HttpRequest, operator: str, body: FACTS) -> Any:  # type: ignore[valid-type]
    """Makes or changes an operator; by the platform."""
    facts = shapes.value_of(OperatorFacts, body, {}, frozenset())
    scope, status = scope_of(request), 200
    if operator in tenancy.operator_slugs(scope):
        tenancy.change_operator(scope, operator, facts)
    elif scope.is_system:
        tenancy.create_operator(scope, operator, facts)
        status = 201
    else:
        raise NotFound(what=f"operator {operator}")
    told = msgspec.to_builtins(tenancy.operator_by_slug(scope, operator))
    return JsonResponse(told, status=status)


@router.put(f"{AT_OPERATOR}/brand", response=VIEW, operation_id="put_brand")
@needs_own("operators", "write")
def put_brand(request: HttpRequest, operator: str, body: BRAND) -> Any:  # type: ignore[valid-type]
    """How the operator looks to its customers."""
    brand = shapes.value_of(Brand, body, {}, frozenset())
    tenancy.set_brand(scope_of(request), operator, brand)
    return msgspec.to_builtins(tenancy.operator_by_slug(scope_of(request), operator))


@router.post(f"{AT_OPERATOR}/openings", response={201: TENANT}, operation_id="open_tenant")
@needs_operator("tenants", "write")
@once
def open_tenant(request: HttpRequest, body: ORDER) -> tuple[int, Any]:  # type: ignore[valid-type]
    """Opens a company with its first administrator, who gets a link by mail to set a password."""
    order = shapes.value_of(NewTenant, body, {}, frozenset())
    return 201, msgspec.to_builtins(identity.open_tenant(scope_of(request), order))


@router.get(
    f"{AT_OPERATOR}/numbers", response=lists.page_shape(NUMBER), operation_id="list_numbers_stock"
)
@needs_operator("stock", "read")
def numbers(
    request: HttpRequest,
    state: NumberState | None = None,
    tenant: Annotated[str | None, Query(max_length=32)] = None,
    begins: Annotated[str, Query(pattern=r"^[0-9]{0,15}$")] = "",
    limit: lists.Limit = lists.USUAL,
    after: Annotated[str, Query(pattern=r"^[0-9]{0,15}$")] = "",
) -> dict[str, Any]:
    """The stock, in the order of the numbers."""
    wanted = numbering.StockFilter(
        state=state, tenant=tenant, begins=begins, after=after, limit=limit + 1
    )
    found = numbering.stock(scope_of(request), wanted)
    more = found[limit - 1].number if len(found) > limit else None
    return {"items": [msgspec.to_builtins(each) for each in found[:limit]], "next": more}


@router.get(f"{AT_OPERATOR}/numbers/summary", response=Summary, operation_id="sum_numbers_stock")
@needs_operator("stock", "read")
def summary(request: HttpRequest) -> Any:
    """How many numbers there are of each kind."""
    return {str(state): n for state, n in numbering.summary(scope_of(request)).items()}


@router.post(f"{AT_OPERATOR}/numbers/assignments", response=Done, operation_id="assign_numbers")
@needs_operator("stock", "write")
@once
def assign(request: HttpRequest, body: Assignment) -> tuple[int, Any]:
    """Gives free or reserved numbers to a tenant; all of them or none."""
    spans = _spans(body)
    numbering.assign(scope_of(request), body.tenant, spans)
    return 200, _done(spans)


@router.post(f"{AT_OPERATOR}/numbers/releases", response=Done, operation_id="release_numbers")
@needs_operator("stock", "write")
@once
def release(request: HttpRequest, body: Release) -> tuple[int, Any]:
    """Takes numbers back; they rest before anybody else has them."""
    spans = _spans(body)
    numbering.release(scope_of(request), spans, body.quarantine_days)
    return 200, _done(spans)


@router.post(f"{AT_OPERATOR}/numbers/reservations", response=Done, operation_id="reserve_numbers")
@needs_operator("stock", "write")
@once
def reserve(request: HttpRequest, body: Spans) -> tuple[int, Any]:
    """Keeps free numbers for somebody."""
    spans = _spans(body)
    numbering.reserve(scope_of(request), spans)
    return 200, _done(spans)


@router.post(f"{AT_OPERATOR}/numbers/imports", response=REPORT, operation_id="import_numbers")
@needs_operator("stock", "write")
@once
def import_numbers(
    request: HttpRequest,
    form: Literal["csv", "xlsx"] = "csv",
    country: Annotated[str, Query(pattern=r"^([A-Z]{2})?$")] = "",
) -> tuple[int, Any]:
    """Adds the body, a CSV or XLSX file, to the stock. Bad rows are told, good ones taken."""
    with tempfile.NamedTemporaryFile(suffix=f".{form}") as file:
        file.write(request.body)
        file.flush()
        report = numbering.import_numbers(scope_of(request), Path(file.name), country)
    return 200, msgspec.to_builtins(report)


@router.get(f"{AT_OPERATOR}/numbers/{{number}}", response=NUMBER, operation_id="read_numbers_stock")
@needs_operator("stock", "read")
def one_number(request: HttpRequest, number: str) -> Any:
    """One number of the stock."""
    return msgspec.to_builtins(numbering.number(scope_of(request), number))


def _spans(body: Spans) -> list[Span]:
    return [_span(each) for each in body.numbers]


def _span(text: str) -> Span:
    first, _, last = text.replace("+", "").partition("-")
    span = Span(int(first), int(last or first))
    if span.last < span.first or len(first) != len(last or first):
        raise Invalid(
            reason=said(
                "{text} is no range: both ends have as many digits, the lower first.", text=text
            )
        )
    return span


def _done(spans: list[Span]) -> dict[str, int]:
    return {"numbers": sum(span.size for span in spans)}


@router.get(f"{AT}/route", response=RouteView, operation_id="explain_route")
@needs("routes", "read")
def route(
    request: HttpRequest,
    number: Annotated[str, Query(pattern=r"^[0-9*#+]{1,32}$")],
    at: datetime | None = None,
    extension: Annotated[str | None, Query(max_length=32)] = None,
    language: Annotated[Literal["", "es", "en"], Query()] = "",
) -> Any:
    """Which gateways a call would try and why, what would be dialled, and what it costs."""
    scope = scope_of(request)
    plan = fleet_ports.renderer.get()(scope)
    zone = ZoneInfo(plan.time_zone)
    when = datetime.now(zone) if at is None else at if at.tzinfo else at.replace(tzinfo=zone)
    try:
        told = routing.explain(scope, plan, number, when, extension)
    except KeyError:
        raise NotFound(what=f"extension {extension}") from None
    return {"lines": told.text(language or plan.language).splitlines()}
