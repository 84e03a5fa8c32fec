"""Secrets in a file. To tell that one differs from what is kept is to tell whether a guess is
right: that is for whoever may write."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from conmuta.documents.form import Document
from conmuta.documents.reading import Path
from conmuta.documents.sections import Section
from conmuta.documents.tree import LineFault
from conmuta.platform.nouns import KEPT

_SAYS_NOTHING = ("", None, (), KEPT, (KEPT,))


def secrets_given(
    document: Document, sections: Sequence[Section], sentence: str
) -> list[LineFault]:
    """A fault for each secret that the file says."""
    return [
        document.fault(path, sentence)
        for section in sections
        for key, value in document.objects.get(section.name, {}).items()
        for path in _secrets(value, section.secrets, _place(section, key))
    ]


def _place(section: Section, key: str) -> Path:
    return (section.name,) if section.single else (section.name, key)


def _secrets(value: object, names: frozenset[str], path: Path) -> Iterator[Path]:
    for name, inner in _members(value):
        here = (*path, name)
        if name not in names:
            yield from _secrets(inner, names, here)
        elif inner not in _SAYS_NOTHING:
            yield here


def _members(value: object) -> Iterator[tuple[str, object]]:
    if is_dataclass(value) and not isinstance(value, type):
        yield from ((item.name, getattr(value, item.name)) for item in fields(value))
    elif isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, tuple | list):
        yield from ((str(index), item) for index, item in enumerate(value))
