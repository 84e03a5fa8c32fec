"""Every name in a file leads to something: in the file, or in what the tenant has already."""

from collections.abc import Iterator, Mapping
from typing import Any

from conmuta.documents.form import Objects, TenantDocument, path_of
from conmuta.documents.sections import SECTIONS
from conmuta.documents.tree import LineFault
from conmuta.platform.nouns import Fault

MAILBOX = "extensions.mailbox"
MOST_SHOWN = 12


def check(document: TenantDocument, staying: Objects) -> list[LineFault]:
    """A fault for each name that leads nowhere. `staying`: what the tenant has beside the file."""
    known = _known(document.objects, staying)
    words = {section.noun.name: section.name for section in SECTIONS}
    faults = []
    for section in SECTIONS:
        for key, value in document.objects.get(section.name, {}).items():
            for target, (path, name), _ in section.noun.named(value):
                if target in known and name not in known[target]:
                    where = path_of(section, key, Fault(path, ""))
                    sentence = _sentence(name, words.get(target, target), known[target])
                    faults.append(document.fault(where, sentence))
    return faults


def _sentence(name: str, what: str, there: set[str]) -> str:
    names = sorted(there)[:MOST_SHOWN]
    more = ", …" if len(there) > MOST_SHOWN else ""
    listed = f"there are {', '.join(names)}{more}" if names else "there are none"
    return f"`{name}` is not among the {what}; {listed}."


def _known(*objects: Objects) -> Mapping[str, set[str]]:
    known: dict[str, set[str]] = {}
    for section in SECTIONS:
        held = known.setdefault(section.noun.name, set())
        for one in objects:
            held.update(one.get(section.name, {}))
    for one in objects:
        known[MAILBOX].update(_own_mailboxes(one.get("extensions", {})))
    return known


def _own_mailboxes(extensions: Mapping[str, Any]) -> Iterator[str]:
    return (number for number, item in extensions.items() if item.mailbox is not None)
