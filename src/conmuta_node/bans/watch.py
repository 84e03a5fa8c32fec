"""Reads Asterisk's security events and shuts strangers out, within a second of the last sign.

Never shut out: this machine, gateways, addresses of the settings (`trusted`), and those from
which a telephone spoke with the right password within a day. What such an address does is told
in the status instead. Bans and their remainders are in the agent's memory.
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

import structlog

from conmuta_compiler.files.pjsip import SCANNER
from conmuta_node.ami import AmiClient, Message
from conmuta_node.bans.firewall import CannotBan, Firewall
from conmuta_node.bans.rules import (
    FORGET_SECONDS,
    Deeds,
    Sign,
    ban_seconds,
    plain,
    remote,
    subject,
)
from conmuta_node.errors import AsteriskIsDown
from conmuta_node.memory import Memory
from conmuta_node.problems import Problems
from conmuta_plan.node import BanTold

log = structlog.get_logger()

EVENTS = ("InvalidAccountID", "ChallengeResponseFailed", "FailedACL", "SuccessfulAuth")
GOOD_SECONDS = 86_400.0
NOTE_GOOD_SECONDS = 600.0  # so often an address is written down again as good
TIDY_SECONDS = 30.0
UNKNOWN = "<unknown>"
_SELF = ("127.0.0.1", "::1")
_WRONG_TELLS = 20  # wrong passwords of one account within ten minutes that are told
_BAN_FAILS = "bans"
_UNWRITTEN = "bans unwritten"
_GOOD = "INSERT OR REPLACE INTO good_addresses VALUES (?, ?)"
_BAN = "INSERT OR REPLACE INTO bans VALUES (?, ?, ?, ?, ?, 0)"


@dataclass(slots=True)
class BanWatch:
    """The part of the agent that shuts strangers out."""

    ami: AmiClient
    memory: Memory
    firewall: Firewall
    problems: Problems
    trusted: Callable[[], Iterable[str]]
    """Addresses and networks that are never shut out: gateways', configured."""
    ports: Callable[[], Iterable[int]]
    _deeds: dict[tuple[str, Sign], Deeds] = field(default_factory=dict)
    _good: dict[str, float] = field(default_factory=dict)
    _never: tuple[IPv4Network | IPv6Network, ...] = ()
    _put_ports: tuple[int, ...] | None = None

    async def run(self) -> None:
        """Watch for ever."""
        await asyncio.to_thread(self._remember_good)
        await asyncio.to_thread(self._look_whom_to_trust)
        tidying = asyncio.create_task(self._tidy_for_ever())
        try:
            with self.ami.events(*EVENTS) as events:
                async for event in events:
                    await self._take(event)
        finally:
            tidying.cancel()
            await asyncio.gather(tidying, return_exceptions=True)

    async def _take(self, event: Message) -> None:
        try:
            address = subject(remote(event["remoteaddress"]))
        except ValueError:
            return
        now, account = time.time(), event["accountid"]
        if event["event"] == "SuccessfulAuth":
            if event["usingpassword"] == "1":
                await self._note_good(address, now)
            return
        sign = _sign(event["event"], account)
        if sign is None:
            return
        deeds = self._deeds.setdefault((address, sign), Deeds())
        deeds.note(now, account)
        if reason := deeds.broken(sign, now):
            del self._deeds[address, sign]
            await self._ban(address, reason, now)

    async def _note_good(self, address: str, now: float) -> None:
        before = self._good.get(address, 0.0)
        self._good[address] = now
        self._deeds.pop((address, Sign.PASSWORD), None)
        if now - before > NOTE_GOOD_SECONDS:
            await asyncio.to_thread(self._write, _GOOD, (address, now))

    async def _ban(self, address: str, reason: str, now: float) -> None:
        await asyncio.to_thread(self._look_whom_to_trust)
        if self.is_trusted(address, now):
            sentence = f"{address} is trusted and does what strangers are shut out for: {reason}."
            self.problems.note(f"trusted {address}", sentence)
            return
        seconds = await asyncio.to_thread(self._write_ban, address, reason, now)
        log.warning("ban", address=address, reason=reason, seconds=seconds)
        try:
            await asyncio.to_thread(self.firewall.add, address, seconds)
            self.problems.clear(_BAN_FAILS)
        except (CannotBan, AsteriskIsDown, OSError) as error:
            self.problems.set(_BAN_FAILS, f"Strangers cannot be shut out: {error}")

    def is_trusted(self, address: str, now: float) -> bool:
        """Whether it is never shut out."""
        if now - self._good.get(address, 0.0) < GOOD_SECONDS:
            return True
        whose = ip_network(address)
        return any(whose.version == each.version and _overlap(whose, each) for each in self._never)

    def bans(self) -> tuple[BanTold, ...]:
        """Who is shut out now."""
        rows = self.memory.rows(
            "SELECT address, reason, at, until FROM bans WHERE until > ? ORDER BY at DESC LIMIT ?",
            (time.time(), MOST_TOLD),
        )
        return tuple(
            BanTold(address=str(a), reason=str(r), at=float(str(at)), until=float(str(until)))
            for a, r, at, until in rows
        )

    def lift(self, address: str) -> None:
        """Let an address in again, and forget what it did."""
        address = subject(address.partition("/")[0])
        with self.memory.transaction() as sql:
            sql.execute("DELETE FROM bans WHERE address = ?", (address,))
        for sign in Sign:
            self._deeds.pop((address, sign), None)
        self.firewall.lift(address)

    def put(self) -> None:
        """All bans as the memory has them, with what is left of their time."""
        now = time.time()
        rows = self.memory.rows("SELECT address, until FROM bans WHERE until > ?", (now,))
        self._put_ports = tuple(self.ports())
        self.firewall.put({str(a): float(str(u)) - now for a, u in rows}, self._put_ports)

    def remove(self) -> None:
        """Asterisk has stopped: nothing of ours stays in the machine's firewall."""
        try:
            self.firewall.remove()
        except (CannotBan, AsteriskIsDown, OSError) as error:
            log.warning("bans.not_removed", reason=str(error))

    # -- inside --

    async def _tidy_for_ever(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self._tidy)
            except (CannotBan, AsteriskIsDown, OSError, sqlite3.Error) as error:
                self.problems.set(_BAN_FAILS, f"Strangers cannot be shut out: {error}")
            await asyncio.sleep(TIDY_SECONDS)

    def _look_whom_to_trust(self) -> None:
        known = (*_SELF, *_valid(self.trusted()))
        self._never = tuple(ip_network(each, strict=False) for each in known)

    def _tidy(self) -> None:
        now = time.time()
        self._look_whom_to_trust()
        rows = self.memory.rows("SELECT count(*) FROM bans WHERE until <= ? AND lifted = 0", (now,))
        with self.memory.transaction() as sql:
            sql.execute("UPDATE bans SET lifted = 1 WHERE until <= ?", (now,))
            sql.execute("DELETE FROM bans WHERE until < ?", (now - LONG_AGO_SECONDS,))
            sql.execute("DELETE FROM good_addresses WHERE at < ?", (now - GOOD_SECONDS,))
        if rows[0][0] or self._put_ports != tuple(self.ports()):
            self.put()
        self._tell_wrong_passwords(now)
        for key, deeds in list(self._deeds.items()):
            if not deeds.signs or deeds.signs[-1][0] < now - FORGET_SECONDS:
                self._deeds.pop(key, None)

    def _tell_wrong_passwords(self, now: float) -> None:
        """A telephone that has a wrong password is not shut out, but somebody should know."""
        for (address, sign), deeds in list(self._deeds.items()):
            late = [account for at, account in list(deeds.signs) if at > now - FORGET_SECONDS]
            if sign is Sign.PASSWORD and len(late) >= _WRONG_TELLS:
                account = late[-1]
                self.problems.note(
                    f"password {account}",
                    f"The telephone of {account} at {address} gives a wrong password.",
                )

    def _remember_good(self) -> None:
        rows = self.memory.rows("SELECT address, at FROM good_addresses")
        self._good |= {str(address): float(str(at)) for address, at in rows}

    def _write_ban(self, address: str, reason: str, now: float) -> float:
        """Note it; for how long."""
        rows = self.memory.rows("SELECT times FROM bans WHERE address = ?", (address,))
        times = int(str(rows[0][0])) if rows else 0
        seconds = ban_seconds(times)
        self._write(_BAN, (address, reason, now, now + seconds, times + 1))
        return seconds

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        """On a full disk strangers are shut out all the same, until the agent is started anew."""
        try:
            with self.memory.transaction() as sql:
                sql.execute(statement, values)
            self.problems.clear(_UNWRITTEN)
        except sqlite3.Error as error:
            told = f"Who is shut out, and who is trusted, cannot be written down: {error}"
            self.problems.set(_UNWRITTEN, told)


MOST_TOLD = 200
LONG_AGO_SECONDS = 30 * 86_400.0  # so long an address is remembered as one that was shut out


def _sign(event: str, account: str) -> Sign | None:
    if event == "FailedACL":
        return Sign.SCANNER if account == SCANNER else None
    if event == "InvalidAccountID":
        return Sign.STRANGER
    return None if account == UNKNOWN else Sign.PASSWORD


def _valid(addresses: Iterable[str]) -> Iterable[str]:
    """Those that are addresses or networks: a gateway may be named by a host's name."""
    for each in addresses:
        try:
            plain(each.partition("/")[0])
        except ValueError:
            continue
        yield each


def _overlap(one: IPv4Network | IPv6Network, other: IPv4Network | IPv6Network) -> bool:
    """Two networks of the same version."""
    last = min(int(one.broadcast_address), int(other.broadcast_address))
    return max(int(one.network_address), int(other.network_address)) <= last
