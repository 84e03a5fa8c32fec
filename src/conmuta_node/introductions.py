"""Telephones and gateways introduced to Asterisk, so that it knows whether each is there.

Asterisk watches an address for its endpoint (for lamps, for queues) once it has met the two, and
it meets them by asking for all endpoints: at its start, and for each address that it is told to
look at. With 20,000 such a look takes seconds, and a start 20 s (ADR 0098). So the table is never
read whole: asked for all, Asterisk gets the rows of a family of AstDB, where those stand that are
being introduced and nobody else. As many as make no difference are listed before it starts; the
others follow while it serves calls already, gateways and registered telephones first.

A row of that family is an endpoint that nobody can use: it wants a secret that does not exist.
"""

import asyncio
import contextlib
import json
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from conmuta_compiler import names
from conmuta_compiler.files.tables import INTRODUCED
from conmuta_node.ami import AmiClient
from conmuta_node.astdb import AstDb, Rows
from conmuta_node.errors import AsteriskIsDown
from conmuta_node.memory import Memory
from conmuta_node.objects import ChangedObjects, PhoneObjects
from conmuta_node.processes import ProcessMark

log = structlog.get_logger()

AT_START = 2000
AT_ONCE = 50
PAUSE_SECONDS = 0.05  # between two of them, which take some 30 ms of Asterisk's time
LOOK_SECONDS = 1.0
BOOT_SECONDS = 600.0
FEW = 2  # so many at once are introduced also where each look takes seconds
EVENTS = ("Reload",)
_FACT = "introduced"
_CONTACTS = (
    "SELECT key FROM astdb WHERE key > '/registrar/contact/' AND key < '/registrar/contact0'"
)
_NOBODY = {"max_contacts": "1"}
_WHOLE = frozenset({"All", "res_pjsip.so", "res_pjsip"})


def list_first(db: AstDb, objects: PhoneObjects) -> list[str]:
    """Before Asterisk starts: those whom it meets at once; the names of all others."""
    addresses = objects.addresses()
    order = _in_order(addresses, _registered(db.home.state / "db/astdb.sqlite3"))
    rows: Rows = {}
    for name in order[:AT_START]:
        rows |= {_endpoint(name): _endpoint_value(name), _aor(name): json.dumps(addresses[name])}
    db.refill(INTRODUCED, rows)
    return order[AT_START:]


@dataclass(slots=True)
class Introductions:
    """Whom the running Asterisk has still to meet."""

    db: AstDb
    objects: PhoneObjects
    memory: Memory
    rests: Callable[[], bool] = lambda: False
    """Whether the Asterisk that runs still reads all telephones at each look (it was started by an
    agent from before ADR 0098, and waits for quiet): whoever is left waits for its restart."""
    _left: list[str] = field(default_factory=list)
    _listed: bool = False
    """Whether an Asterisk that starts now begins with our list."""
    _process: ProcessMark | None = None
    """The Asterisk to which all are introduced but those left."""
    _doubted: bool = False
    """Whether everyone is to be introduced anew. What else is here changes under the lock alone."""

    async def run(self, lock: asyncio.Lock, ami: AmiClient) -> None:
        """Introduce whoever is left, for ever; `lock` is held while Asterisk is changed."""
        watch = asyncio.create_task(self._watch_reloads(ami))
        try:
            while True:
                more = False
                try:
                    async with lock:
                        more = await asyncio.to_thread(self.go_on)
                except (AsteriskIsDown, OSError, sqlite3.Error) as error:
                    log.info("introductions.later", reason=str(error))
                await asyncio.sleep(PAUSE_SECONDS if more else LOOK_SECONDS)
        finally:
            watch.cancel()

    def list_first(self) -> None:
        """Before Asterisk starts. Where it cannot be written, as on a full disk, all follow later:
        calls do not wait for that."""
        self._listed, self._process = False, None
        try:
            self._left = list_first(self.db, self.objects)
            self._listed = True
        except (OSError, sqlite3.Error) as error:
            log.warning("introductions.not_listed", reason=str(error))

    def again(self) -> None:
        """Everyone once more: what Asterisk knows is in doubt. At any time, from any thread."""
        self._doubted = True
        self.memory.set_fact(_FACT, "")

    def go_on(self) -> bool:
        """Introduce some of those left; whether there are more."""
        if self.rests():
            return False
        if self._doubted:
            self._doubted, self._listed, self._process = False, False, None
            self.memory.set_fact(_FACT, "")
        if self._process is None or not self._process.alive():
            self._begin()
        if not self._left:
            return False
        self._introduce(self._left[:AT_ONCE])
        del self._left[:AT_ONCE]
        if not self._left:
            self._note_all()
        return bool(self._left)

    def change(self, changed: ChangedObjects) -> None:
        """What the table has of these is another: new, changed or gone."""
        gone = {name for kind, name in changed.gone if kind == "aor"}
        fresh = {name for kind, name in changed.stale if kind == "aor"} - gone
        if self.rests() and len(gone | fresh) > FEW:
            self._later(fresh, "Asterisk reads all telephones until it is restarted")
            return
        try:
            self.db.act(action for name in sorted(gone) for action in _part(name))
            self._introduce(sorted(fresh))
        except AsteriskIsDown as error:
            self._later(fresh, str(error))

    def _later(self, names: Iterable[str], reason: str) -> None:
        log.info("introductions.later", reason=reason)
        self._left[:0] = sorted(names)
        self.memory.set_fact(_FACT, "")  # should the agent end before that

    def _begin(self) -> None:
        process = self.db.home.process()
        if process is None:
            raise AsteriskIsDown("Asterisk is down.")
        self.db.home.cli("core waitfullybooted", BOOT_SECONDS)  # it reads the list until then
        self.db.home.cli(f"database deltree {INTRODUCED}")
        if not self._listed:
            known = self.memory.fact(_FACT) == _word(process)
            self._left = [] if known else self._everyone()
        self._listed, self._process = False, process
        if not self._left:
            self._note_all()

    def _everyone(self) -> list[str]:
        registered = _registered(self.db.home.state / "db/astdb.sqlite3")
        return _in_order(self.objects.addresses(), registered)

    def _note_all(self) -> None:
        if self._process is not None:
            self.memory.set_fact(_FACT, _word(self._process))

    def _introduce(self, some: Iterable[str]) -> None:
        self.db.act(action for name in some for action in _meet(name))

    async def _watch_reloads(self, ami: AmiClient) -> None:
        """A reload of all SIP by a person's hand makes Asterisk forget who is not in its list."""
        with ami.events(*EVENTS) as events:
            async for event in events:
                if event["module"] in _WHOLE:
                    with contextlib.suppress(sqlite3.Error):  # it is in doubt all the same
                        await asyncio.to_thread(self.again)


def _in_order(addresses: Mapping[str, Mapping[str, str]], registered: Collection[str]) -> list[str]:
    """Gateways, then telephones that are there, then those that may come."""
    rank = {
        name: (not row.get("contact"), name not in registered) for name, row in addresses.items()
    }
    return sorted(addresses, key=lambda name: (rank[name], name))


def _registered(astdb: Path) -> frozenset[str]:
    """Addresses with a contact, as Asterisk's registrar keeps them."""
    try:
        database = sqlite3.connect(f"file:{astdb}?mode=ro", uri=True, timeout=1)
    except sqlite3.Error:
        return frozenset()
    try:
        keys = (str(key) for (key,) in database.execute(_CONTACTS))
        return frozenset(key.removeprefix("/registrar/contact/").split(";@")[0] for key in keys)
    except sqlite3.Error:
        return frozenset()
    finally:
        database.close()


def _meet(name: str) -> Iterator[bytes]:
    yield AstDb.put(_endpoint(name), _endpoint_value(name))
    yield _command(f"pjsip reload qualify aor {name}")
    yield AstDb.delete(_endpoint(name))


def _part(name: str) -> Iterator[bytes]:
    """Asterisk would go on asking a gateway's address whether it is there."""
    expire = _command(f"sorcery memory cache expire res_pjsip/aor {name}")
    yield AstDb.put(_aor(name), json.dumps(_NOBODY))
    yield expire
    yield _command(f"pjsip reload qualify aor {name}")
    yield AstDb.delete(_aor(name))
    yield expire


def _command(line: str) -> bytes:
    return f"Action: Command\r\nCommand: {line}\r\n\r\n".encode()


def _endpoint(name: str) -> str:
    return f"/{INTRODUCED}/endpoint/{name}"


def _endpoint_value(name: str) -> str:
    return json.dumps({"aors": name, "auth": INTRODUCED, "context": names.NOWHERE})


def _aor(name: str) -> str:
    return f"/{INTRODUCED}/aor/{name}"


def _word(process: ProcessMark) -> str:
    return f"{process.pid}:{process.born}"
