"""What `calls` and `call` share."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from conmuta.platform.scope import Scope


@contextmanager
def system_scope() -> "Iterator[Scope]":
    """The whole installation's scope: whoever may run the command may see all of it."""
    from conmuta.platform.scope import Scope

    with Scope.system("command:calls").active() as scope:
        yield scope


def when(text: str | None, zone: ZoneInfo) -> datetime | None:
    """A date or time as people type it; without an offset it is in `zone`."""
    if not text:
        return None
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def as_text(value: object) -> str:
    """JSON for programs, indented for people who look at it."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(value)).decode() + "\n"


def refused(problem: Exception) -> int:
    """Say why not; the exit code."""
    print(problem, file=sys.stderr)
    return 2 if isinstance(problem, ValueError) else 1
