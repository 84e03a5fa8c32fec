"""Watches Asterisk, and starts it again when it dies."""

import asyncio
import sqlite3
from dataclasses import dataclass

import structlog

from conmuta_node import processes
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.backoff import Backoff
from conmuta_node.errors import NodeFault
from conmuta_node.problems import Problems
from conmuta_node.processes import ProcessMark

log = structlog.get_logger()

HEALTHY_SECONDS = 30.0  # up so long, a death is a new one
LOOK_SECONDS = 1.0
_DIED = "asterisk"


@dataclass(slots=True)
class Supervisor:
    """Runs once Asterisk was started for the first time."""

    home: AsteriskHome
    problems: Problems
    lock: asyncio.Lock
    """Held while Asterisk is started, stopped or changed: nothing dies by itself then."""

    async def run(self) -> None:
        """Wait for deaths and mend them, for ever."""
        backoff = Backoff(first=0.1, longest=30.0)
        loop = asyncio.get_running_loop()
        while True:
            process = await asyncio.to_thread(self.home.process)
            if process is not None:
                since = loop.time()
                await processes.ended(process)
                if loop.time() - since > HEALTHY_SECONDS:
                    backoff.reset()
            async with self.lock:
                is_back = await self._look_after(process)
            await asyncio.sleep(0.0 if is_back else backoff.next())

    async def _look_after(self, before: ProcessMark | None) -> bool:
        """Start Asterisk if it is down; whether it is up now."""
        if await asyncio.to_thread(self.home.running):
            up = await asyncio.to_thread(self.home.process)
            return up is not None and up != before
        log.error("asterisk.died", pid=before.pid if before else None)
        self.problems.note("crash", "Asterisk ended by itself and was started again.")
        try:
            await asyncio.to_thread(self.home.start)
        except (NodeFault, OSError, sqlite3.Error) as error:
            self.problems.set(_DIED, f"Asterisk does not start: {error}")
            return False
        self.problems.clear(_DIED)
        log.warning("asterisk.started_again")
        return True
