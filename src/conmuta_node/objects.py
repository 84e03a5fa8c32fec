"""Telephones, gateways and mailboxes as Asterisk reads them: a local SQLite file.

Asterisk looks an object up when a telephone registers or a call is made (`res_config_sqlite3`
behind sorcery's memory cache), so a change needs no reload, and boot does not grow with the square
of the count as from files (ADR 0050). Mailboxes are the same to its voicemail, which
keeps those of files in a list that it walks for each (ADR 0052). The texts that a person reads
stay `plans/T/DIGEST/phones.conf`, `gateways.conf` and `mailboxes.conf`; this table is made
from them, and from the PINs in Asterisk's spool, and can be thrown away at any time.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

FILES = ("phones.conf", "gateways.conf", "mailboxes.conf")
"""A tenant's or an operator's texts that are loaded into the table."""
CACHED = ("endpoint", "auth", "aor")
"""Kinds that sorcery keeps in memory; a mailbox is looked up whenever it is used."""
TABLES = {
    "endpoint": "ps_endpoints",
    "auth": "ps_auths",
    "aor": "ps_aors",
    "mailbox": "voicemail_users",
}
# Asterisk reads and writes the view. No row counts as changed where a trigger takes the change, so
# Asterisk also writes the new PIN to its spool, as without a table: from there it comes back.
_MAILBOXES = (
    """CREATE TABLE IF NOT EXISTS voicemail_users
    (id TEXT PRIMARY KEY, mailbox TEXT, context TEXT, pin TEXT)""",
    "CREATE INDEX IF NOT EXISTS voicemail_users_place ON voicemail_users(mailbox, context)",
    "CREATE TABLE IF NOT EXISTS voicemail_pins(id TEXT PRIMARY KEY, pin TEXT) WITHOUT ROWID",
    """CREATE VIEW IF NOT EXISTS voicemail AS
    SELECT u.*, coalesce(p.pin, u.pin) AS password, NULL AS uniqueid
    FROM voicemail_users u LEFT JOIN voicemail_pins p ON p.id = u.id""",
    """CREATE TRIGGER IF NOT EXISTS voicemail_pin INSTEAD OF UPDATE OF password ON voicemail
    BEGIN INSERT OR REPLACE INTO voicemail_pins(id, pin) VALUES (OLD.id, NEW.password); END""",
)
_NO_PINS: Mapping[str, str] = MappingProxyType({})
_OPTION = re.compile(r"[a-z0-9_]+\Z")
_SECTION = re.compile(r"\[(?P<id>[^\[\]]+)\]\s*\Z")


class MalformedObjects(ValueError):
    """A text that is not one of objects: its message names the line."""


@dataclass(frozen=True, slots=True)
class PhoneObject:
    """One section: `kind` is one of `TABLES`; options as written."""

    kind: str
    id: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChangedObjects:
    """(kind, id) of the objects that Asterisk may have cached and must read again.

    `gone` are those of them that are there no more.
    """

    stale: frozenset[tuple[str, str]] = frozenset()
    gone: frozenset[tuple[str, str]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.stale)


def joined(texts: Mapping[str, str]) -> str:
    """The `FILES` of one of them (name → text) as one text."""
    return "\n".join(texts.get(name, "") for name in FILES)


def parse_objects(text: str) -> tuple[PhoneObject, ...]:
    """The sections of `text`. Raises `MalformedObjects` for what has no kind, or two values."""
    found: list[tuple[str, dict[str, str]]] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line = _without_comment(raw).strip()
        if not line:
            continue
        if section := _SECTION.match(line):
            found.append((section["id"], {}))
            continue
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not found or not _OPTION.match(name) or name in found[-1][1]:
            raise MalformedObjects(f"line {number}: `{raw}` is no option of an object")
        found[-1][1][name] = value.removeprefix(">").strip()  # Asterisk's other sign is =>
    return tuple(_object(identity, options) for identity, options in found)


def _object(identity: str, options: dict[str, str]) -> PhoneObject:
    kind = options.pop("type", "")
    if kind not in TABLES:
        raise MalformedObjects(f"[{identity}]: `type={kind}` is no telephone's object")
    return PhoneObject(kind, identity, options)


def _without_comment(line: str) -> str:
    """Asterisk's rule: `;` begins a comment unless escaped as `\\;`."""
    parts = re.split(r"(?<!\\);", line, maxsplit=1)
    return parts[0].replace("\\;", ";")


def expiry_commands(changed: ChangedObjects) -> list[str]:
    """Asterisk CLI commands after which it reads the changed objects anew."""
    return [
        f"sorcery memory cache expire res_pjsip/{kind} {identity}"
        for kind, identity in sorted(changed.stale)
        if kind in CACHED
    ]


class PhoneObjects:
    """The table. Writes are transactions; Asterisk reads meanwhile (write-ahead log)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._database() as database:
            database.execute(
                "CREATE TABLE IF NOT EXISTS owners"
                "(kind TEXT, id TEXT, tenant TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID"
            )
            database.execute("CREATE INDEX IF NOT EXISTS owners_tenant ON owners(tenant)")
            for kind in CACHED:
                database.execute(f"CREATE TABLE IF NOT EXISTS {TABLES[kind]}(id TEXT PRIMARY KEY)")
            self._drop_asterisks_own(database)
            for statement in _MAILBOXES:
                database.execute(statement)
        path.chmod(0o600)

    @staticmethod
    def _drop_asterisks_own(database: sqlite3.Connection) -> None:
        """An Asterisk that starts before this file is made makes an empty table of that name."""
        found = database.execute("SELECT type FROM sqlite_master WHERE name = 'voicemail'")
        if found.fetchone() == ("table",):
            database.execute("DROP TABLE voicemail")

    def replace(self, tenant: str, text: str) -> ChangedObjects:
        """Make `tenant`'s objects exactly those of `text`; tells what changed.

        Raises `MalformedObjects`, with nothing changed, also for another tenant's object.
        """
        wanted = {(item.kind, item.id): dict(item.options) for item in parse_objects(text)}
        with self._database() as database:
            current = self._owned(database, tenant)
            gone = set(current) - set(wanted)
            fresh = {key: row for key, row in wanted.items() if current.get(key) != row}
            self._refuse_foreign(database, tenant, fresh)
            self._forget_pins(database, current, wanted)
            self._delete(database, gone | (set(fresh) & set(current)))
            self._insert(database, tenant, fresh)
        return ChangedObjects(frozenset(gone | set(fresh)), frozenset(gone))

    def replace_all(self, texts: Mapping[str, str], pins: Mapping[str, str] = _NO_PINS) -> None:
        """Make the whole table out of `texts` (tenant → text), for a boot from disk.

        `pins` are those that telephones set: mailbox (as `550@acme`) → PIN.

        Rows go in by descending name, since sorcery sorts what it retrieves by insertion from
        the list's head: so each insertion is one step.
        """
        everything = [
            (item, tenant) for tenant, text in texts.items() for item in parse_objects(text)
        ]
        everything.sort(key=lambda pair: pair[0].id.encode(), reverse=True)
        with self._database() as database:
            database.execute("DELETE FROM owners")
            for table in TABLES.values():
                database.execute(f"DELETE FROM {table}")  # noqa: S608 — a constant
            for kind in TABLES:
                self._insert_rows(database, kind, [i for i, _ in everything if i.kind == kind])
            database.executemany(
                "INSERT INTO owners(kind, id, tenant) VALUES (?, ?, ?)",
                [(item.kind, item.id, tenant) for item, tenant in everything],
            )
            database.execute("DELETE FROM voicemail_pins")
            database.executemany("INSERT INTO voicemail_pins(id, pin) VALUES (?, ?)", pins.items())

    def remove(self, tenant: str) -> ChangedObjects:
        """Take away all that `tenant` has."""
        return self.replace(tenant, "")

    def addresses(self) -> dict[str, dict[str, str]]:
        """All aors: name → options."""
        with self._database() as database:
            cursor = database.execute("SELECT * FROM ps_aors")
            names = [column[0] for column in cursor.description]
            rows = (dict(zip(names, row, strict=True)) for row in cursor)
            return {
                row["id"]: {n: v for n, v in row.items() if n != "id" and v is not None}
                for row in rows
            }

    def tenants(self) -> frozenset[str]:
        """Tenants with at least one object."""
        with self._database() as database:
            return frozenset(row[0] for row in database.execute("SELECT tenant FROM owners"))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10, isolation_level=None)) as database:
            database.execute("PRAGMA journal_mode=WAL")
            # The table is made again from the plans after a power cut: no wait for the disk.
            database.execute("PRAGMA synchronous=OFF")
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
            except BaseException:
                database.execute("ROLLBACK")
                raise
            database.execute("COMMIT")

    def _owned(
        self, database: sqlite3.Connection, tenant: str
    ) -> dict[tuple[str, str], dict[str, str]]:
        owned: dict[tuple[str, str], dict[str, str]] = {}
        for kind, table in TABLES.items():
            cursor = database.execute(
                f"SELECT t.* FROM owners o JOIN {table} t ON t.id = o.id "  # noqa: S608 — a constant
                "WHERE o.tenant = ? AND o.kind = ?",
                (tenant, kind),
            )
            names = [column[0] for column in cursor.description]
            for row in cursor:
                filled = {n: v for n, v in zip(names, row, strict=True) if v is not None}
                owned[kind, filled.pop("id")] = filled
        return owned

    def _refuse_foreign(
        self, database: sqlite3.Connection, tenant: str, keys: Iterable[tuple[str, str]]
    ) -> None:
        for kind, identity in keys:
            owner = database.execute(
                "SELECT tenant FROM owners WHERE kind = ? AND id = ?", (kind, identity)
            ).fetchone()
            if owner and owner[0] != tenant:
                raise MalformedObjects(f"[{identity}] belongs to tenant {owner[0]}")

    def _forget_pins(
        self,
        database: sqlite3.Connection,
        current: Mapping[tuple[str, str], Mapping[str, str]],
        wanted: Mapping[tuple[str, str], Mapping[str, str]],
    ) -> None:
        """The last word counts: a PIN that the plan changes goes before one set by telephone."""
        for key, row in current.items():
            if key not in wanted or row.get("pin") != wanted[key].get("pin"):
                database.execute("DELETE FROM voicemail_pins WHERE id = ?", (key[1],))

    def _delete(self, database: sqlite3.Connection, keys: Iterable[tuple[str, str]]) -> None:
        for kind, identity in keys:
            database.execute(f"DELETE FROM {TABLES[kind]} WHERE id = ?", (identity,))  # noqa: S608
            database.execute("DELETE FROM owners WHERE kind = ? AND id = ?", (kind, identity))

    def _insert(
        self,
        database: sqlite3.Connection,
        tenant: str,
        objects: Mapping[tuple[str, str], Mapping[str, str]],
    ) -> None:
        for (kind, identity), options in objects.items():
            self._insert_rows(database, kind, [PhoneObject(kind, identity, options)])
            database.execute(
                "INSERT INTO owners(kind, id, tenant) VALUES (?, ?, ?)", (kind, identity, tenant)
            )

    def _insert_rows(
        self, database: sqlite3.Connection, kind: str, objects: list[PhoneObject]
    ) -> None:
        table = TABLES[kind]
        names = sorted({name for item in objects for name in item.options})
        known = {row[1] for row in database.execute(f"PRAGMA table_info({table})")}
        for name in names:
            if name not in known:
                database.execute(f'ALTER TABLE {table} ADD COLUMN "{name}" TEXT')
        columns = ", ".join(["id", *(f'"{name}"' for name in names)])
        marks = ", ".join("?" * (len(names) + 1))
        database.executemany(
            f"INSERT INTO {table}({columns}) VALUES ({marks})",  # noqa: S608
            [(item.id, *(item.options.get(name) for name in names)) for item in objects],
        )
