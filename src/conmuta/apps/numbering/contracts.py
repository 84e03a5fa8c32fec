"""The operator's stock of numbers, as others may see it. Numbers are E.164 digits without `+`."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from conmuta.platform.sheets import BadRow


class NumberState(StrEnum):
    FREE = "free"
    RESERVED = "reserved"
    """Kept for somebody: nobody gets it by chance."""
    ASSIGNED = "assigned"
    """A tenant has it, and nobody else can."""
    QUARANTINED = "quarantined"
    """Given back: it rests until a day, so that callers of whom had it do not reach a stranger."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Numbers in a row, both ends included."""

    first: int
    last: int

    @property
    def size(self) -> int:
        return self.last - self.first + 1

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of a number, whoever has it. `until`: the last day of its quarantine."""

    state: NumberState = NumberState.FREE
    tenant: str | None = None
    """The slug of whoever has it."""
    until: date | None = None
    emergency_location: str = ""
    """Where help goes when this number calls for it."""
    ported_on: date | None = None
    """The day on which it came from, or goes to, another carrier."""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Numbers in a row of which the same is known."""

    span: Span
    facts: Facts = Facts()


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberView:
    """One number of the stock."""

    number: str
    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of a file's rows. Good rows are taken though others are bad."""

    rows: int
    added: int
    changed: int
    unchanged: int
    bad_count: int
    bad: tuple[BadRow, ...]
    """The first thousand of them."""
