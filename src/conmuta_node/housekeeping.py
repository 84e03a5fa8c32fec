"""Neither Asterisk's own log nor what telephones record fills the disk; authorities are kept."""

import asyncio
import time
from dataclasses import dataclass

import structlog

from conmuta_node import tls
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskIsDown

log = structlog.get_logger()

LOOK_SECONDS = 60.0
LOG_BYTES = 32 << 20  # one such file is kept beside the one being written
PROMPT_SECONDS = 24 * 3600.0  # what was recorded by *77 is taken within a day, or goes
PROMPT_BYTES = 512 << 20  # of all companies; past it the oldest go


@dataclass(frozen=True, slots=True)
class Housekeeping:
    """Puts aside what grew too large, and believes whom the machine's owner newly does."""

    home: AsteriskHome

    async def run(self) -> None:
        """Look now and then, for ever."""
        while True:
            try:
                await asyncio.to_thread(self.tidy)
                await asyncio.to_thread(self.sweep_prompts)
                await asyncio.to_thread(self.keep_authorities)
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

    def keep_authorities(self) -> None:
        """Those newly put in `authorities/` count for the next call; Asterisk reads them then."""
        if tls.ensure_authorities(self.home.state / "etc"):
            log.info("authorities.changed")

    def sweep_prompts(self, limit: int = PROMPT_BYTES) -> None:
        """Remove prompts that were recorded a day ago, and the oldest past `limit` bytes."""
        found = [(path, path.stat()) for path in (self.home.state / "spool/prompts").iterdir()]
        oldest_kept, kept = time.time() - PROMPT_SECONDS, 0
        for path, facts in sorted(found, key=lambda pair: pair[1].st_mtime, reverse=True):
            kept += facts.st_size
            if facts.st_mtime < oldest_kept or kept > limit:
                path.unlink(missing_ok=True)
