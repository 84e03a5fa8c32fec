"""Asterisk's configuration files as text: sections, settings, comments, escapes.

Free text (names, titles) may hold anything; here it loses what would end a line, a setting or a
comment. Everything else that gets into a file has been checked letter by letter in `atoms`.
"""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

NOTHING = "nothing.conf"
"""An empty file of the node: a pattern that matches no file at all is an error to Asterisk."""
_IN_NAMES = str.maketrans(dict.fromkeys('"\\<>,|;[](){}$&=', " "))


def one_line(text: str) -> str:
    """`text` without control characters, line ends or doubled spaces."""
    printable = (" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    return " ".join("".join(printable).split())


def display_name(text: str) -> str:
    """A person's name as it may stand between quotes, commas or brackets: letters stay."""
    return " ".join(one_line(text).translate(_IN_NAMES).split())


def setting(key: str, given: object) -> str:
    """`key=value`; a semicolon would begin a comment, so it is escaped."""
    text = "".join(" " if unicodedata.category(c)[0] == "C" else c for c in str(given))
    value = text.strip().replace(";", chr(92) + ";")
    # Asterisk takes ">" after "=" for its own sign "=>"
    return f"{key}=>{value}" if value.startswith(">") else f"{key}={value}"


def comment(text: str) -> str:
    """A comment of one line."""
    return f"; {one_line(text)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of a file. `template` names the section whose settings it takes over."""

    name: str
    note: str = ""
    template: str = ""
    lines: tuple[str, ...] = ()

    def __str__(self) -> str:
        heading = f"[{self.name}]" + (f"({self.template})" if self.template else "")
        above = [comment(self.note)] if self.note else []
        return "\n".join([*above, heading, *self.lines]) + "\n"


def settings(**values: object) -> tuple[str, ...]:
    """One setting for each value that is not None; booleans are yes and no."""
    return tuple(setting(key, _word(value)) for key, value in values.items() if value is not None)


def _word(value: object) -> object:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def extension(pattern: str, *steps: str) -> tuple[str, ...]:
    """The lines of one extension; a step may begin with its label: `(ask)Read(…)`."""
    first, *others = steps
    return (f"exten => {pattern},1,{first}", *map(_next_step, others))


def matching(pattern: str) -> str:
    """A pattern as Asterisk has it: exact where nothing in it stands for several digits."""
    return f"_{pattern}" if set(pattern) & set("XZN.![") else pattern


def _next_step(step: str) -> str:
    if not step.startswith("("):
        return f" same => n,{step}"
    label, rest = step.split(")", 1)
    return f" same => n{label}),{rest}"


def file(title: str, sections: Iterable[object]) -> str:
    """A whole file: what it is, then its sections with a line between."""
    return "\n".join([comment(title) + "\n", *map(str, sections)])


def tenants_include(name: str) -> str:
    """The line that takes in every tenant's file of this name, were there none."""
    return f'#include "{{{NOTHING},tenants/*/{name}}}"'
