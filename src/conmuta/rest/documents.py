"""Whole companies and whole operators as files: exported, told what they would change, applied.

The same actions as `conmuta export`, `plan` and `apply`, in the scope of whoever holds the token.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Annotated, Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from conmuta.apps.tenancy import api as tenancy
from conmuta.documents import api as documents
from conmuta.documents import json_tree, readers, tree
from conmuta.documents.form import OPERATOR, TENANT, VERSION, Document
from conmuta.documents.operators import api as operators
from conmuta.documents.operators.sections import SECTIONS as OPERATORS_SECTIONS
from conmuta.documents.sections import SECTIONS
from conmuta.platform.errors import Invalid
from conmuta.platform.sentences import said
from conmuta.rest.access import (
    AT,
    AT_OPERATOR,
    may,
    need,
    needs,
    needs_operator,
    own_scope,
    paced_as_file,
    scope_of,
)
from conmuta.rest.errors import BodyInvalid
from conmuta.rest.once import once

T = TypeVar("T")

router = Router(tags=["documents"])

YAML, JSON = "application/yaml", "application/json"


def _content(head: str) -> dict[str, Any]:
    """A file, in both forms, as OpenAPI has it: a version, a head, and sections."""
    members = {"conmuta": {"const": int(VERSION)}, head: {"type": "object"}}
    file = {"type": "object", "required": list(members), "properties": members}
    return {"content": {kind: {"schema": file} for kind in (YAML, JSON)}}


def _sent(head: str) -> dict[str, Any]:
    return {"requestBody": {"required": True, **_content(head)}}


def _given(head: str) -> dict[str, Any]:
    return {"responses": {200: {"description": "The file.", **_content(head)}}}


Form = Annotated[Literal["yaml", "json"], Query(description="How the file is written.")]
Preview = Annotated[bool, Query(description="Tells what would change, and changes nothing.")]
Remove = Annotated[bool, Query(description="Removes what the file does not have.")]


class FieldView(BaseModel):
    """A field that differs, as people read it; secrets are masked."""

    path: str
    before: str
    after: str


class DifferenceView(BaseModel):
    """An object that a file changes; `verb` is created, changed, removed or left."""

    section: str
    key: str
    verb: str
    fields: list[FieldView]


class TenantAppliedView(BaseModel):
    """What a file changes, or has changed. New people's first passwords are shown this once."""

    tenant: str
    differences: list[DifferenceView]
    passwords: dict[str, str]


class OperatorAppliedView(BaseModel):
    """What an operator's file changes, or has changed."""

    operator: Annotated[str, Field(description="Its slug.")]
    differences: list[DifferenceView]


@dataclass(frozen=True, slots=True)
class _Owner:
    """Whose file an address takes: the only slug, and the facts that the token may not change."""

    head: str
    slug: str
    fixed: Any
    keeper: str


@router.get(f"{AT}/document", operation_id="export_document", openapi_extra=_given(TENANT))
@needs("document", "read")
def exported(request: HttpRequest, form: Form = "yaml") -> HttpResponse:
    """The whole tenant as a file, without secrets."""
    choices = documents.Choices(as_json=form == "json")
    return _file(documents.export(scope_of(request), choices), form)


@router.post(
    f"{AT}/document",
    response=TenantAppliedView,
    operation_id="apply_document",
    openapi_extra=_sent(TENANT),
)
@needs("document", "read")
@paced_as_file
@once
def applied(
    request: HttpRequest, *, preview: Preview = False, remove: Remove = False
) -> tuple[int, dict[str, Any]]:
    """Makes the tenant as the file in the body says; with `preview`, tells what would change."""
    _refuse_readers(request, preview=preview)
    document = _read(request, documents.read)
    tenant, whose = tenancy.tenant_of(scope_of(request)), own_scope(request)
    fixed = tenant.facts if whose.tenant_id is not None else None
    _refuse_foreign(document, _Owner(TENANT, tenant.slug, fixed, said("operator")), document.tenant)
    if not may(request, "document", "write"):
        _told(lambda: readers.refuse_secrets(document, SECTIONS))
        _told(lambda: readers.refuse_new_texts(scope_of(request), document))
    work = documents.preview if preview else documents.apply
    with whose.active():
        done = _told(lambda: work(whose, document, remove=remove))
    differences = _differences(done)
    return 200, {
        "tenant": done.tenant,
        "differences": differences,
        "passwords": dict(done.passwords),
    }


@router.get(
    f"{AT_OPERATOR}/document",
    operation_id="export_operator",
    openapi_extra=_given(OPERATOR),
)
@needs_operator("document", "read")
def exported_operator(request: HttpRequest, form: Form = "yaml") -> HttpResponse:
    """The whole operator as a file, without secrets."""
    choices = documents.Choices(as_json=form == "json")
    return _file(operators.export(scope_of(request), choices), form)


@router.post(
    f"{AT_OPERATOR}/document",
    response=OperatorAppliedView,
    operation_id="apply_operator",
    openapi_extra=_sent(OPERATOR),
)
@needs_operator("document", "read")
@paced_as_file
@once
def applied_operator(
    request: HttpRequest, *, preview: Preview = False, remove: Remove = False
) -> tuple[int, dict[str, Any]]:
    """Makes the operator as the file in the body says; with `preview`, tells what would change."""
    _refuse_readers(request, preview=preview)
    document = _read(request, operators.read)
    operator, whose = tenancy.operator_of(scope_of(request)), own_scope(request)
    fixed = None if whose.is_system else operator.facts
    _refuse_foreign(
        document, _Owner(OPERATOR, operator.slug, fixed, said("platform")), document.operator
    )
    if not may(request, "document", "write"):
        _told(lambda: readers.refuse_secrets(document, OPERATORS_SECTIONS))
    work = operators.preview if preview else operators.apply
    with whose.active():
        done = _told(lambda: work(whose, document, remove=remove))
    return 200, {"operator": done.tenant, "differences": _differences(done)}


def _refuse_readers(request: HttpRequest, *, preview: bool) -> None:
    if not preview:
        need(request, "document", "write")


def _refuse_foreign(document: Document, owner: _Owner, told: Any) -> None:
    """Another's file, or facts that are not this token's to change."""
    if told.slug != owner.slug:
        sentence = said(
            "is `{slug}`, but the address is of `{own}`. Send it there.",
            slug=told.slug,
            own=owner.slug,
        )
        raise BodyInvalid([_line(document.fault((owner.head, "slug"), sentence))])
    faults = [document.fault((owner.head, name), text) for name, text in _changed(owner, told)]
    if faults:
        raise BodyInvalid([_line(fault) for fault in faults])


def _changed(owner: _Owner, told: Any) -> Iterator[tuple[str, str]]:
    for item in fields(owner.fixed) if owner.fixed is not None else ():
        kept = getattr(owner.fixed, item.name)
        facts = {"keeper": owner.keeper, "kept": kept}
        if getattr(told, item.name) != kept:
            sentence = said("is set by the {keeper}: ask there, or write `{kept}`.", **facts)
            yield item.name, sentence


def _read(request: HttpRequest, reader: Callable[..., T]) -> T:
    """The document in the body: JSON where the request says so, else YAML."""
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid(reason=said("the file is not a text in UTF-8.")) from None
    is_json = (request.content_type or "").endswith("json")
    return _told(lambda: reader(text, json_tree.parse if is_json else tree.parse))


def _told(work: Callable[[], T]) -> T:
    """What `work` gives; what is wrong in the file, line by line."""
    try:
        return work()
    except documents.BadDocument as bad:
        raise BodyInvalid([_line(fault) for fault in bad.faults]) from bad


def _line(fault: documents.LineFault) -> dict[str, Any]:
    parts = (part.replace("~", "~0").replace("/", "~1") for part in fault.path)
    pointer = "".join(f"/{part}" for part in parts)
    return {"pointer": pointer, "line": fault.line or None, "detail": str(fault)}


def _differences(done: documents.Applied) -> list[Mapping[str, Any]]:
    return [
        {
            "section": each.section,
            "key": each.key,
            "verb": each.verb,
            "fields": [
                {"path": item.path, "before": item.before, "after": item.after}
                for item in each.fields
            ],
        }
        for each in done.differences
    ]


def _file(text: str, form: str) -> HttpResponse:
    kind = JSON if form == "json" else f"{YAML}; charset=utf-8"
    return HttpResponse(text, content_type=kind)
