"""The ledger's file: accounts put in, calls extended and settled, blocks lifted.

Everything here blocks for as long as Asterisk's own writes take (milliseconds); the agent calls
it from threads. Any `sqlite3.Error` means that the ledger is out of order.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from conmuta_node.ledger.schema import SLICE_LONGEST, SLICE_SECONDS, SLICE_SHARE, script
from conmuta_plan import TenantPlan
from conmuta_plan.charging import affordable_seconds, cost
from conmuta_plan.node import FundsTold, LedgerEntry
from conmuta_plan.operator import Ceilings, OperatorLink, Price

FILE = "ledger.sqlite3"
LOCK_SECONDS = 5.0
DAYS_AHEAD = 400
_NEWS = (
    "id, kind, tenant, at, extension, linkedid, call, leg, number, country, currency, "
    "seconds, amount, reason, until"
)


@dataclass(frozen=True, slots=True)
class OpenCall:
    """An admitted call. `seconds` 0: nothing ends it; `answered` None: it rings."""

    id: str
    price: Price
    seconds: int
    reserved: int
    admitted: float
    answered: float | None
    channel: str
    alive: float | None

    @property
    def ends(self) -> float | None:
        """When Asterisk ends it, unless it is extended."""
        return self.answered + self.seconds if self.answered and self.seconds else None


@dataclass(frozen=True, slots=True)
class Block:
    """An extension that is shut, or the tenant where `extension` is ""."""

    tenant: str
    extension: str
    reason: str
    at: float
    until: float | None
    number: str


class Ledger:
    """One node's ledger. Each method is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> bool:
        """Make the file, or bring its views and triggers up to date; whether it is new."""
        with closing(self._connect()) as sql:
            tables = sql.execute("SELECT count(*) FROM sqlite_master WHERE name = 'calls'")
            is_new = not tables.fetchone()[0]
            sql.execute("PRAGMA journal_mode=WAL")
            sql.executescript(script())
            if is_new:
                self._begin_numbers(sql)
        self.path.chmod(0o600)
        return is_new

    def _begin_numbers(self, sql: sqlite3.Connection) -> None:
        """Numbers that an earlier ledger of this node never came to: milliseconds of now."""
        first = int(time.time() * 1000)
        sql.execute(
            "INSERT INTO news (id, kind, tenant, at) VALUES (?, 'opened', '', ?)",
            (first, time.time()),
        )

    def open_or_replace(self) -> str:
        """Open the file; one that cannot be read is put aside, and why is told; else "".

        Raises `sqlite3.OperationalError` where it is only locked, or the disk is full.
        """
        try:
            self.open()
            with closing(self._connect()) as sql:
                (state,) = sql.execute("PRAGMA quick_check(1)").fetchone()
            if state == "ok":
                return ""
            reason = str(state)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            reason = str(error)
        for end in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + end)
            if part.exists():
                part.replace(part.with_name(f"{part.name}.broken"))
        self.open()
        return reason

    # -- what plans say --

    def put(self, plan: TenantPlan) -> None:
        """What `plan` lets its tenant spend; funds stay as they were told."""
        if plan.operator is None:
            self.drop(plan.tenant)
            return
        with self._writing() as sql:
            self._put_account(sql, plan, plan.operator)
            self._put_guard(sql, plan.tenant, plan.operator)
            _put_days(sql, plan.time_zone, datetime.now(UTC))

    def _put_account(self, sql: sqlite3.Connection, plan: TenantPlan, link: OperatorLink) -> None:
        guard = link.guard
        sql.execute(
            "INSERT INTO accounts (tenant, zone, country, prepaid, every_country, premium)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (tenant) DO UPDATE SET zone = excluded.zone,"
            " country = excluded.country, prepaid = excluded.prepaid,"
            " every_country = excluded.every_country, premium = excluded.premium",
            (
                plan.tenant,
                plan.time_zone,
                plan.country.upper(),
                link.prepaid,
                guard.every_country,
                guard.premium,
            ),
        )

    def _put_guard(self, sql: sqlite3.Connection, tenant: str, link: OperatorLink) -> None:
        guard = link.guard
        _delete(sql, tenant, ("open_countries", "ceilings"))
        sql.executemany(
            "INSERT OR IGNORE INTO open_countries VALUES (?, ?)",
            [(tenant, country.upper()) for country in guard.countries],
        )
        each = {"": guard.tenant, "*": guard.each_extension, **guard.extensions}
        sql.executemany(
            "INSERT INTO ceilings VALUES (?, ?, ?, ?, ?, ?)",
            [(tenant, who, *_ceilings(limits)) for who, limits in each.items()],
        )

    def drop(self, tenant: str) -> None:
        """Forget a tenant; its charges that are not sent yet stay, and its calls end in order."""
        with self._writing() as sql:
            _delete(sql, tenant, ("accounts", "open_countries", "ceilings", "blocks", "paces"))
            _delete(sql, tenant, ("used", "seen"))

    def accounts(self) -> frozenset[str]:
        """Tenants that are in the ledger."""
        return frozenset(str(row[0]) for row in self._rows("SELECT tenant FROM accounts"))

    def ceiling(self, tenant: str, extension: str) -> Ceilings | None:
        """A ceiling in force: of the tenant (""), of each extension ("*"), or of one."""
        rows = self._rows(
            "SELECT money, seconds / 60, calls, countries FROM ceilings"
            " WHERE tenant = ? AND extension = ?",
            (tenant, extension),
        )
        names = list(Ceilings.__dataclass_fields__)
        return Ceilings(**dict(zip(names, rows[0], strict=True))) if rows else None

    def renew_days(self) -> None:
        """Days of every zone for more than a year ahead, and none of long ago."""
        with self._writing() as sql:
            now = datetime.now(UTC)
            for (zone,) in sql.execute("SELECT DISTINCT zone FROM accounts").fetchall():
                _put_days(sql, zone, now)
            sql.execute("DELETE FROM days WHERE starts < ?", (now.timestamp() - 10 * 86_400,))
            old = (now - timedelta(days=40)).date().isoformat()
            sql.execute("DELETE FROM used WHERE day < ?", (old,))

    # -- what the server says --

    def tell_funds(self, tenant: str, told: FundsTold) -> None:
        """The server's word on funds; one that knows fewer charges than the last is too old."""
        with self._writing() as sql:
            sql.execute(
                "INSERT INTO funds VALUES (:tenant, :amount, :currency, :as_of,"
                " (SELECT coalesce(sum(amount), 0) FROM news WHERE tenant = :tenant AND id > :as_of"
                "  AND kind = 'charge'))"
                " ON CONFLICT (tenant) DO UPDATE SET amount = excluded.amount,"
                " currency = excluded.currency, as_of = excluded.as_of,"
                " used_since = excluded.used_since WHERE as_of <= excluded.as_of",
                {"tenant": tenant, **asdict(told)},
            )

    def unblock(self, tenant: str, extension: str) -> bool:
        """Lift a block; what counted towards it counts no more. Whether there was one."""
        with self._writing() as sql:
            place = (tenant, extension)
            gone = sql.execute("DELETE FROM blocks WHERE tenant = ? AND extension = ?", place)
            sql.execute("DELETE FROM used WHERE tenant = ? AND extension = ?", place)
            sql.execute("DELETE FROM paces WHERE tenant = ? AND extension = ?", place)
            sql.execute("UPDATE seen SET day = '' WHERE tenant = ? AND extension = ?", place)
            if gone.rowcount:
                sql.execute(
                    "INSERT INTO news (kind, tenant, at, extension) VALUES ('lifted', ?, ?, ?)",
                    (tenant, time.time(), extension),
                )
            return gone.rowcount > 0

    def blocks(self) -> list[Block]:
        """Who is shut now."""
        rows = self._rows(
            "SELECT tenant, extension, reason, at, until, number FROM blocks"
            " WHERE until IS NULL OR until > ? ORDER BY at",
            (time.time(),),
        )
        return [Block(*row) for row in rows]

    def funds_left(self, tenant: str) -> int | None:
        """What is told, less what was charged since; None before the server's first word."""
        rows = self._rows("SELECT amount - used_since FROM funds WHERE tenant = ?", (tenant,))
        left: int | None = rows[0][0] if rows else None
        return left

    # -- calls that are up --

    def open_calls(self) -> list[OpenCall]:
        """Calls that were admitted and have not ended."""
        rows = self._rows(
            "SELECT id, per_minute, setup, minimum, increment, seconds, reserved, admitted,"
            " answered, coalesce(channel, ''), alive FROM calls WHERE reason = ''"
        )
        return [_open_call(row) for row in rows]

    def extend(self, call: OpenCall, now: float) -> int | None:
        """Reserve more for a call that is up: its new length, None where there is no more."""
        with self._writing() as sql:
            sql.execute("INSERT OR REPLACE INTO asking VALUES (?)", (call.id,))
            row = sql.execute(
                "SELECT amount_left, seconds_left, is_blocked, c.seconds FROM amounts a"
                " JOIN calls c ON c.id = a.id WHERE a.id = ?",
                (call.id,),
            ).fetchone()
            sql.execute("DELETE FROM asking WHERE id = ?", (call.id,))
            if row is None or row[2] or row[3] != call.seconds:
                return None
            seconds = _longer(call, row[0], row[1], now)
            if seconds <= call.seconds:
                return None
            sql.execute(
                "UPDATE calls SET seconds = ?, reserved = ? WHERE id = ?",
                (seconds, cost(call.price, seconds), call.id),
            )
            return seconds

    def note_alive(self, calls: Iterable[OpenCall], now: float) -> None:
        """These calls are up now."""
        with self._writing() as sql:
            sql.executemany("UPDATE calls SET alive = ? WHERE id = ?", [(now, c.id) for c in calls])

    def settle(self, call: OpenCall, ended: float) -> None:
        """End a call whose end Asterisk did not note: charged to when it was last up."""
        with self._writing() as sql:
            if call.answered is None:
                sql.execute("DELETE FROM calls WHERE id = ? AND answered IS NULL", (call.id,))
                return
            ended = min(ended, call.ends or ended)
            sql.execute(
                "INSERT INTO ended (call, answered, ended) VALUES (?, ?, ?)",
                (call.id, call.answered, max(ended, call.answered)),
            )

    def sweep_refused(self, before: float) -> None:
        """Forget refused calls, and news that was sent and is settled, of long ago."""
        with self._writing() as sql:
            sql.execute("DELETE FROM calls WHERE reason <> '' AND admitted < ?", (before,))
            sql.execute("DELETE FROM blocks WHERE until < ?", (before,))

    # -- for the server --

    def news(self, after: int, most: int = 1000) -> list[LedgerEntry]:
        """Entries after the one numbered `after`, oldest first."""
        rows = self._rows(
            f"SELECT {_NEWS} FROM news WHERE id > ? ORDER BY id LIMIT ?",  # noqa: S608 — a constant
            (after, most),
        )
        return [_entry(row) for row in rows]

    def forget_news(self, upto: int, before: float) -> None:
        """Drop entries that are handed over, old, and part of the funds as told."""
        with self._writing() as sql:
            sql.execute(
                "DELETE FROM news WHERE id <= ? AND at < ? AND id <= coalesce("
                "(SELECT f.as_of FROM funds f WHERE f.tenant = news.tenant), id)",
                (upto, before),
            )

    def beat(self) -> None:
        """Write something: raises `sqlite3.Error` where the ledger cannot be written."""
        with self._writing() as sql:
            sql.execute("INSERT OR REPLACE INTO beats VALUES (1, ?)", (time.time(),))

    # -- inside --

    def _connect(self) -> sqlite3.Connection:
        sql = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)
        sql.execute("PRAGMA synchronous=NORMAL")
        return sql

    def _rows(self, text: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with closing(self._connect()) as sql:
            return list(sql.execute(text, values))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as sql:
            sql.execute("BEGIN IMMEDIATE")
            try:
                yield sql
                sql.execute("COMMIT")
            except BaseException:
                if sql.in_transaction:
                    sql.execute("ROLLBACK")
                raise


def _put_days(sql: sqlite3.Connection, zone: str, now: datetime) -> None:
    """When each day begins in `zone`, from yesterday on."""
    place = ZoneInfo(zone)
    first = now.astimezone(place).date() - timedelta(days=1)
    rows = []
    for number in range(DAYS_AHEAD):
        day = first + timedelta(days=number)
        starts = datetime(day.year, day.month, day.day, tzinfo=place).timestamp()
        rows.append((zone, int(starts), day.isoformat()))
    sql.executemany("INSERT OR IGNORE INTO days VALUES (?, ?, ?)", rows)


def _delete(sql: sqlite3.Connection, tenant: str, tables: Iterable[str]) -> None:
    for table in tables:
        sql.execute(f"DELETE FROM {table} WHERE tenant = ?", (tenant,))  # noqa: S608 — a constant


def _ceilings(limits: Ceilings) -> tuple[int | None, ...]:
    minutes = limits.minutes_per_day
    return (
        limits.money_per_day,
        None if minutes is None else minutes * 60,
        limits.calls_per_minute,
        limits.new_countries_per_day,
    )


def _longer(call: OpenCall, money: int | None, seconds: int | None, now: float) -> int:
    """How long a call may last now: a share more of what is left, at least a minute from now."""
    elapsed = max(0, int(now - (call.answered or now)))
    wanted = elapsed + SLICE_SECONDS
    if money is not None:
        share = affordable_seconds(call.price, call.reserved + max(0, money) // SLICE_SHARE)
        most = affordable_seconds(call.price, call.reserved + max(0, money))
    else:
        share = most = elapsed + SLICE_LONGEST
    longest = min(max(share, wanted), most, elapsed + SLICE_LONGEST)
    if seconds is not None:
        longest = min(longest, call.seconds + max(0, seconds))
    return longest


def _open_call(row: tuple[Any, ...]) -> OpenCall:
    name, per_minute, setup, minimum, increment, *rest = row
    price = Price(per_minute=per_minute, setup=setup, minimum=minimum, increment=increment)
    return OpenCall(name, price, *rest)


def _entry(row: tuple[Any, ...]) -> LedgerEntry:
    values = dict(zip(_NEWS.split(", "), row, strict=True))
    until = _told_time(values["until"]) if values["until"] else ""
    return msgspec.convert({**values, "at": _told_time(values["at"]), "until": until}, LedgerEntry)


def _told_time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
