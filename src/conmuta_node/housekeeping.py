"""Asterisk's own log does not fill the disk."""

import asyncio
from dataclasses import dataclass

import structlog

from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskIsDown

log = structlog.get_logger()

LOOK_SECONDS = 60.0
LOG_BYTES = 32 << 20  # one such file is kept beside the one being written


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Puts aside what grew too large."""

    home: AsteriskHome

    async def run(self) -> None:
        """Look now and then, for ever."""
        while True:
            try:
                await asyncio.to_thread(self.tidy)
            except OSError:
                log.warning("housekeeping.failed", exc_info=True)
            await asyncio.sleep(LOOK_SECONDS)

    def tidy(self, limit: int = LOG_BYTES) -> None:
        """Put aside `messages`, and empty `console.log`, past `limit` bytes."""
        folder = self.home.state / "log"
        messages, console = folder / "messages", folder / "console.log"
        if messages.exists() and messages.stat().st_size > limit:
            messages.replace(messages.with_name("messages.1"))
            try:
                self.home.cli("logger reload")
            except AsteriskIsDown:
                log.info("housekeeping.asterisk_is_down")
        if console.exists() and console.stat().st_size > limit:
            with console.open("r+b") as file:
                file.truncate(0)
