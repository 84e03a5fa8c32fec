"""Asterisk's configuration files as Asterisk reads them (main/config.c), for tests."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Read:
    """Section, key, value; an `#include` counts as a key."""

    section: str
    key: str
    value: str


def read(text: str) -> list[Read]:
    found, section = [], ""
    for line in re.split(r"[\r\n]", text):
        kept = _without_comment(line).strip()
        if not kept:
            continue
        if heading := re.match(r"\[([^\]]*)\]", kept):
            section = heading[1]
        elif kept.startswith("#"):
            found.append(Read(section, "#include", kept))
        else:
            key, _, value = kept.partition("=")
            found.append(Read(section, key.strip(), value.removeprefix(">").strip()))
    return found


def sections(text: str) -> list[str]:
    """The headings of a file in order, doubles included."""
    lines = (_without_comment(line).strip() for line in re.split(r"[\r\n]", text))
    return [heading[1] for line in lines if (heading := re.match(r"\[([^\]]*)\]", line))]


def _without_comment(line: str) -> str:
    """`;` ends a line unless a backslash stands before it, which then goes.

    `;--` begins a comment of many lines; none of our files may have one.
    """
    kept, position = "", 0
    while position < len(line):
        if line[position] == ";":
            if not kept.endswith("\\"):
                assert line[position : position + 3] != ";--", f"many lines of comment: {line}"
                return kept
            kept = kept[:-1]
        kept += line[position]
        position += 1
    return kept
