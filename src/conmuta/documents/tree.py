"""A file as a tree of texts with their lines: YAML 1.2, and nothing of it that surprises.


What a scalar means is decided by the field that it fills, so that `00`, `0800` and `no` stay what
was written. Keys come once, aliases seldom, nothing is merged, and no tag makes an object.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from conmuta.documents.yaml_words import words_of
from conmuta.platform.sentences import said

LARGEST_TEXT: Final = 16 * 1024 * 1024
MOST_NODES: Final = 500_000
MOST_ALIASES: Final = 100
DEEPEST: Final = 16
KEPT_TAG: Final = "!kept"


@dataclass(frozen=True, slots=True)
class LineFault:
    """Something wrong in a file, for the person who wrote it. Line 0: the file as a whole."""

    line: int
    path: tuple[str, ...]
    sentence: str

    def __str__(self) -> str:
        where = said("line {line}: ", line=self.line) if self.line else ""
        what = f"{'.'.join(self.path)}: " if self.path else ""
        return f"{where}{what}{self.sentence}"


class BadDocument(Exception):
    """The file cannot be used. `faults` says why, in the order of its lines."""

    code = "documents.bad"

    def __init__(self, faults: list[LineFault]) -> None:
        self.faults = sorted(faults, key=lambda fault: fault.line)
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `plain`: written without quotes. `kept`: the tag `!kept` stands there."""

    line: int
    value: str
    plain: bool
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Items:
    line: int
    items: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Table:
    line: int
    entries: "dict[str, Tree]"
    lines: dict[str, int]


Tree = Text | Items | Table


def parse(text: str) -> Tree:
    """The one document in `text`. Raises `BadDocument`."""
    refuse_large(text)
    yaml = YAML(typ="safe", pure=True)
    try:
        return _Builder(yaml.parse(text)).document()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 0
        raise _bad(line, words_of(str(error.problem))) from error
    except YAMLError as error:
        raise _bad(0, said("is not YAML: it has characters that no text has.")) from error


def refuse_large(text: str) -> None:
    """Raises `BadDocument` for what is too long to be a file."""
    if len(text) > LARGEST_TEXT:
        raise _bad(
            0,
            said(
                "is larger than {most} MB. One file holds one tenant.",
                most=LARGEST_TEXT // 1024**2,
            ),
        )


def _bad(line: int, sentence: str, *path: str) -> BadDocument:
    return BadDocument([LineFault(line, path, sentence)])


class _Builder:
    """Makes the tree of the parser's events."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events: Iterator[Event] = events
        self._anchors: dict[str, tuple[Tree, int]] = {}
        self._nodes = 0
        self._aliases = 0

    def document(self) -> Tree:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                tree = self._tree(next(self._events), 0)
                self._refuse_second()
                return tree
        raise _bad(1, said("is empty. Start with `conmuta: 1`."))

    def _refuse_second(self) -> None:
        for event in self._events:
            if isinstance(event, DocumentStartEvent):
                line = event.start_mark.line + 1
                raise _bad(
                    line, said("has a second document after `---`. One file holds one tenant.")
                )

    def _tree(self, event: Event, depth: int) -> Tree:
        line: int = event.start_mark.line + 1
        if depth > DEEPEST:
            raise _bad(line, said("is nested more than {most} levels deep.", most=DEEPEST))
        if isinstance(event, AliasEvent):
            return self._alias(event, line)
        before = self._nodes
        self._count(1, line)
        tree = self._node(event, line, depth)
        if isinstance(event, NodeEvent) and event.anchor:
            self._anchors[event.anchor] = tree, self._nodes - before
        return tree

    def _node(self, event: Event, line: int, depth: int) -> Tree:
        tag = getattr(event, "tag", None)
        if isinstance(event, ScalarEvent):
            self._refuse_tag(tag, line, KEPT_TAG)
            return Text(line, event.value, plain=not event.style, kept=str(tag) == KEPT_TAG)
        self._refuse_tag(tag, line, None)
        if isinstance(event, SequenceStartEvent):
            return Items(line, tuple(self._tree(item, depth + 1) for item in self._inside()))
        if isinstance(event, MappingStartEvent):
            return self._table(line, depth)
        raise _bad(line, said("is not YAML of the kind that we read."))

    def _refuse_tag(self, tag: object, line: int, allowed: str | None) -> None:
        if tag is not None and str(tag) not in ("", "!", allowed):
            raise _bad(
                line,
                said(
                    "has the tag `{tag}`; the only tag here is `{kept}`.",
                    tag=tag,
                    kept=KEPT_TAG,
                ),
            )

    def _inside(self) -> Iterator[Event]:
        for event in self._events:
            if isinstance(event, CollectionEndEvent):
                return
            yield event

    def _table(self, line: int, depth: int) -> Table:
        entries: dict[str, Tree] = {}
        lines: dict[str, int] = {}
        for event in self._inside():
            at = event.start_mark.line + 1
            if not isinstance(event, ScalarEvent):
                raise _bad(at, said("has a key that is no plain text."))
            key = event.value
            if key in entries:
                raise _bad(
                    at, said("is here twice, first in line {line}. Keep one.", line=lines[key]), key
                )
            entries[key], lines[key] = self._tree(next(self._events), depth + 1), at
        return Table(line, entries, lines)

    def _alias(self, event: AliasEvent, line: int) -> Tree:
        self._aliases += 1
        if self._aliases > MOST_ALIASES:
            raise _bad(
                line,
                said(
                    "has more than {most} aliases (`*name`). Write it out.",
                    most=MOST_ALIASES,
                ),
            )
        if event.anchor not in self._anchors:
            raise _bad(
                line,
                said(
                    "repeats `*{anchor}`, but no `&{anchor}` ends before it.", anchor=event.anchor
                ),
            )
        tree, size = self._anchors[event.anchor]
        self._count(size, line)
        return tree

    def _count(self, more: int, line: int) -> None:
        """Nodes count as often as they are repeated: a small text may not become a huge tree."""
        self._nodes += more
        if self._nodes > MOST_NODES:
            raise _bad(
                line,
                said(
                    "has more than {most} entries. One file holds one tenant.",
                    most=MOST_NODES,
                ),
            )
