"""Contracts (frozen dataclasses) as the API's schemas, and back.

A request may leave a secret out: it stays as it is, or one is made. An answer never holds one.
"""

import types
import warnings
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, create_model
from pydantic import Field as Described

from conmuta.platform.nouns import KEPT
from conmuta.platform.sentences import said

Shape = type[BaseModel]

LONGEST_TEXT = 10_000
MOST_ITEMS = 10_000
_MOST = 2**53 - 1  # what every program that reads JSON holds exactly
_NUL = "\x00"


def _clean(text: object) -> object:
    if isinstance(text, str) and (_NUL in text or (not text.isprintable() and _is_broken(text))):
        raise ValueError(said("has characters that no text may have."))
    return text


def _is_broken(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text)


_PLAIN: Mapping[Any, Any] = {
    str: Annotated[str, BeforeValidator(_clean), Described(max_length=LONGEST_TEXT)],
    int: Annotated[int, Described(ge=-_MOST, le=_MOST, strict=True)],
    bool: Annotated[bool, Described(strict=True)],
}


class Body(BaseModel):
    """What is asked may hold nothing that is not known."""

    model_config = ConfigDict(extra="forbid", validate_default=True)


class Changes(BaseModel):
    """The same, where what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")


class Answer(BaseModel):
    """What is answered."""


@cache
def asked(
    kind: type, hidden: frozenset[str] = frozenset(), secrets: frozenset[str] = frozenset()
) -> Shape:
    """What a request says of a `kind`."""
    return _shape(kind, hidden, lambda inner: asked(inner, frozenset(), secrets), (Body, secrets))


@cache
def answered(kind: type, secrets: frozenset[str] = frozenset()) -> Shape:
    """What an answer says of a `kind`: all but its secrets."""
    return _shape(kind, secrets, lambda inner: answered(inner, secrets), (Answer, frozenset()))


def _shape(
    kind: type,
    left_out: frozenset[str],
    inner: Callable[[type], Shape],
    base: tuple[type[BaseModel], frozenset[str]],
) -> Shape:
    parent, secrets = base
    hints = get_type_hints(kind, include_extras=True)
    members: dict[str, Any] = {}
    for item in fields(kind):
        if item.name not in left_out:
            typed = _typed(hints[item.name], inner)
            if item.name in secrets:
                typed = Union[typed, None]  # noqa: UP007 — of what is only known here
            members[item.name] = (typed, _default(item, secrets, parent))
    name = kind.__name__ + ("" if parent is Body else "View")
    return made(name, parent, members, kind.__doc__)


def made(
    name: str, parent: type[BaseModel], members: Mapping[str, Any], doc: str | None = None
) -> Shape:
    """A schema with these members, `(type, default)` each."""
    with warnings.catch_warnings():
        # A gateway's `register` hides a method of abstract classes, which nobody asks of a schema
        warnings.simplefilter("ignore", UserWarning)
        shape: Shape = create_model(name, __base__=parent, __doc__=doc, **members)
    return shape


def _default(item: "Field[Any]", secrets: frozenset[str], parent: type[BaseModel]) -> Any:
    if parent is Answer:
        return ...
    if item.name in secrets:
        return Described(default=None, description="Left out: as it is, or one is made.")
    if item.default is not MISSING:
        return (
            msgspec.to_builtins(item.default)
            if not is_dataclass(item.default)
            else Described(default_factory=lambda: msgspec.to_builtins(item.default))
        )
    if item.default_factory is not MISSING:
        return Described(default_factory=item.default_factory)
    return ...


def _typed(hint: Any, inner: Callable[[type], Shape]) -> Any:
    """`hint` with dataclasses in it as schemas."""
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_dataclass(hint):
        return inner(hint)  # type: ignore[arg-type]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return Union[tuple(_typed(each, inner) for each in arguments)]  # noqa: UP007
    if origin in (tuple, frozenset) and (origin is frozenset or arguments[-1] is Ellipsis):
        return Annotated[list[_typed(arguments[0], inner)], Described(max_length=MOST_ITEMS)]  # type: ignore[misc]
    if origin is tuple:
        return tuple[tuple(_typed(each, inner) for each in arguments)]  # type: ignore[misc]
    if origin is not None and origin is not Literal and issubclass(origin, Mapping):
        return dict[_typed(arguments[0], inner), _typed(arguments[1], inner)]  # type: ignore[misc]
    return hint


def value_of(kind: type, body: BaseModel, given: Mapping[str, Any], secrets: frozenset[str]) -> Any:
    """The contract's value; secrets that the request leaves out are kept."""
    plain = {**body.model_dump(mode="json"), **given}
    return msgspec.convert(_kept(plain, kind, secrets), kind)


def _kept(plain: Any, kind: Any, secrets: frozenset[str]) -> Any:
    if not is_dataclass(kind) or not isinstance(plain, dict):
        return plain
    hints = get_type_hints(kind)
    found = {}
    for name, value in plain.items():
        if name in secrets and value is None:
            if name in {item.name for item in fields(kind) if _is_made(item)}:
                found[name] = (KEPT,) if get_origin(hints[name]) is tuple else KEPT
        else:
            found[name] = _kept(value, _inner(hints.get(name)), secrets)
    return found


def _is_made(item: "Field[Any]") -> bool:
    """A secret that may be blank stays as it is, or blank where there is none."""
    return item.default is MISSING or item.default in ("", ())


def _inner(hint: Any) -> Any:
    return next((each for each in (hint, *get_args(hint)) if is_dataclass(each)), None)


def view_of(value: Any, secrets: frozenset[str]) -> Any:
    """A contract's value as plain data without its secrets."""
    plain = msgspec.to_builtins(value)
    return _without(plain, secrets)


def _without(plain: Any, secrets: frozenset[str]) -> Any:
    if isinstance(plain, dict):
        return {k: _without(v, secrets) for k, v in plain.items() if k not in secrets}
    return [_without(each, secrets) for each in plain] if isinstance(plain, list) else plain
