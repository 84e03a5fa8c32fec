"""A growing file of lines, read in batches, and put aside when it grew large.

The file being written is PATH; put aside, its name is PATH.N, where N counts its files from 1.
N and the position reached stand in the agent's memory, so that a death between any two
instructions is mended from the names on disk alone.
"""

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

MAX_LINES = 2_000
MAX_BYTES = 1_000_000
ROTATE_BYTES = 8 << 20
SETTLE_SECONDS = 5.0  # a writer that opened the file before it was renamed has long written
STALE_SECONDS = 2.0  # a line left open for so long was cut by a crash or a full disk

FileId = tuple[int, int]
"""A file by device and inode: an inode alone is found on each disk."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bytes `first` to `last` (exclusive) of file number `file`: whole lines."""

    file: int
    first: int
    last: int
    data: bytes


class LineFile:
    """One such file. It keeps no state that matters: `file` and `position` are told to it."""

    def __init__(
        self,
        path: Path,
        reopen: Callable[[], None] | None = None,
        rotate_bytes: int = ROTATE_BYTES,
    ) -> None:
        self.path = path
        self._rotate_bytes = rotate_bytes
        self._reopen = reopen
        self._open_tail: tuple[int, int, float] | None = None
        self._settling: tuple[int, int, float] | None = None

    def read(self, file: int, position: int) -> Chunk | None:
        """The next lines from `position` of file number `file`, None where there are none."""
        path = self.where(file)
        try:
            with path.open("rb") as source:
                source.seek(position)
                data = source.read(MAX_BYTES)
        except FileNotFoundError:
            return None
        whole = _whole_lines(data)
        if not whole and data:
            whole = self._without_end(path, file, position + len(data), data)
        return Chunk(file, position, position + len(whole), whole) if whole else None

    def reread(self, file: int, first: int, last: int) -> bytes:
        """Just those bytes again."""
        with self.where(file).open("rb") as source:
            source.seek(first)
            return source.read(last - first)

    def where(self, file: int) -> Path:
        """The path at which file number `file` is now."""
        aside = self._aside(file)
        return aside if aside.exists() else self.path

    def shrunk(self, file: int, position: int) -> bool:
        """Whether somebody emptied or replaced the file under us."""
        try:
            return self.where(file).stat().st_size < position
        except FileNotFoundError:
            return position > 0

    def put_aside(self, file: int, position: int) -> bool:
        """Rename file number `file` if it is large and read to its end; say whether."""
        if self._aside(file).exists():
            return False
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            return False
        if size < self._rotate_bytes or size != position:
            return False
        self.path.rename(self._aside(file))
        if self._reopen is not None:
            self._reopen()
        return True

    def finished(self, file: int, position: int, open_now: frozenset[FileId]) -> bool:
        """Whether file number `file` was put aside, read whole, and nobody writes to it more.

        `open_now` are the files that Asterisk holds open.
        """
        try:
            facts = self._aside(file).stat()
        except FileNotFoundError:
            return False
        if facts.st_size != position:
            return False
        if file_id(facts) in open_now:
            self._ask_to_reopen()
            return False
        return self._settled(file, facts.st_size)

    def first_number(self) -> int:
        """The number of the oldest file on disk, for an agent that lost its memory."""
        return min(self._numbers_aside(), default=1)

    def drop_before(self, file: int) -> None:
        """Remove the files put aside that come before number `file`."""
        for number in self._numbers_aside():
            if number < file:
                self._aside(number).unlink(missing_ok=True)

    # -- inside --

    def _numbers_aside(self) -> list[int]:
        names = (path.name for path in self.path.parent.glob(f"{self.path.name}.*"))
        endings = (name.removeprefix(f"{self.path.name}.") for name in names)
        return [int(ending) for ending in endings if ending.isdecimal()]

    def _aside(self, file: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{file}")

    def _ask_to_reopen(self) -> None:
        now = time.monotonic()
        if self._settling is None or now - self._settling[2] > SETTLE_SECONDS:
            self._settling = (0, 0, now)
            if self._reopen is not None:
                self._reopen()

    def _settled(self, file: int, size: int) -> bool:
        now = time.monotonic()
        if self._settling is None or self._settling[:2] != (file, size):
            self._settling = (file, size, now)
        return now - self._settling[2] >= SETTLE_SECONDS

    def _without_end(self, path: Path, file: int, end: int, data: bytes) -> bytes:
        """Bytes without a line's end: a piece of an endless line, or a line cut by a crash.

        The latter is closed in the file, so that the next record does not grow onto it.
        """
        if len(data) == MAX_BYTES:
            return data
        now = time.monotonic()
        if self._open_tail is None or self._open_tail[:2] != (file, end):
            self._open_tail = (file, end, now)
        elif now - self._open_tail[2] >= STALE_SECONDS:
            self._open_tail = None
            _end_line(path, end)
        return b""


def _whole_lines(data: bytes) -> bytes:
    """The first lines of `data`, as many as a batch may have."""
    lines = data.count(b"\n")
    if lines <= MAX_LINES:
        return data[: data.rfind(b"\n") + 1]
    return _cut(data)


def _cut(data: bytes) -> bytes:
    end = -1
    for _ in range(MAX_LINES):
        end = data.index(b"\n", end + 1)
    return data[: end + 1]


def _end_line(path: Path, size: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    try:
        if os.fstat(descriptor).st_size == size:
            os.write(descriptor, b"\n")
    finally:
        os.close(descriptor)


def file_id(facts: os.stat_result) -> FileId:
    """Which file `facts` are of."""
    return facts.st_dev, facts.st_ino


def open_files(pid: int | None) -> frozenset[FileId]:
    """The files that process `pid` holds open."""
    found: set[FileId] = set()
    if pid is not None:
        with contextlib.suppress(OSError):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with contextlib.suppress(OSError):
                    found.add(file_id(entry.stat()))
    return frozenset(found)
