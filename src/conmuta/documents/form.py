"""A tenant's file, read: its facts and its objects by section and key, checked among themselves."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from conmuta.apps.extensions import api as extensions
from conmuta.apps.extensions.contracts import Telephony
from conmuta.documents.entries import TenantEntry
from conmuta.documents.reading import NOTHING, Path, Reader
from conmuta.documents.sections import BY_NAME, SECTIONS, Section
from conmuta.documents.special import SPECIAL
from conmuta.documents.tree import BadDocument, LineFault, Table, Text, Tree, parse
from conmuta.platform.forms import LANGUAGES
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said

VERSION = "1"
MARK = "conmuta"
TENANT = "tenant"
OPERATOR = "operator"
OWNERS = (TENANT, OPERATOR)

Parser = Callable[[str], Tree]
"""From a text to its tree: YAML unless said otherwise, or JSON."""
Objects = Mapping[str, Mapping[str, Any]]
"""Values by section and key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """`lines` has the line of each path; a section that is absent from the file has no entry."""

    objects: Objects
    lines: Mapping[Path, int] = field(default_factory=dict)

    @property
    def language(self) -> str:
        """In which its people read."""
        return "en"

    def line_of(self, path: Path) -> int:
        """The line of the nearest thing in the file that holds `path`."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)

    def fault(self, path: Path, sentence: str) -> LineFault:
        return LineFault(self.line_of(path), path, sentence)


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantDocument(Document):
    """A tenant's file."""

    tenant: TenantEntry

    @property
    def language(self) -> str:
        """In which its people read."""
        return self.tenant.language


def read(text: str, parser: Parser = parse) -> TenantDocument:
    """The document in `text`. Raises `BadDocument` with every fault found.

    What its objects name outside the file is for `references.check`.
    """
    return read_top(top_of(parser(text)))


def read_top(top: Table) -> TenantDocument:
    """The same of a file whose fields these are."""
    document = read_tree(top)
    faults = [*value_faults(document, SECTIONS), *_number_faults(document)]
    if faults:
        raise BadDocument(faults)
    return document


def top_of(tree: Tree) -> Table:
    """The file as fields, the form's version checked."""
    if not isinstance(tree, Table):
        raise BadDocument([LineFault(tree.line, (), said("must start with `conmuta: 1`."))])
    mark = tree.entries.get(MARK)
    if not isinstance(mark, Text) or mark.value != VERSION:
        line = mark.line if mark else tree.line
        raise BadDocument(
            [
                LineFault(
                    line, (MARK,), said("must be {version}, the form's version.", version=VERSION)
                )
            ]
        )
    return tree


def language_of(top: Table) -> str:
    """In which a file says that its people read, "" where it does not say."""
    for name in OWNERS:
        owner = top.entries.get(name)
        told = owner.entries.get("language") if isinstance(owner, Table) else None
        if isinstance(told, Text) and told.value in LANGUAGES:
            return told.value
    return ""


def read_tree(top: Table) -> TenantDocument:
    """The tenant's document that these fields are."""
    known = BY_NAME
    faults = [
        LineFault(
            line,
            (name,),
            said("is not a section; there are tenant, {names}.", names=", ".join(known)),
        )
        for name, line in top.lines.items()
        if name not in known and name not in (MARK, TENANT)
    ]
    lines: dict[Path, int] = {(name,): line for name, line in top.lines.items()}
    head = Reader()
    empty = Table(top.line, {}, {})
    tenant = head.record(top.entries.get(TENANT, empty), TenantEntry, (TENANT,))
    faults += head.faults
    lines |= head.lines
    objects = {}
    for name, tree in top.entries.items():
        if name in known and not is_blank(tree):
            reader = Reader(secrets=known[name].secrets, special=SPECIAL, lines=lines)
            objects[name] = section_of(reader, tree, known[name])
            faults += reader.faults
    if faults or not isinstance(tenant, TenantEntry):
        raise BadDocument(faults)
    return TenantDocument(tenant=tenant, objects=objects, lines=lines)


def is_blank(tree: Tree) -> bool:
    """Whether nothing stands there."""
    return isinstance(tree, Text) and tree.plain and not tree.value


def section_of(reader: Reader, tree: Tree, section: Section) -> dict[str, Any]:
    """A section's values by their keys."""
    path = (section.name,)
    if section.single is not None:
        value = _single(reader, tree, section)
        return {} if value is NOTHING else {section.single: section.whole(value)}
    if not isinstance(tree, Table):
        reader.fault(
            tree.line, path, said("must be objects by their names: `name: {field: value}`.")
        )
        return {}
    found = {}
    for key, inner in tree.entries.items():
        reader.lines[*path, key] = tree.lines[key]
        given = {section.noun.key: key, **section.fixed}
        value = reader.record(inner, section.kind, (*path, key), given)
        if value is not NOTHING:
            found[key] = section.whole(value)
    return found


def _single(reader: Reader, tree: Tree, section: Section) -> Any:
    given: dict[str, Any] = {section.noun.key: section.single}
    if section.inner is None:
        return reader.record(tree, section.kind, (section.name,), given)
    wrapped = Table(tree.line, {section.inner: tree}, {section.inner: tree.line})
    inner = _Within(reader, section.name)
    return inner.record(wrapped, section.kind, (), given)


class _Within(Reader):
    """Reads a field whose name the file leaves out, under its section's path."""

    def __init__(self, reader: Reader, name: str) -> None:
        super().__init__(reader.secrets, reader.special, reader.faults, reader.lines)
        self._reader, self._name = reader, name

    def value(self, tree: Tree, kind: Any, path: Path) -> Any:
        return self._reader.value(tree, kind, (self._name, *path[1:]))


def value_faults(document: Document, sections: Sequence[Section]) -> Iterator[LineFault]:
    """What the apps find wrong in single objects."""
    for section in sections:
        for key, value in document.objects.get(section.name, {}).items():
            for fault in section.faults(value):
                yield document.fault(path_of(section, key, fault), fault.sentence)


def path_of(section: Section, key: str, fault: Fault) -> Path:
    """Where a fault of an object stands in the file."""
    own = (section.name,) if section.single else (section.name, key)
    rest = (
        fault.path[1:] if fault.path[:1] in ((section.noun.key,), (section.inner,)) else fault.path
    )
    return (*own, *rest)


def _number_faults(document: TenantDocument) -> Iterator[LineFault]:
    """Every number that two things of the file ring at."""
    seen: dict[str, str] = {}
    for number, path, what in _numbers(document):
        if number in seen:
            sentence = said(
                "`{number}` rings already: {what}. Choose another number.",
                number=number,
                what=seen[number],
            )
            yield document.fault(path, sentence)
        seen.setdefault(number, what)


def _numbers(document: TenantDocument) -> Iterator[tuple[str, Path, str]]:
    singular = {
        "extensions": said("extension {key}"),
        "mailboxes": said("mailbox {key}"),
        "conferences": said("conference {key}"),
        "speed_dials": said("speed dial {key}"),
    }
    for name, what in singular.items():
        for key in document.objects.get(name, {}):
            yield key, (name, key), what.format(key=key)
    for key, queue in document.objects.get("queues", {}).items():
        if queue.number is not None:
            yield queue.number, ("queues", key, "number"), said("queue {key}", key=key)
    settings = document.objects.get("telephony", {}).get("telephony", Telephony())
    for number, what in {**extensions.codes(settings), **extensions.slots(settings)}.items():
        yield number, ("telephony",), what
