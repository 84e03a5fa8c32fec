"""Asterisk's patterns, matched and ordered as its own core does it.

The source is `main/pbx.c` of Asterisk 22: `_extension_match_core` says what matches, `ext_cmp`
in which order a context's extensions are tried; the first that matches decides. Here a pattern
has no leading underscore: it is an exact number where no letter or sign in it stands for several.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

SPECIAL = frozenset("XZN.![xzn")
"""Signs that make a pattern of a number."""
_SETS = {"X": "0123456789", "Z": "123456789", "N": "23456789"}
_PIECE = re.compile(r"\[[^]]*\]|.")
_WILD = {".": (0x18000, 0), "!": (0x28000, 0)}
_END = (0x30000, 0)

Closeness = tuple[object, ...]
"""Sorts patterns as Asterisk tries them: the closest first."""


def is_exact(pattern: str) -> bool:
    """Whether it is one number, which Asterisk tries before every pattern."""
    return not set(pattern) & SPECIAL


def digits_of(piece: str) -> str:
    """The characters for which one piece of a pattern (`N`, `[2-4]`, `7`) stands."""
    if not piece.startswith("["):
        return _SETS.get(piece.upper(), piece)
    return "".join(sorted(set(_members(piece[1:-1]))))


def _members(inside: str) -> Iterator[str]:
    index = 0
    while index < len(inside):
        if inside[index + 1 : index + 2] == "-" and index + 2 < len(inside):
            yield from map(chr, range(ord(inside[index]), ord(inside[index + 2]) + 1))
            index += 3
        else:
            yield inside[index]
            index += 1


def pieces(pattern: str) -> list[str]:
    """The parts of a pattern, without hyphens and empty sets, which mean nothing."""
    return [each for each in _PIECE.findall(pattern) if each not in {"-", "[]"}]


@lru_cache(maxsize=4096)
def closeness(pattern: str) -> Closeness:
    """Where `pattern` stands among others of its context."""
    if is_exact(pattern):
        return (0, pattern.replace("-", ""))
    return (1, *(_place(each) for each in pieces(pattern) if digits_of(each)), _END)


def _place(piece: str) -> tuple[int, int]:
    """`ext_cmp_pattern_pos`: how many characters, then which; lower ones come first."""
    if piece in _WILD:
        return _WILD[piece]
    members = digits_of(piece)
    bits = sum(1 << (255 - ord(each)) for each in members)
    return (len(members) << 8) | ord(members[0]), -bits


@lru_cache(maxsize=4096)
def expression(pattern: str) -> re.Pattern[str]:
    """What matches exactly what Asterisk takes for `pattern`, in a number without hyphens."""
    if is_exact(pattern):
        return re.compile(re.escape(pattern.replace("-", "")))
    return re.compile("".join(map(_expression, pieces(pattern))), re.DOTALL)


def _expression(piece: str) -> str:
    if piece in _WILD:
        return ".+" if piece == "." else ".*"
    members = "".join(map(re.escape, digits_of(piece)))
    return f"[{members}]" if members else r"(?!)"


def matches(pattern: str, number: str) -> bool:
    """Whether Asterisk takes `number` for one of `pattern`."""
    return expression(pattern).fullmatch(number.replace("-", "")) is not None


def by_closeness(patterns: Iterable[str]) -> list[str]:
    """`patterns` in the order in which Asterisk tries them."""
    return sorted(patterns, key=closeness)


def closest(patterns: Iterable[str], number: str) -> str | None:
    """The pattern that decides `number`, or None."""
    return next((each for each in by_closeness(patterns) if matches(each, number)), None)
