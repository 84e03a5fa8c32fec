"""What applying a file would change, object by object and field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conmuta.documents.form import Objects
from conmuta.documents.sections import SECTIONS, Section
from conmuta.platform.audit import MASK, masked
from conmuta.platform.masking import is_secret
from conmuta.platform.nouns import KEPT

LONGEST_SHOWN = 70
MADE = "!made"
"""Stands for a secret that applying will make."""


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """One field (`steps.menu.prompts`), before and after, as people read it; secrets masked."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Difference:
    """`verb` is "created", "changed", "removed", or "left" for what the file does not have."""

    section: str
    key: str
    verb: str
    fields: tuple[FieldDifference, ...] = ()


def differences(
    wanted: Objects, current: Objects, *, remove: bool, sections: Sequence[Section] = SECTIONS
) -> list[Difference]:
    """Every difference, in the order of the sections."""
    found = []
    for section in sections:
        there = current.get(section.name, {})
        asked = wanted.get(section.name, {})
        found += list(_asked(section, asked, there))
        found += list(_absent(section, asked, there, remove=remove))
    return found


def changed(section: Section, asked: Mapping[str, Any], there: Mapping[str, Any]) -> list[Any]:
    """Those values that differ from what is there, with kept secrets filled in."""
    pairs = (
        (section.settled(value, there.get(key)), there.get(key)) for key, value in asked.items()
    )
    return [wanted for wanted, before in pairs if wanted != before]


def _asked(
    section: Section, asked: Mapping[str, Any], there: Mapping[str, Any]
) -> Iterator[Difference]:
    for value in changed(section, asked, there):
        key = section.noun.key_of(value)
        before = there.get(key)
        verb = "created" if before is None else "changed"
        yield Difference(section.name, key, verb, tuple(_fields(section, before, value)))


def _absent(
    section: Section, asked: Mapping[str, Any], there: Mapping[str, Any], *, remove: bool
) -> Iterator[Difference]:
    for key in there:
        if key in asked or (section.single and there[key] == default(section)):
            continue
        yield Difference(section.name, key, "removed" if remove else "left")


def default(section: Section) -> Any:
    """What the one object of a single section is before anybody sets it."""
    return section.noun.spec()


def _fields(section: Section, before: Any, after: Any) -> Iterator[FieldDifference]:
    shown_as = section.shown
    old = dict(_flat("", shown_as(before))) if before is not None else {}
    new = dict(_flat("", shown_as(after)))
    key = section.noun.key
    for path in [*new, *(path for path in old if path not in new)]:
        was, now = old.get(path), new.get(path)
        if was != now and path != key and (before is not None or now not in (None, "", (), {})):
            names = path.split(".")
            secret = names[-1] in section.secrets or any(map(is_secret, names))
            shown = (_shown(masked(value), secret=secret) for value in (was, now))
            yield FieldDifference(path, *shown)


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from _flat(f"{path}.{name}" if path else str(name), inner)
    elif isinstance(value, list | tuple) and value and isinstance(value[0], Mapping):
        for index, inner in enumerate(value):
            name = inner.get("name", index + 1)
            yield from _flat(f"{path}.{name}", inner)
    else:
        yield path, value


def _shown(value: Any, *, secret: bool) -> str:
    if value is None or value in ("", [], (), {}):
        return "—"
    if secret:
        return MADE if value in (KEPT, (KEPT,)) else MASK
    if isinstance(value, bool):
        return "true" if value else "false"
    text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
