"""Rules that no number reaches, and numbers about which rules disagree.

Every number up to the longest pattern is walked, digit by digit, with the patterns that are still
alive; what is alive decides what may follow, so equal situations are walked once.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from conmuta_compiler.operator.patterns import closeness, digits_of, pieces
from conmuta_compiler.steps.common.findings import Finding, Severity
from conmuta_compiler.steps.common.words import words

SIGNS = "0123456789*#+"
LONGEST = 24
_OPEN = {".", "!"}

Place = tuple[int, int]
"""A pattern's index and how many of its pieces are behind; beyond the last: it takes all."""


@dataclass(slots=True)
class _Walk:
    """`reached`: patterns that decide some number; `both`: a number for pairs that match it."""

    patterns: Sequence[list[str]]
    order: dict[int, int]
    reached: dict[int, str] = field(default_factory=dict)
    both: dict[tuple[int, int], str] = field(default_factory=dict)
    seen: set[frozenset[Place]] = field(default_factory=set)

    def walk(self) -> None:
        begin = frozenset((index, 0) for index in range(len(self.patterns)))
        waiting = [("", begin)]
        while waiting:
            number, alive = waiting.pop()
            if alive in self.seen or len(number) > LONGEST:
                continue
            self.seen.add(alive)
            self._note(number, alive)
            for sign in reversed(SIGNS):
                left = frozenset(self._step(alive, sign))
                if left:
                    waiting.append((number + sign, left))

    def _step(self, alive: Iterable[Place], sign: str) -> Iterator[Place]:
        for index, behind in alive:
            parts = self.patterns[index]
            if behind > len(parts) or (behind < len(parts) and parts[behind] in _OPEN):
                yield index, len(parts) + 1
            elif behind < len(parts) and sign in digits_of(parts[behind]):
                yield index, behind + 1

    def _ends(self, place: Place) -> bool:
        index, behind = place
        parts = self.patterns[index]
        return behind >= len(parts) or (behind == len(parts) - 1 and parts[behind] == "!")

    def _note(self, number: str, alive: frozenset[Place]) -> None:
        matching = sorted({each[0] for each in alive if self._ends(each)}, key=self.order.get)  # type: ignore[arg-type]
        if not number or not matching:
            return
        first, *others = matching
        self.reached.setdefault(first, number)
        for other in others:
            self.both.setdefault((first, other), number)


@dataclass(frozen=True, slots=True)
class Overlaps:
    """`idle`: patterns that decide no number. `disputed`: (who decides, who also matches, one)."""

    idle: tuple[str, ...]
    disputed: tuple[tuple[str, str, str], ...]


def overlaps(patterns: Sequence[str]) -> Overlaps:
    """Of patterns in one context. Disputed are those of which neither is a part of the other."""
    parts = [pieces(pattern) for pattern in patterns]
    ranks = sorted(range(len(patterns)), key=lambda index: closeness(patterns[index]))
    walk = _Walk(parts, {index: rank for rank, index in enumerate(ranks)})
    walk.walk()
    idle = tuple(each for index, each in enumerate(patterns) if index not in walk.reached)
    disputed = tuple(
        (patterns[first], patterns[other], number)
        for (first, other), number in sorted(walk.both.items())
        if not _within(parts[first], parts[other])
    )
    return Overlaps(idle, disputed)


def _within(inner: Sequence[str], outer: Sequence[str]) -> bool:
    """Whether every number of `inner` is one of `outer`: then the closer one is meant."""
    for index, part in enumerate(outer):
        if part in _OPEN:
            return len(inner) > index or part == "!"
        if index >= len(inner) or inner[index] in _OPEN:
            return False
        if not set(digits_of(inner[index])) <= set(digits_of(part)):
            return False
    return len(inner) == len(outer)


def findings(where: str, rules: Sequence[tuple[str, object]]) -> tuple[Finding, ...]:
    """What to say of rules (pattern, what comes of it) that are read together."""
    outcome = dict(reversed(rules))
    found = overlaps([pattern for pattern, _ in rules])
    made = [_idle(where, pattern) for pattern in found.idle]
    made += [
        _disputed(where, first, other, number)
        for first, other, number in found.disputed
        if outcome[first] != outcome[other]
    ]
    return tuple(made)


def _idle(where: str, pattern: str) -> Finding:
    sentence = words(
        "No number reaches the rule {pattern}: closer ones take them all. Take it out.",
        "Ningún número llega a la regla {pattern}: otras más precisas los toman. Quítela.",
        pattern=pattern,
    )
    return Finding(code="dial_plan.idle", severity=Severity.WARNING, where=where, words=sentence)


def _disputed(where: str, first: str, other: str, number: str) -> Finding:
    sentence = words(
        "{number} fits {first} and {other}, and neither is a part of the other: {first} decides, "
        "because it is closer at the first digit in which they differ. Say which is meant.",
        "{number} entra en {first} y en {other}, y ninguna es parte de la otra: decide {first}, "
        "por ser más precisa en el primer dígito en que difieren. Indique cuál corresponde.",
        number=number,
        first=first,
        other=other,
    )
    return Finding(
        code="dial_plan.ambiguous", severity=Severity.WARNING, where=where, words=sentence
    )
