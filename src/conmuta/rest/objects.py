"""Objects, one collection for each section of a tenant's file: the same actions and words.

`GET` lists or reads, `PUT` makes or replaces, `PATCH` changes some fields, `DELETE` removes.
Answers carry an ETag; `If-Match` refuses a change of what somebody else has changed meanwhile.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from functools import wraps
from typing import Any

import msgspec
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import salted_hmac
from ninja import Router
from pydantic import BaseModel

from conmuta.documents import media
from conmuta.documents.differences import changed, default
from conmuta.documents.operators.sections import SECTIONS as OPERATORS_SECTIONS
from conmuta.documents.sections import SECTIONS, Section
from conmuta.platform import nouns
from conmuta.platform.errors import NotFound
from conmuta.platform.nouns import called
from conmuta.platform.scope import Scope
from conmuta.rest import lists, shapes
from conmuta.rest.access import AT, AT_OPERATOR, needs, needs_operator, scope_of
from conmuta.rest.errors import BodyInvalid, ChangedMeanwhile

FILES_BESIDE = frozenset({"file", "files"})
"""Fields that only a file on a disk can have."""

_ELSEWHERE = frozenset({"brand"})
"""Sections of an operator that have addresses of their own."""

_MADE, _GONE = 201, 204


@dataclass(frozen=True, slots=True)
class Collection:
    """A section as the API has it."""

    section: Section
    is_operators: bool = False

    @property
    def place(self) -> str:
        """Where its addresses begin."""
        return f"{AT_OPERATOR if self.is_operators else AT}/{self.name}"

    def door(self, action: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        return (needs_operator if self.is_operators else needs)(self.name, action)

    @property
    def operation(self) -> str:
        return f"operators_{self.name}" if self.is_operators else self.name

    @property
    def name(self) -> str:
        return self.section.name

    @property
    def hidden(self) -> frozenset[str]:
        return self.section.hidden | FILES_BESIDE

    @property
    def asked(self) -> type[BaseModel]:
        return shapes.asked(self.section.kind, self.hidden, self.section.secrets)

    @property
    def patched(self) -> type[BaseModel]:
        """The same with every field left out unless it is to change."""
        members: dict[str, Any] = {
            name: (field.annotation, None) for name, field in self.asked.model_fields.items()
        }
        name = f"{self.section.kind.__name__}Changes"
        return shapes.made(name, shapes.Changes, members)

    @property
    def answered(self) -> type[BaseModel]:
        out = self.section.secrets | FILES_BESIDE
        return shapes.answered(self.section.kind, out)

    def all(self, scope: Scope) -> Mapping[str, Any]:
        """Every object by its key."""
        found = self.section.load(scope)
        if self.section.single is not None:
            return {self.section.single: default(self.section), **found}
        return found

    def one(self, scope: Scope, key: str) -> Any:
        """The object of `key`. Raises `NotFound`."""
        found = self.all(scope).get(key)
        if found is None:
            raise NotFound(what=f"{called(self.section.noun.name)} {key}")
        return found

    def view(self, value: Any) -> dict[str, Any]:
        """As an answer has it."""
        kind = self.section.kind
        kept = {item.name for item in fields(kind)} - FILES_BESIDE
        plain: dict[str, Any] = shapes.view_of(value, self.section.secrets)
        return {name: plain[name] for name in plain if name in kept}

    def value(self, key: str, body: BaseModel) -> Any:
        """What a request asks for."""
        given = {self.section.noun.key: key, **self.section.fixed}
        read = shapes.value_of(self.section.kind, body, given, self.section.secrets)
        return self.section.whole(read)

    def save(self, scope: Scope, key: str, wanted: Any, current: Any) -> list[Any]:
        """Makes the object so; what was changed. Raises `BodyInvalid`."""
        self._refuse(wanted)
        there = {} if current is None else {key: current}
        ready = _voiced(self.section, {key: wanted}, there)
        specs = changed(self.section, ready, there)
        return list(self.section.save(scope, specs)) if specs else []

    def _refuse(self, wanted: Any) -> None:
        faults = [
            {"pointer": "/" + "/".join(fault.path), "detail": fault.sentence}
            for fault in self.section.faults(wanted)
        ]
        if faults:
            raise BodyInvalid(faults)


def _voiced(section: Section, wanted: dict[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """Prompts of texts are spoken; what else is asked stays as it is."""
    if section.name == "prompts":
        return dict(media.voiced(wanted, there))
    return wanted


def etag(value: Any) -> str:
    """A strong ETag that stands for the value, secrets included.

    Keyed: who may only read must not find a PIN by trying all of them against it.
    """
    plain = msgspec.json.encode(value).decode()
    return f'"{salted_hmac("conmuta.rest.etag", plain, algorithm="sha256").hexdigest()[:32]}"'


def add(router: Router, held: Collection) -> None:
    """The addresses of one section."""
    section = held.section
    if section.single is None:
        _list(router, held)
        _delete(router, held)
    key = "" if section.single is not None else "/{key}"
    _read(router, held, key)
    _put(router, held, key)
    _patch(router, held, key)


def _list(router: Router, held: Collection) -> None:
    shape = lists.page_shape(held.answered)

    @router.get(held.place, response=shape, operation_id=f"list_{held.operation}")
    @held.door("read")
    def all_of(
        request: HttpRequest, limit: lists.Limit = lists.USUAL, after: lists.After = ""
    ) -> dict[str, Any]:
        found = held.all(scope_of(request))
        return lists.page(sorted(found), limit, after, lambda key: held.view(found[key]))


def _read(router: Router, held: Collection, path: str) -> None:
    def one_of(request: HttpRequest, key: str) -> Any:
        value = held.one(scope_of(request), key)
        return _answer(held, value, 200)

    _mount(router.get, held, path, one_of, "read")


def _put(router: Router, held: Collection, path: str) -> None:
    def put(request: HttpRequest, key: str, body: BaseModel) -> Any:
        return _saved(request, held, key, lambda _: held.value(key, body))

    put.__annotations__["body"] = held.asked
    _mount(router.put, held, path, put, "write")


def _patch(router: Router, held: Collection, path: str) -> None:
    def patch(request: HttpRequest, key: str, body: BaseModel) -> Any:
        def merged(current: Any) -> Any:
            there = held.one(scope_of(request), key) if current is None else current
            return _merged(held, there, body)

        return _saved(request, held, key, merged)

    patch.__annotations__["body"] = held.patched
    _mount(router.patch, held, path, patch, "write")


def _delete(router: Router, held: Collection) -> None:
    def delete(request: HttpRequest, key: str) -> HttpResponse:
        scope, section = scope_of(request), held.section
        with transaction.atomic():
            nouns.lock(scope)
            _refuse_stale(request, held.one(scope, key))
            if section.remove is not None:
                section.remove(scope, [key])
        return HttpResponse(status=_GONE)

    _mount(router.delete, held, "/{key}", delete, "write")


_VERBS = {"one_of": "read", "put": "put", "patch": "change", "delete": "remove"}


def _mount(
    verb: Callable[..., Any], held: Collection, path: str, view: Callable[..., Any], action: str
) -> None:
    if held.section.single is not None:
        view = _without_key(view, held.section.single)
    answers: dict[int, Any] = {200: held.answered}
    if view.__name__ == "put":
        answers[_MADE] = held.answered
    if view.__name__ == "delete":
        answers = {_GONE: None}
    operation = f"{_VERBS[view.__name__]}_{held.operation}"
    summary = (held.section.kind.__doc__ or "").split("\n")[0]
    mount = verb(
        f"{held.place}{path}", response=answers, operation_id=operation, description=summary
    )
    mount(held.door(action)(view))


def _without_key(view: Callable[..., Any], only: str) -> Callable[..., Any]:
    """A section with one object needs no key in its address."""

    @wraps(view)
    def keyless(request: HttpRequest, **kwargs: Any) -> Any:
        return view(request, key=only, **kwargs)

    signature = inspect.signature(view)
    kept = [each for name, each in signature.parameters.items() if name != "key"]
    keyless.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
    return keyless


def _saved(
    request: HttpRequest, held: Collection, key: str, wanted: Callable[[Any], Any]
) -> JsonResponse:
    scope = scope_of(request)
    with transaction.atomic():
        nouns.lock(scope)
        current = held.section.load(scope).get(key)
        _refuse_stale(request, current)
        changes = held.save(scope, key, wanted(current), current)
        after = held.one(scope, key)
    made = current is None and held.section.single is None
    answer = _answer(held, after, _MADE if made else 200)
    _first_password(answer, changes)
    return answer


def _first_password(answer: JsonResponse, changes: list[Any]) -> None:
    """A new person's first password goes in a header of this one answer, and is kept nowhere."""
    for change in changes:
        if getattr(change, "password", None):
            answer["Conmuta-First-Password"] = change.password
            answer["Cache-Control"] = "no-store"


def _merged(held: Collection, current: Any, body: BaseModel) -> Any:
    """`current` with the fields that the request names."""
    given = body.model_dump(mode="json", exclude_unset=True)
    plain = msgspec.to_builtins(current) | given
    kind = held.section.kind
    known = {item.name for item in fields(kind)}
    value: Any = msgspec.convert({k: v for k, v in plain.items() if k in known}, kind)
    return held.section.whole(replace(value))


def _refuse_stale(request: HttpRequest, current: Any) -> None:
    wanted = request.headers.get("If-Match", "")
    if wanted and (current is None or etag(current) not in [t.strip() for t in wanted.split(",")]):
        raise ChangedMeanwhile


def _answer(held: Collection, value: Any, status: int) -> JsonResponse:
    answer = JsonResponse(held.view(value), status=status)
    answer["ETag"] = etag(value)
    return answer


def router() -> Router:
    """Every collection of a tenant, and of an operator."""
    made = Router(tags=["objects"])
    for section in SECTIONS:
        add(made, Collection(section))
    for section in OPERATORS_SECTIONS:
        if section.name not in _ELSEWHERE:
            add(made, Collection(section, is_operators=True))
    return made
