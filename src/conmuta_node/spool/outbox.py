"""Numbered batches: cut, remembered, sent again until the server has them.

A batch is remembered (number → file, from, to) before it is sent, so that what is sent under a
number is the same bytes for ever. Files of Asterisk's and lines of the agent's own (recordings,
mails, faxes, features) differ only in where the bytes are.
"""

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

import structlog

from conmuta_node.memory import Memory
from conmuta_node.spool.tail import MAX_LINES, LineFile, open_files
from conmuta_plan.codec import encode
from conmuta_plan.node import Stream

log = structlog.get_logger()

WhenCut = Callable[[sqlite3.Connection, bytes], None]


@dataclass(frozen=True, slots=True)
class Batch:
    """What goes to the server under one number of one stream."""

    stream: Stream
    number: int
    file: int
    first: int
    last: int
    data: bytes


class Source(Protocol):
    """Where a stream's bytes are."""

    stream: Stream

    def next_batch(self) -> Batch | None:
        """The oldest batch that the server does not have, cut now if need be."""

    def sent(self, batch: Batch) -> None:
        """The server has `batch`."""

    def renumber(self, expected: int) -> None:
        """The server expects `expected`: what it does not have goes under numbers from there."""

    def tidy(self, asterisk: int | None) -> None:
        """Put aside and remove what has been sent; `asterisk` is its process number."""

    def pending(self) -> int:
        """Batches cut and not yet taken by the server."""


class FileSource:
    """A stream that Asterisk writes as a file."""

    def __init__(
        self, memory: Memory, stream: Stream, lines: LineFile, when_cut: WhenCut | None = None
    ) -> None:
        self.stream = stream
        self._memory = memory
        self._lines = lines
        self._when_cut = when_cut

    def next_batch(self) -> Batch | None:
        """The oldest batch that the server does not have, cut now if need be."""
        known = _oldest(self._memory, self.stream)
        if known is not None:
            number, file, first, last = known
            data = self._lines.reread(file, first, last)
            return Batch(self.stream, number, file, first, last, data)
        return self._cut()

    def _cut(self) -> Batch | None:
        file, position, number = _cursor(self._memory, self.stream)
        chunk = self._lines.read(file, position)
        if chunk is None:
            if self._lines.shrunk(file, position):
                self._begin_again(file, number)
            return None
        batch = Batch(self.stream, number, chunk.file, chunk.first, chunk.last, chunk.data)
        with self._memory.transaction() as sql:
            _remember(sql, batch)
            _set_cursor(sql, self.stream, (chunk.file, chunk.last, number + 1))
            if self._when_cut is not None:
                self._when_cut(sql, chunk.data)
        return batch

    def _begin_again(self, file: int, number: int) -> None:
        log.warning("spool.file_was_replaced", stream=str(self.stream))
        with self._memory.transaction() as sql:
            _set_cursor(sql, self.stream, (file, 0, number))

    def sent(self, batch: Batch) -> None:
        """The server has `batch`."""
        _forget(self._memory, batch)

    def renumber(self, expected: int) -> None:
        """The server expects `expected`: what it does not have goes under numbers from there."""
        _renumber(self._memory, self.stream, expected, self._lines.first_number())

    def tidy(self, asterisk: int | None) -> None:
        """Put the file aside once it is large; remove it once the server has all of it."""
        file, position, number = _cursor(self._memory, self.stream)
        self._lines.put_aside(file, position)
        if self._lines.finished(file, position, open_files(asterisk)):
            with self._memory.transaction() as sql:
                _set_cursor(sql, self.stream, (file + 1, 0, number))
            file += 1
        if self.pending() == 0:
            self._lines.drop_before(file)

    def pending(self) -> int:
        """Batches cut and not yet taken by the server."""
        return _count(self._memory, self.stream)


class LineSource:
    """A stream whose lines the agent itself writes, into its memory."""

    def __init__(self, memory: Memory, stream: Stream) -> None:
        self.stream = stream
        self._memory = memory

    def next_batch(self) -> Batch | None:
        """The oldest batch that the server does not have, cut now if need be."""
        known = _oldest(self._memory, self.stream)
        if known is None:
            known = self._cut()
        if known is None:
            return None
        number, file, first, last = known
        return Batch(self.stream, number, file, first, last, self._read(first, last))

    def _cut(self) -> tuple[int, int, int, int] | None:
        _, after, number = _cursor(self._memory, self.stream)
        rows = self._memory.rows(
            "SELECT id FROM lines WHERE stream = ? AND id > ? ORDER BY id LIMIT ?",
            (self.stream, after, MAX_LINES),
        )
        if not rows:
            return None
        first, last = _int(rows[0][0]), _int(rows[-1][0])
        batch = Batch(self.stream, number, 0, first, last, b"")
        with self._memory.transaction() as sql:
            _remember(sql, batch)
            _set_cursor(sql, self.stream, (0, last, number + 1))
        return number, 0, first, last

    def _read(self, first: int, last: int) -> bytes:
        rows = self._memory.rows(
            "SELECT text FROM lines WHERE stream = ? AND id BETWEEN ? AND ? ORDER BY id",
            (self.stream, first, last),
        )
        return b"".join(bytes(row[0]) for row in rows if isinstance(row[0], bytes))

    def sent(self, batch: Batch) -> None:
        """The server has `batch`: its lines go."""
        with self._memory.transaction() as sql:
            _delete(sql, batch)
            sql.execute(
                "DELETE FROM lines WHERE stream = ? AND id BETWEEN ? AND ?",
                (batch.stream, batch.first, batch.last),
            )

    def renumber(self, expected: int) -> None:
        """The server expects `expected`: what it does not have goes under numbers from there."""
        _renumber(self._memory, self.stream, expected, 1)

    def tidy(self, asterisk: int | None) -> None:
        """Nothing: lines go as soon as they are sent."""

    def pending(self) -> int:
        """Batches cut and not yet taken by the server."""
        return _count(self._memory, self.stream)


def add_lines(sql: sqlite3.Connection, stream: Stream, values: Iterable[object]) -> None:
    """Append each value (a dataclass of `conmuta_plan.node`) to a stream of the agent's own."""
    sql.executemany(
        "INSERT INTO lines (stream, text) VALUES (?, ?)",
        ((stream, encode(value) + b"\n") for value in values),
    )


def _cursor(memory: Memory, stream: Stream) -> tuple[int, int, int]:
    rows = memory.rows("SELECT file, position, next_number FROM tails WHERE stream = ?", (stream,))
    if not rows:
        return 1, 0, 1
    file, position, number = rows[0]
    return _int(file), _int(position), _int(number)


def _set_cursor(sql: sqlite3.Connection, stream: Stream, cursor: tuple[int, int, int]) -> None:
    sql.execute("INSERT OR REPLACE INTO tails VALUES (?, ?, ?, ?)", (stream, *cursor))


def _oldest(memory: Memory, stream: Stream) -> tuple[int, int, int, int] | None:
    rows = memory.rows(
        "SELECT number, file, first, last FROM batches WHERE stream = ? ORDER BY number LIMIT 1",
        (stream,),
    )
    if not rows:
        return None
    number, file, first, last = rows[0]
    return _int(number), _int(file), _int(first), _int(last)


def _remember(sql: sqlite3.Connection, batch: Batch) -> None:
    sql.execute(
        "INSERT INTO batches VALUES (?, ?, ?, ?, ?)",
        (batch.stream, batch.number, batch.file, batch.first, batch.last),
    )


def _forget(memory: Memory, batch: Batch) -> None:
    with memory.transaction() as sql:
        _delete(sql, batch)


def _delete(sql: sqlite3.Connection, batch: Batch) -> None:
    sql.execute("DELETE FROM batches WHERE stream = ? AND number = ?", (batch.stream, batch.number))


def _renumber(memory: Memory, stream: Stream, expected: int, first_file: int) -> None:
    """Move the unsent batches, in order, to the numbers from `expected`."""
    with memory.transaction() as sql:
        rows = sql.execute(
            "SELECT number, file, first, last FROM batches WHERE stream = ? ORDER BY number",
            (stream,),
        ).fetchall()
        sql.execute("DELETE FROM batches WHERE stream = ?", (stream,))
        for number, (_, *place) in enumerate(rows, expected):
            sql.execute("INSERT INTO batches VALUES (?, ?, ?, ?, ?)", (stream, number, *place))
        sql.execute("INSERT OR IGNORE INTO tails VALUES (?, ?, 0, 1)", (stream, first_file))
        sql.execute(
            "UPDATE tails SET next_number = ? WHERE stream = ?", (expected + len(rows), stream)
        )


def _count(memory: Memory, stream: Stream) -> int:
    return _int(memory.rows("SELECT count(*) FROM batches WHERE stream = ?", (stream,))[0][0])


def _int(value: object) -> int:
    if not isinstance(value, int):
        message = f"the memory holds {value!r} where a number belongs"
        raise TypeError(message)
    return value
