"""Patterns that match exactly some numbers: what thousands of numbers in ranges are to Asterisk,
which goes through a context's extensions one after the other."""

from collections import defaultdict
from collections.abc import Collection

_SHORT = {"0123456789": "X", "123456789": "Z", "23456789": "N"}


def cover(numbers: Collection[str]) -> list[str]:
    """Extensions of the dialplan that match these numbers and no others, each number one of them.

    Ranges become a few patterns (`_598240XXXX`); what has no neighbours stays as it is.
    """
    found = _cover(sorted({number for number in numbers if number.isdigit()}))
    others = sorted({number for number in numbers if not number.isdigit()})
    return [each if each.isdigit() else f"_{each}" for each in sorted(found)] + others


def _cover(tails: list[str]) -> list[str]:
    """Without the underscore. Digits that go on in the same way become one set."""
    by_first: dict[str, list[str]] = defaultdict(list)
    for tail in tails:
        if tail:
            by_first[tail[0]].append(tail[1:])
    firsts: dict[str, str] = defaultdict(str)
    for first, rest in sorted(by_first.items()):
        for pattern in [rest[0]] if len(rest) == 1 else _cover(rest):
            firsts[pattern] += first
    ends = [""] if "" in tails else []
    return ends + [_set(digits) + pattern for pattern, digits in firsts.items()]


def _set(digits: str) -> str:
    if len(digits) == 1:
        return digits
    return _SHORT.get(digits, f"[{digits}]")
