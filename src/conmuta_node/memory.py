"""What the agent must not forget, in one small SQLite file that survives a cut of power.

Every method is one transaction, on disk when it returns. Safe from any thread; the agent calls
it from threads so that a slow disk never holds the event loop.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import structlog

from conmuta_node.files import make_folder

log = structlog.get_logger()

_SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS wanted (
    tenant TEXT PRIMARY KEY, revision INTEGER NOT NULL, digest TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS outcomes (
    tenant TEXT PRIMARY KEY, revision INTEGER NOT NULL, folder TEXT NOT NULL,
    refused TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS pushed (
    tenant TEXT NOT NULL, extension TEXT NOT NULL, feature TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tenant, extension, feature));
CREATE TABLE IF NOT EXISTS commands (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, tenant TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, detail TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS tails (
    stream TEXT PRIMARY KEY, file INTEGER NOT NULL, position INTEGER NOT NULL,
    next_number INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS batches (
    stream TEXT NOT NULL, number INTEGER NOT NULL, file INTEGER NOT NULL,
    first INTEGER NOT NULL, last INTEGER NOT NULL, PRIMARY KEY (stream, number));
CREATE TABLE IF NOT EXISTS lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, text BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bans (
    address TEXT PRIMARY KEY, reason TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL,
    times INTEGER NOT NULL, lifted INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS good_addresses (address TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS finished (
    kind TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (kind, key));
"""
_PAGE = 4096
_ROOM = 1 << 20  # bytes that the file and its log own already when the disk is full


class Memory:
    """The open file. The parts of the agent keep their own SQL beside what uses it."""

    def __init__(self, path: Path) -> None:
        make_folder(path.parent)
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=30
        )
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.executescript(_SCHEMA)
        self._keep_room()

    def _keep_room(self) -> None:
        """Grow the file and its log now, so that they can be written when the disk is full.

        The log starts again at its beginning before it has used up what it owns.
        """
        try:
            with self.transaction() as sql:
                sql.execute("INSERT OR REPLACE INTO facts VALUES ('room', zeroblob(?))", (_ROOM,))
                sql.execute("DELETE FROM facts WHERE name = 'room'")
            self._connection.execute("PRAGMA wal_checkpoint(RESTART)")
        except sqlite3.OperationalError as error:
            log.warning("memory.no_room", reason=str(error))
        self._connection.execute(f"PRAGMA wal_autocheckpoint={_ROOM // _PAGE // 2}")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of the statements inside, or none."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """What a SELECT gives."""
        with self._lock:
            return list(self._connection.execute(sql, values))

    def fact(self, name: str, default: str = "") -> str:
        """A single remembered value."""
        rows = self.rows("SELECT value FROM facts WHERE name = ?", (name,))
        return str(rows[0][0]) if rows else default

    def set_fact(self, name: str, value: str) -> None:
        """Remember a single value."""
        with self.transaction() as sql:
            put_fact(sql, name, value)

    def drop_fact(self, name: str) -> None:
        """Forget a single value."""
        with self.transaction() as sql:
            sql.execute("DELETE FROM facts WHERE name = ?", (name,))


def put_fact(sql: sqlite3.Connection, name: str, value: str) -> None:
    """Remember a single value within a transaction."""
    sql.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))
