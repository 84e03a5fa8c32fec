"""Messages spoken into telephones (`*77`): each becomes a version of a prompt at the server."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

import msgspec
import structlog

from conmuta_node.memory import Memory
from conmuta_node.spool.cel import PromptSpoken
from conmuta_node.spool.delivery import Delivery
from conmuta_node.spool.outbox import add_lines
from conmuta_plan.node import PromptDone, Stream

log = structlog.get_logger()

_HEADER = 44  # bytes before the sound in a WAV file


@dataclass(frozen=True, slots=True)
class PromptJob:
    """A message to hand over, as the memory holds it."""

    id: int
    said: PromptSpoken


@dataclass(frozen=True, slots=True)
class Prompts:
    """Turns `prompt` events into files and lines."""

    folder: Path
    memory: Memory
    delivery: Delivery

    def waiting(self) -> list[PromptJob]:
        """Messages to hand over, in the order in which they were spoken."""
        rows = self.memory.rows("SELECT id, body FROM jobs WHERE kind = 'prompt' ORDER BY id")
        return [
            PromptJob(int(str(number)), msgspec.json.decode(str(body), type=PromptSpoken))
            for number, body in rows
        ]

    async def hand_over(self, job: PromptJob) -> None:
        """Give one to the server, then remove it. Where nothing was said, it is only removed."""
        path = self.folder / Path(job.said.file).name
        lines = []
        if await asyncio.to_thread(_has_sound, path):
            digest = await self.delivery.upload(path)
            lines = [
                PromptDone(tenant=job.said.tenant, extension=job.said.extension, sha256=digest)
            ]
        else:
            log.info("prompt.silent", file=job.said.file)
        await asyncio.to_thread(self._tell, job, lines)
        await asyncio.to_thread(path.unlink, missing_ok=True)

    def _tell(self, job: PromptJob, lines: list[PromptDone]) -> None:
        with self.memory.transaction() as sql:
            add_lines(sql, Stream.PROMPT, lines)
            sql.execute("DELETE FROM jobs WHERE id = ?", (job.id,))


def _has_sound(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > _HEADER
