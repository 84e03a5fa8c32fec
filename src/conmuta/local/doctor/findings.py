"""What a check found: how it stands, what was seen, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Finding:
    """`advice` is empty where nothing needs doing."""

    subject: str
    level: Level
    seen: str
    advice: str = ""


def ok(subject: str, seen: str) -> Finding:
    return Finding(subject, Level.OK, seen)


def warning(subject: str, seen: str, advice: str) -> Finding:
    return Finding(subject, Level.WARNING, seen, advice)


def failure(subject: str, seen: str, advice: str) -> Finding:
    return Finding(subject, Level.FAILURE, seen, advice)
