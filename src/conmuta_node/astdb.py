"""Asterisk's own small database (AstDB), in which the dialplan looks up prefixes and numbers.

While Asterisk runs it holds a transaction open on the file, so that it is changed through the
manager interface: one connection, many actions on their way at once. While it is down the file
itself is written, in a transaction. `Rows` that begin with `/o-` are the plans' own.
"""

import contextlib
import re
import socket
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskIsDown

OURS = "/o-"
_SCHEMA = "CREATE TABLE IF NOT EXISTS astdb(key TEXT, value TEXT, PRIMARY KEY(key))"
_SHOWN = re.compile(r"^(/o-\S+)\s*: (.*?)\s*$", re.MULTILINE)
_AT_ONCE = 500  # actions on their way: their answers fit into what the kernel keeps
_SECONDS = 60.0
_END = b"\r\n\r\n"

Rows = dict[str, str]
"""`/family/key` → value."""


def rows_of(text: str) -> Rows:
    """The rows of an `astdb.tsv`."""
    rows = {}
    for line in text.splitlines():
        family, key, value = line.split("\t")
        rows[f"/{family}/{key}"] = value
    return rows


@dataclass(frozen=True, slots=True)
class Account:
    """How to speak to the manager interface."""

    port: int
    name: str
    secret: str


@dataclass(frozen=True, slots=True)
class AstDb:
    """The database of one Asterisk. Everything here blocks."""

    home: AsteriskHome
    account: Callable[[], Account] | None = None

    def fill(self, rows: Mapping[str, str], gone: Iterable[str] = ()) -> None:
        """Write rows into the file; Asterisk must be down."""
        path = self.home.state / "db/astdb.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(_SCHEMA)
            database.executemany("DELETE FROM astdb WHERE key = ?", ((key,) for key in gone))
            database.executemany("INSERT OR REPLACE INTO astdb VALUES (?, ?)", rows.items())

    def stored(self) -> Rows:
        """Our rows in the file; Asterisk must be down."""
        path = self.home.state / "db/astdb.sqlite3"
        if not path.exists():
            return {}
        with contextlib.closing(sqlite3.connect(path)) as database:
            database.execute(_SCHEMA)
            found = database.execute("SELECT key, value FROM astdb WHERE key LIKE '/o-%'")
            return {str(key): str(value) for key, value in found}

    def refill(self, family: str, rows: Mapping[str, str]) -> None:
        """Make a family in the file exactly these rows; Asterisk must be down."""
        path = self.home.state / "db/astdb.sqlite3"
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.closing(sqlite3.connect(path)) as database, database:
            database.execute(_SCHEMA)
            ends = (f"/{family}/", f"/{family}0")
            database.execute("DELETE FROM astdb WHERE key > ? AND key < ?", ends)
            database.executemany("INSERT OR REPLACE INTO astdb VALUES (?, ?)", rows.items())

    def shown(self) -> Rows:
        """Our rows, as a running Asterisk shows them."""
        return dict(_SHOWN.findall(self.home.cli("database show")))

    def change(self, rows: Mapping[str, str], gone: Iterable[str] = ()) -> None:
        """Put rows, then take those away that are to go; Asterisk must be up."""
        puts = (self.put(path, value) for path, value in rows.items())
        with _session(self._account()) as session:
            _all_done(session, puts, must=True)
            _all_done(session, map(self.delete, gone), must=False)

    def act(self, actions: Iterable[bytes]) -> None:
        """Actions of the manager interface one after the other, whatever becomes of each."""
        wanted = list(actions)
        if wanted:
            with _session(self._account()) as session:
                _all_done(session, wanted, must=False)

    @staticmethod
    def put(path: str, value: str) -> bytes:
        """The action that puts a row."""
        family, _, key = path[1:].rpartition("/")
        return f"Action: DBPut\r\nFamily: {family}\r\nKey: {key}\r\nVal: {value}\r\n\r\n".encode()

    @staticmethod
    def delete(path: str) -> bytes:
        """The action that takes one away."""
        family, _, key = path[1:].rpartition("/")
        return f"Action: DBDel\r\nFamily: {family}\r\nKey: {key}\r\n\r\n".encode()

    def _account(self) -> Account:
        if self.account is None:
            raise AsteriskIsDown("Asterisk's manager interface is not known here.")
        return self.account()


@contextlib.contextmanager
def _session(account: Account) -> Iterator[socket.socket]:
    try:
        with socket.create_connection(("127.0.0.1", account.port), timeout=_SECONDS) as session:
            login = f"Username: {account.name}\r\nSecret: {account.secret}\r\nEvents: off"
            _all_done(session, [f"Action: Login\r\n{login}\r\n\r\n".encode()], must=True)
            yield session
    except OSError as error:
        message = f"Asterisk's manager interface does not answer ({error})."
        raise AsteriskIsDown(message) from error


def _all_done(session: socket.socket, actions: Iterable[bytes], *, must: bool) -> None:
    """Send the actions and wait for their answers; what `must` be done and is not, is a fault."""
    for some in _groups(actions):
        session.sendall(b"".join(some))
        answers = _answers(session, len(some))
        if must and b"Response: Error" in answers:
            raise AsteriskIsDown("Asterisk did not take a row of its database.")


def _groups(actions: Iterable[bytes]) -> Iterator[list[bytes]]:
    group: list[bytes] = []
    for action in actions:
        group.append(action)
        if len(group) == _AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def _answers(session: socket.socket, count: int) -> bytes:
    """The next `count` answers, in whatever pieces they come; an empty line ends each."""
    heard, ended, rest = bytearray(), 0, 0
    while ended < count:
        piece = session.recv(1 << 16)
        if not piece:
            raise ConnectionResetError("the connection closed")
        heard += piece
        while (end := heard.find(_END, rest)) >= 0:
            ended, rest = ended + 1, end + len(_END)
    return bytes(heard)
