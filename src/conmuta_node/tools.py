"""Helper programs from Asterisk's root: few at once, at low priority, with a time limit."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from conmuta_node import sandbox
from conmuta_node.errors import ToolFailed

TOOL_SECONDS = 900.0  # an hour of speech is encoded in well under a minute


def _half_the_cores() -> asyncio.Semaphore:
    return asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))


@dataclass(frozen=True, slots=True)
class Tools:
    """Runs programs in the root with the state folder as `/state`."""

    root: Path
    state: Path
    _turns: asyncio.Semaphore = field(default_factory=_half_the_cores)

    def inside(self, path: Path) -> str:
        """How a path of the state folder is called inside."""
        return f"/state/{path.relative_to(self.state)}"

    async def run(self, command: Sequence[str]) -> None:
        """Run `command` to its end. Raises `ToolFailed` with its last words."""
        async with self._turns:
            process = await asyncio.create_subprocess_exec(
                *sandbox.tool(self.root, self.state, command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
            )
            try:
                async with asyncio.timeout(TOOL_SECONDS):
                    _, told = await process.communicate()
            except BaseException:
                await _end(process)
                raise
        if process.returncode:
            words = told.decode(errors="replace").strip().splitlines()[-2:]
            raise ToolFailed(f"{command[0]} failed: {' / '.join(words) or 'without a word'}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
