"""One sender a stream: the oldest batch again and again until the server has it, then the next."""

import asyncio
import sqlite3

import structlog

from conmuta_node.backoff import Backoff
from conmuta_node.errors import NodeFault, ServerAway, ServerRefused
from conmuta_node.memory import Memory
from conmuta_node.problems import Problems
from conmuta_node.server import ServerClient, WrongNumber
from conmuta_node.spool.outbox import Batch, Source

log = structlog.get_logger()

POLL_SECONDS = 0.2
TIDY_EVERY = 5  # batches, or polls without one
_PROBE = 1 << 62  # a number far ahead of any: the answer tells the expected one


class Sender:
    """Sends one stream."""

    def __init__(
        self, memory: Memory, source: Source, server: ServerClient, problems: Problems
    ) -> None:
        self._memory = memory
        self._source = source
        self._server = server
        self._problems = problems
        self._backoff = Backoff()
        self._rounds = 0
        self.asterisk: int | None = None

    async def run(self) -> None:
        """Send for ever."""
        name = f"send {self._source.stream}"
        while True:
            try:
                pause = await self._round()
                self._backoff.reset()
                self._problems.clear(name)
            except ServerAway:
                pause = self._backoff.next()  # told by the agent, once for all streams
            except (OSError, sqlite3.Error, NodeFault) as error:
                pause = self._backoff.next()
                self._problems.set(
                    name, f"Records of kind {self._source.stream} cannot be sent: {error}"
                )
            await asyncio.sleep(pause)

    async def _round(self) -> float:
        await self._agree_on_numbers()
        batch = await asyncio.to_thread(self._source.next_batch)
        if batch is not None:
            await self._send(batch)
        self._rounds += 1
        if self._rounds % TIDY_EVERY == 0:
            await asyncio.to_thread(self._source.tidy, self.asterisk)
        return 0.0 if batch is not None else POLL_SECONDS

    async def _send(self, batch: Batch) -> None:
        try:
            await self._server.batch(batch.stream, batch.number, batch.data)
        except WrongNumber as wrong:
            log.warning(
                "spool.renumbered",
                stream=str(batch.stream),
                number=batch.number,
                expected=wrong.expected,
            )
            await asyncio.to_thread(self._source.renumber, wrong.expected)
            return
        await asyncio.to_thread(self._source.sent, batch)

    async def _agree_on_numbers(self) -> None:
        """An agent without a memory asks which number is next, lest its first records be lost.

        The server takes a number that it has seen as a repetition; a node set up anew must not
        begin at 1 with a server that knows it.
        """
        name = f"numbering {self._source.stream}"
        if self._memory.fact(name):
            return
        try:
            await self._server.batch(self._source.stream, _PROBE, b"")
        except WrongNumber as wrong:
            await asyncio.to_thread(self._source.renumber, wrong.expected)
            await asyncio.to_thread(self._memory.set_fact, name, str(wrong.expected))
            return
        raise ServerRefused("The server did not tell the number of the next batch.")
