"""A tree becomes frozen values, by the types of their fields. Every fault is found, not the first.

The path of a value is the way to it in the file; `lines` remembers where each path stands.
"""

import re
import types
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from conmuta.documents.tree import Items, LineFault, Table, Text, Tree
from conmuta.platform.nouns import KEPT
from conmuta.platform.sentences import said

D = TypeVar("D")
Path = tuple[str, ...]

_NULL = ("", "~", "null")
_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+")
MOST_NAMED = 30


class Nothing:
    """What a faulty value is read as, so that the reading goes on."""


NOTHING = Nothing()


def _unless_faulty(whole: Any, inner: Iterable[Any]) -> Any:
    """`whole`, or nothing where something within was read as nothing."""
    return NOTHING if any(each is NOTHING for each in inner) else whole


@dataclass(slots=True)
class Reader:
    """Reads values, and remembers lines and faults."""

    secrets: frozenset[str] = frozenset()
    """Fields that may say `!kept`."""
    special: Mapping[Any, "Special"] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)
    lines: dict[Path, int] = field(default_factory=dict)

    def fault(self, line: int, path: Path, sentence: str) -> Nothing:
        self.faults.append(LineFault(line, path, sentence))
        return NOTHING

    def value(self, tree: Tree, kind: Any, path: Path) -> Any:
        """`tree` as a value of type `kind`."""
        self.lines.setdefault(path, tree.line)
        if isinstance(tree, Text) and tree.kept:
            return self._kept(tree, kind, path)
        if kind in self.special:
            return self.special[kind](self, tree, path)
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            return self._optional(tree, kind, path)
        if origin is tuple:
            return self._tuple(tree, get_args(kind), path)
        if origin is not None and issubclass(origin, Mapping):
            return self._mapping(tree, get_args(kind)[1], path)
        if is_dataclass(kind) and isinstance(kind, type):
            return self.record(tree, kind, path)
        return self._scalar(tree, kind, path)

    def _kept(self, tree: Text, kind: Any, path: Path) -> Any:
        if path[-1] not in self.secrets:
            return self.fault(tree.line, path, said("`!kept` is for passwords and PINs only."))
        return (KEPT,) if get_origin(kind) is tuple else KEPT

    def _optional(self, tree: Tree, kind: Any, path: Path) -> Any:
        if isinstance(tree, Text) and tree.plain and tree.value in _NULL:
            return None
        inner = next(item for item in get_args(kind) if item is not type(None))
        return self.value(tree, inner, path)

    def _tuple(self, tree: Tree, kinds: tuple[Any, ...], path: Path) -> Any:
        if not isinstance(tree, Items):
            return self.fault(
                tree.line, path, said("must be a list: `[a, b]`, or a `- ` on each line.")
            )
        if kinds[-1] is Ellipsis:
            kinds = kinds[:1] * len(tree.items)
        if len(kinds) != len(tree.items):
            sentence = said("must have {count} values.", count=len(kinds))
            return self.fault(tree.line, path, sentence)
        pairs = enumerate(zip(tree.items, kinds, strict=True))
        found = tuple(self.value(item, kind, (*path, str(index))) for index, (item, kind) in pairs)
        return _unless_faulty(found, found)

    def _mapping(self, tree: Tree, kind: Any, path: Path) -> Any:
        if not isinstance(tree, Table):
            return self.fault(tree.line, path, said("must be names with values: `name: value`."))
        for key, line in tree.lines.items():
            self.lines[*path, key] = line
        found = {key: self.value(item, kind, (*path, key)) for key, item in tree.entries.items()}
        return _unless_faulty(found, found.values())

    def _scalar(self, tree: Tree, kind: Any, path: Path) -> Any:
        if kind is Any:
            return plain(self, tree, path)
        if not isinstance(tree, Text):
            return self.fault(tree.line, path, said("must be one value, not a list or a table."))
        if issubclass(kind, StrEnum):
            return self._choice(tree, kind, path)
        return _SCALARS[kind](self, tree, path)

    def _choice(self, tree: Text, kind: type[StrEnum], path: Path) -> Any:
        if tree.value in [*kind]:
            return kind(tree.value)
        choices = ", ".join(kind)
        sentence = said(
            "`{value}` is not one of the choices; one of {choices}.",
            value=tree.value,
            choices=choices,
        )
        return self.fault(tree.line, path, sentence)

    def record(
        self, tree: Tree, kind: type[D], path: Path, given: Mapping[str, Any] | None = None
    ) -> D | Nothing:
        """A dataclass. The fields `given` come from elsewhere and may not stand in the file."""
        if not isinstance(tree, Table):
            return self.fault(tree.line, path, said("must be fields with values: `field: value`."))
        given = given or {}
        hashable: Any = kind
        hints = hints_of(hashable)
        known = {item.name: item for item in fields(kind) if item.name not in given}  # type: ignore[arg-type]
        self._refuse_unknown(tree, known, path)
        values = {
            name: self.value(tree.entries[name], hints[name], (*path, name))
            for name in known
            if name in tree.entries
        }
        missing = [name for name, item in known.items() if _needed(item) and name not in values]
        for name in missing:
            self.fault(
                tree.line,
                (*path, name),
                said("is missing. It is {kind}.", kind=article(hints[name])),
            )
        if missing or any(value is NOTHING for value in values.values()):
            return NOTHING
        return kind(**given, **values)

    def _refuse_unknown(self, tree: Table, known: Mapping[str, object], path: Path) -> None:
        for name, line in tree.lines.items():
            self.lines[*path, name] = line
            if name not in known:
                names = ", ".join(list(known)[:MOST_NAMED])
                self.fault(
                    line,
                    (*path, name),
                    said("is not a field here; there are {names}.", names=names),
                )


Special = Callable[[Reader, Tree, Path], Any]


def _needed(item: "Field[Any]") -> bool:
    return item.default is MISSING and item.default_factory is MISSING


@cache
def hints_of(kind: type) -> dict[str, Any]:
    """The types of a dataclass's fields."""
    return get_type_hints(kind)


def article(kind: Any) -> str:
    """A type, as people call it."""
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return said("one of {names}", names=", ".join(kind))
    names: dict[Any, str] = {
        str: said("a text"),
        int: said("a whole number"),
        bool: said("`true` or `false`"),
    }
    return names.get(kind, said("a list") if get_origin(kind) is tuple else said("a value"))


def _text(reader: Reader, tree: Text, path: Path) -> Any:
    if tree.plain and tree.value in _NULL:
        return reader.fault(tree.line, path, said("is empty. Write a text, or leave the line out."))
    if "\x00" in tree.value:
        return reader.fault(tree.line, path, said("has a character that no text has."))
    if tree.value == KEPT:
        return reader.fault(tree.line, path, said("is not a text that can be kept: write `!kept`."))
    return tree.value


def _whole(reader: Reader, tree: Text, path: Path) -> Any:
    if not _WHOLE.fullmatch(tree.value):
        return reader.fault(
            tree.line, path, said("`{value}` is not a whole number.", value=tree.value)
        )
    return int(tree.value)


def _truth(reader: Reader, tree: Text, path: Path) -> Any:
    if tree.value.lower() in ("true", "false"):
        return tree.value.lower() == "true"
    return reader.fault(
        tree.line,
        path,
        said("`{value}` is neither true nor false. Write `true` or `false`.", value=tree.value),
    )


_SCALARS: dict[Any, Special] = {str: _text, int: _whole, bool: _truth}  # type: ignore[dict-item]


def plain(reader: Reader, tree: Tree, path: Path) -> Any:
    """A value whose type nobody says: as YAML 1.2 reads it, but `0800` stays a text."""
    if isinstance(tree, Items):
        items = [plain(reader, item, (*path, str(i))) for i, item in enumerate(tree.items)]
        return _unless_faulty(items, items)
    if isinstance(tree, Table):
        found = {key: plain(reader, item, (*path, key)) for key, item in tree.entries.items()}
        return _unless_faulty(found, found.values())
    if not tree.plain:
        return _text(reader, tree, path)
    if tree.value in _NULL:
        return None
    if tree.value in ("true", "false"):
        return tree.value == "true"
    if _WHOLE.fullmatch(tree.value):
        return int(tree.value)
    return float(tree.value) if _DECIMAL.fullmatch(tree.value) else _text(reader, tree, path)
