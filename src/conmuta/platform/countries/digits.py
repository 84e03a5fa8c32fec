"""Regular expressions over digits as automata: which digits may follow, and when a number ends.

phonenumbers' metadata describe numbers by expressions of digits, `\\d`, sets, groups, choices and
counts; Python's `re` cannot say whether a prefix could become a match, an automaton can.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

DIGITS = "0123456789"
_TOKEN = re.compile(r"\\d|\[[\d-]+\]|\(\?:|\{\d+(?:,\d+)?\}|[()|?$\d]")

States = frozenset[int]


@dataclass(slots=True)
class _Machine:
    """Edges by digit, and those that cost none."""

    steps: list[dict[str, set[int]]] = field(default_factory=list)
    free: list[set[int]] = field(default_factory=list)

    def state(self) -> int:
        self.steps.append({})
        self.free.append(set())
        return len(self.steps) - 1


@dataclass(slots=True)
class _Reader:
    """A parser by descent; each piece is (begin, end) in the machine."""

    signs: list[str]
    machine: _Machine
    place: int = 0

    def peek(self) -> str:
        return self.signs[self.place] if self.place < len(self.signs) else ""

    def take(self) -> str:
        self.place += 1
        return self.signs[self.place - 1]

    def choice(self) -> tuple[int, int]:
        begin, end = self.machine.state(), self.machine.state()
        while True:
            first, last = self.sequence()
            self.machine.free[begin].add(first)
            self.machine.free[last].add(end)
            if self.peek() != "|":
                return begin, end
            self.take()

    def sequence(self) -> tuple[int, int]:
        begin = end = self.machine.state()
        while self.peek() not in {"", "|", ")"}:
            first, last = self.counted()
            self.machine.free[end].add(first)
            end = last
        return begin, end

    def counted(self) -> tuple[int, int]:
        """One piece, as often as what follows it says: read again for each time."""
        from_here = self.place
        first, last = self.piece()
        least, most = _count(self.peek())
        after = self.place + (1 if (least, most) != (1, 1) or self.peek() == "{1}" else 0)
        begin = end = self.machine.state()
        for time in range(most):
            self.place = from_here
            first, last = self.piece()
            if time >= least:
                self.machine.free[first].add(last)
            self.machine.free[end].add(first)
            end = last
        self.place = after
        return begin, end

    def piece(self) -> tuple[int, int]:
        sign = self.take()
        if sign in {"(", "(?:"}:
            found = self.choice()
            self.take()
            return found
        begin, end = self.machine.state(), self.machine.state()
        if sign == "$":
            self.machine.free[begin].add(end)
        for digit in _members(sign):
            self.machine.steps[begin].setdefault(digit, set()).add(end)
        return begin, end


def _count(sign: str) -> tuple[int, int]:
    if sign == "?":
        return 0, 1
    if not sign.startswith("{"):
        return 1, 1
    least, _, most = sign[1:-1].partition(",")
    return int(least), int(most or least)


def _members(sign: str) -> str:
    if sign == r"\d":
        return DIGITS
    if not sign.startswith("["):
        return sign if sign in DIGITS else ""
    found = re.findall(r"(\d)-(\d)|(\d)", sign)
    return "".join(one or DIGITS[int(a) : int(b) + 1] for a, b, one in found)


class DigitLanguage:
    """The numbers that an expression describes."""

    def __init__(self, expression: str) -> None:
        """Raises `ValueError` for an expression with anything else in it."""
        signs = _TOKEN.findall(expression)
        if "".join(signs) != expression:
            raise ValueError(expression)
        self._machine = _Machine()
        begin, self._end = _Reader(signs, self._machine).choice()
        self.start = self._closed({begin})
        self._next: dict[tuple[States, str], States] = {}

    def _closed(self, states: set[int]) -> States:
        waiting, found = list(states), set(states)
        while waiting:
            for state in self._machine.free[waiting.pop()] - found:
                found.add(state)
                waiting.append(state)
        return frozenset(found)

    def step(self, states: States, digit: str) -> States:
        """Where one more digit leads; empty: no number goes on so."""
        key = (states, digit)
        if key not in self._next:
            found: set[int] = set()
            for state in states:
                found |= self._machine.steps[state].get(digit, set())
            self._next[key] = self._closed(found)
        return self._next[key]

    def accepts(self, states: States) -> bool:
        """Whether a number may end here."""
        return self._end in states

    def after(self, prefix: str) -> States:
        """Where `prefix` leads."""
        states = self.start
        for digit in prefix:
            states = self.step(states, digit)
        return states

    def words(self, prefix: str = "", limit: int = 1000) -> Iterator[str]:
        """Numbers that begin with `prefix`, the lowest first, at most `limit`."""
        left = limit
        waiting = [(prefix, self.after(prefix))]
        while waiting and left:
            word, states = waiting.pop()
            if self.accepts(states):
                left -= 1
                yield word
            following = ((word + digit, self.step(states, digit)) for digit in reversed(DIGITS))
            waiting.extend(pair for pair in following if pair[1])


@lru_cache(maxsize=2048)
def language(expression: str) -> DigitLanguage:
    """The language of `expression`, made once."""
    return DigitLanguage(expression)
