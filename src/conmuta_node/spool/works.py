"""Work on files, piece by piece: a piece that fails waits for its turn, others go on."""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import structlog

from conmuta_node.backoff import Backoff
from conmuta_node.errors import NodeFault, ServerAway
from conmuta_node.problems import Problems

log = structlog.get_logger()

T = TypeVar("T")
LOOK_SECONDS = 1.0


@dataclass(slots=True)
class _Failing:
    """A piece that failed: when it may be tried again, and why it failed."""

    backoff: Backoff
    not_before: float
    reason: str


@dataclass(slots=True)
class Works(Generic[T]):
    """Looks for pieces of one kind and hands each over, for ever."""

    name: str
    waiting: Callable[[], Sequence[T]]
    hand_over: Callable[[T], Awaitable[None]]
    key_of: Callable[[T], str]
    problems: Problems
    _failing: dict[str, _Failing] = field(default_factory=dict)

    async def run(self) -> None:
        """Work for ever. While the server is away, everything waits."""
        backoff = Backoff(first=0.5)
        while True:
            pause = LOOK_SECONDS
            try:
                await self._round()
                backoff.reset()
            except ServerAway:
                pause = backoff.next()
            except (OSError, sqlite3.Error) as error:
                pause = backoff.next()
                self.problems.set(self.name, f"{self.name} cannot be looked for: {error}")
            await asyncio.sleep(pause)

    async def _round(self) -> None:
        pieces = {self.key_of(piece): piece for piece in await asyncio.to_thread(self.waiting)}
        self._failing = {key: f for key, f in self._failing.items() if key in pieces}
        for key, piece in pieces.items():
            failing = self._failing.get(key)
            if failing is None or failing.not_before <= time.monotonic():
                await self._try(key, piece)
        self._tell()

    async def _try(self, key: str, piece: T) -> None:
        try:
            await self.hand_over(piece)
            self._failing.pop(key, None)
        except ServerAway:
            raise
        except (NodeFault, OSError, sqlite3.Error) as error:
            log.warning("works.failed", work=self.name, piece=key, reason=str(error))
            before = self._failing.get(key)
            backoff = before.backoff if before else Backoff(first=1.0, longest=300.0)
            again = time.monotonic() + backoff.next()
            self._failing[key] = _Failing(backoff, again, str(error))

    def _tell(self) -> None:
        if not self._failing:
            self.problems.clear(self.name)
            return
        last = next(reversed(self._failing.values()))
        count = len(self._failing)
        self.problems.set(
            self.name, f"{self.name} that wait here for a fault: {count}. {last.reason}"
        )
