"""Small changes of a dialplan, as single priorities that Asterisk takes one by one.

A `dialplan reload` reads every tenant's file: about a second at 1,000 tenants, in which calls
wait for Asterisk's lock (ADR 0053). Most changes are a few lines. Those that cannot be put this
way (something went, an include, a hint or a label changed) are left to the reload.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

_LOADED = "-loaded"
_HEADING = re.compile(r"\[([^\]]+)\]\s*\Z")
_LINE = re.compile(r"(?:exten\s*=>\s*(?P<exten>[^,]+),|same\s*=>\s*)(?P<rest>.*)\Z")
_PRIORITY = re.compile(r"(?P<at>1|n)(?:\((?P<label>[^)]*)\))?,(?P<app>\w+)\((?P<data>.*)\)\Z")
LONGEST_DATA = 900
"""Of what one line of the manager interface carries."""


@dataclass(frozen=True, slots=True)
class Put:
    """One priority as it is to be."""

    context: str
    exten: str
    priority: int
    app: str
    data: str


@dataclass(frozen=True, slots=True)
class _Call:
    """What a priority does."""

    app: str
    data: str
    label: str


@dataclass(slots=True)
class _Context:
    """`extens` by priority in order; `others` are lines of other kinds."""

    extens: dict[str, list[_Call]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)


class _NotPlain(Exception):
    """The change takes a reload."""


def puts(old: str, new: str) -> tuple[Put, ...] | None:
    """What makes of a loaded dialplan `old` the dialplan `new`; None where it takes a reload.

    What an extension has left at its end becomes `NoOp`, after which it ends as it did.
    """
    try:
        return tuple(_all_puts(_parsed(old), _parsed(new)))
    except _NotPlain:
        return None


def _all_puts(before: dict[str, _Context], after: dict[str, _Context]) -> Iterator[Put]:
    if before.keys() - after.keys():
        raise _NotPlain
    for name, context in after.items():
        known = before.get(name, _Context())
        if known.others != context.others:
            raise _NotPlain
        if known.extens.keys() - context.extens.keys() and not name.endswith(_LOADED):
            raise _NotPlain
        for exten, calls in context.extens.items():
            yield from _of_exten(name, exten, known.extens.get(exten, []), calls)


def _of_exten(context: str, exten: str, old: list[_Call], new: list[_Call]) -> Iterator[Put]:
    """The last first, so that nobody comes from an old priority to one that is not there yet.

    A new extension the first first: Asterisk finds it by that one.
    """
    if old == new:
        return
    if any(call.label for call in (*old, *new)):
        raise _NotPlain
    wanted = [*new, *[_Call("NoOp", "", "")] * (len(old) - len(new))]
    places = range(len(wanted)) if not old else range(len(wanted) - 1, -1, -1)
    for place in places:
        call = wanted[place]
        if place < len(old) and old[place] == call:
            continue
        if len(call.data) > LONGEST_DATA:
            raise _NotPlain
        yield Put(context, exten, place + 1, call.app, call.data)


def _parsed(text: str) -> dict[str, _Context]:
    found: dict[str, _Context] = {}
    context, exten = None, ""
    for raw in text.splitlines():
        line = _without_comment(raw).strip()
        if not line:
            continue
        if heading := _HEADING.match(line):
            context, exten = found.setdefault(heading[1], _Context()), ""
        elif context is None:
            raise _NotPlain
        else:
            exten = _take(context, exten, line)
    return found


def _take(context: _Context, exten: str, line: str) -> str:
    """Adds one line; the extension to which `same` belongs after it."""
    match = _LINE.match(line)
    if not match:
        context.others.append(line)
        return exten
    exten = match["exten"] or exten
    step = _PRIORITY.match(match["rest"])
    if not step:
        context.others.append(line)  # a hint, or what we do not write
        return exten
    calls = context.extens.setdefault(exten, [])
    if not exten or (step["at"] == "1") == bool(calls):
        raise _NotPlain  # a priority twice, or one without the first
    calls.append(_Call(step["app"], step["data"], step["label"] or ""))
    return exten


def _without_comment(line: str) -> str:
    """Asterisk's rule: `;` begins a comment unless escaped."""
    return re.split(r"(?<!\\);", line, maxsplit=1)[0].replace("\\;", ";")
