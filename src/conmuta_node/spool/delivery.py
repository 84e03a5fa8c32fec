"""A file goes to the server first, then its line is written, then it goes from the disk.

A death between any two of these repeats no line: that it was written is remembered by the
file's name until the file is gone.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conmuta_node.files import sha256_of
from conmuta_node.memory import Memory
from conmuta_node.server import ServerClient
from conmuta_node.spool.outbox import add_lines
from conmuta_plan.node import Stream


@dataclass(frozen=True, slots=True)
class Delivery:
    """Hands files over, each with one line in a stream."""

    memory: Memory
    server: ServerClient

    async def upload(self, path: Path) -> str:
        """The server keeps the file; its SHA-256."""
        digest = await asyncio.to_thread(sha256_of, path)
        await self.server.put_file(digest, path)
        return digest

    async def hand_over(
        self,
        stream: Stream,
        path: Path,
        line: Callable[[str], object],
        leftovers: Sequence[Path] = (),
    ) -> None:
        """Upload `path`, write `line(its digest)`, remove it and the `leftovers`."""
        if not await asyncio.to_thread(self._is_told, stream, path.name):
            digest = await self.upload(path)
            await asyncio.to_thread(self._tell, stream, path.name, line(digest))
        await asyncio.to_thread(self._remove, stream, path, leftovers)

    def _is_told(self, stream: Stream, key: str) -> bool:
        sql = "SELECT 1 FROM finished WHERE kind = ? AND key = ?"
        return bool(self.memory.rows(sql, (stream, key)))

    def _tell(self, stream: Stream, key: str, value: object) -> None:
        with self.memory.transaction() as sql:
            add_lines(sql, stream, [value])
            sql.execute("INSERT INTO finished VALUES (?, ?)", (stream, key))

    def _remove(self, stream: Stream, path: Path, leftovers: Sequence[Path]) -> None:
        for each in (*leftovers, path):  # what the name is remembered by goes last
            each.unlink(missing_ok=True)
        with self.memory.transaction() as sql:
            sql.execute("DELETE FROM finished WHERE kind = ? AND key = ?", (stream, path.name))
