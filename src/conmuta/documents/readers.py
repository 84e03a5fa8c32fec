"""What is not done for whoever may only read, who is told what a file would change.

To tell that a secret differs from what is kept is to tell whether a guess is right; and to speak
a text is work whose audio stays. Both are for whoever may write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass

from conmuta.documents import media
from conmuta.documents.form import Document, TenantDocument
from conmuta.documents.reading import Path
from conmuta.documents.sections import BY_NAME, Section
from conmuta.documents.tree import BadDocument, LineFault
from conmuta.platform.nouns import KEPT
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said

_SAYS_NOTHING = ("", None, (), KEPT, (KEPT,))


def refuse_secrets(document: Document, sections: Sequence[Section]) -> None:
    """Raises `BadDocument` for each secret that the file says."""
    sentence = said(
        "is not compared for a token that may only read. Leave it out or write `!kept`, or take a "
        "token with document:write."
    )
    _refuse(
        document.fault(path, sentence)
        for section in sections
        for key, value in document.objects.get(section.name, {}).items()
        for path in _secrets(value, section.secrets, _place(section, key))
    )


def refuse_new_texts(scope: Scope, document: TenantDocument) -> None:
    """Raises `BadDocument` for each text of a prompt that the tenant has not had spoken yet."""
    sentence = said("is not spoken for a token that may only read. Take one with document:write.")
    wanted = media.with_files(document, None).objects.get("prompts", {})
    current = BY_NAME["prompts"].load(scope) if wanted else {}
    _refuse(
        document.fault(("prompts", name, "text"), sentence)
        for name, prompt in media.settled_with(wanted, current).items()
        if prompt.text and not prompt.digest
    )


def _refuse(faults: Iterator[LineFault]) -> None:
    found = list(faults)
    if found:
        raise BadDocument(found)


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
