"""Every name in a file leads to something: in the file, or in what the tenant has already."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from conmuta.documents.form import Document, Objects, path_of
from conmuta.documents.sections import SECTIONS, Section
from conmuta.documents.tree import LineFault
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said

MAILBOX = "extensions.mailbox"
MOST_SHOWN = 12


def check(
    document: Document,
    staying: Objects,
    sections: Sequence[Section] = SECTIONS,
) -> list[LineFault]:
    """A fault for each name that leads nowhere. `staying`: what the tenant has beside the file."""
    known = _known(sections, document.objects, staying)
    words = {section.noun.name: section.name for section in sections}
    faults = []
    for section in sections:
        for key, value in document.objects.get(section.name, {}).items():
            for target, (path, name), _ in section.noun.named(value):
                if target in known and name not in known[target]:
                    where = path_of(section, key, Fault(path, ""))
                    sentence = _sentence(name, words.get(target, target), known[target])
                    faults.append(document.fault(where, sentence))
    return faults


def _sentence(name: str, what: str, there: set[str]) -> str:
    names = sorted(there)[:MOST_SHOWN]
    if not names:
        return said("`{name}` is not among the {what}; there are none.", name=name, what=what)
    listed = ", ".join(names) + (", …" if len(there) > MOST_SHOWN else "")
    return said(
        "`{name}` is not among the {what}; there are {names}.", name=name, what=what, names=listed
    )


def _known(sections: Sequence[Section], *objects: Objects) -> Mapping[str, set[str]]:
    known: dict[str, set[str]] = {}
    for section in sections:
        held = known.setdefault(section.noun.name, set())
        for one in objects:
            held.update(one.get(section.name, {}))
    for one in objects:
        known.setdefault(MAILBOX, set()).update(_own_mailboxes(one.get("extensions", {})))
    return known


def _own_mailboxes(extensions: Mapping[str, Any]) -> Iterator[str]:
    return (number for number, item in extensions.items() if item.mailbox is not None)
