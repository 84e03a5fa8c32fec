"""Keeps the ledger true while calls are up, and in order.

Each round it extends the calls that may last longer, notes which calls are up, settles those
whose end nobody noted (Asterisk was killed, or the ledger was locked when they ended), and hands
news to the stream `ledger`. Calls need none of it to end in time: each ends at what it reserved.
"""

import asyncio
import sqlite3
import time
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from conmuta_node.ami import AmiClient
from conmuta_node.apply.plans import PlanStore
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import ActionFailed, AsteriskIsDown
from conmuta_node.ledger.book import Ledger, OpenCall
from conmuta_node.memory import Memory, put_fact
from conmuta_node.problems import Problems
from conmuta_node.spool.outbox import add_lines
from conmuta_plan.node import Stream
from conmuta_plan.operator import OPERATOR_PREFIX

log = structlog.get_logger()

ROUND_SECONDS = 2.0
EXTEND_SECONDS = 20.0  # a call is extended when so much of its slice is left
SWEEP_SECONDS = 300.0
KEPT_SECONDS = 2 * 86_400.0
GRACE_SECONDS = 3.0  # what Asterisk began while it was asked for its channels
_SENT = "ledger_sent"
_TROUBLE = "ledger"
_CONNECTOR = "res_odbc.so"
_MADE_ANEW = (
    "The ledger of calls could not be read ({reason}) and was made anew: prepaid tenants wait for "
    "the server's word on their funds. What it held is beside it, as ledger.sqlite3.broken."
)
_OUT_OF_ORDER = (
    "The ledger of calls is out of order ({reason}): emergency calls and calls inside the country "
    "pass, calls abroad and premium numbers are refused."
)


@dataclass(slots=True)
class Keeper:
    """The part of the agent that looks after the ledger."""

    home: AsteriskHome
    store: PlanStore
    ledger: Ledger
    memory: Memory
    ami: AmiClient
    problems: Problems
    _missed: set[str] = field(default_factory=set)
    """Calls that were gone when last looked: gone twice, they are settled."""
    _put: dict[str, str] = field(default_factory=dict)
    """Tenant → folder of the plan that the ledger has."""
    _last_sweep: float = 0.0

    def prepare(self) -> None:
        """Before Asterisk starts: the ledger is there, with accounts, and without calls of a
        life before."""
        try:
            self._open()
            self._follow_plans()
            if not self.home.running():
                self._settle_all(self.ledger.open_calls())
        except sqlite3.Error as error:
            self._out_of_order(error)

    def _open(self) -> None:
        reason = self.ledger.open_or_replace()
        if not reason:
            return
        log.error("ledger.made_anew", reason=reason)
        self.problems.note("ledger made anew", _MADE_ANEW.format(reason=reason))
        self._put.clear()
        if self.home.running():
            self.home.cli(f"module reload {_CONNECTOR}")

    async def run(self) -> None:
        """A round every two seconds, for ever."""
        while True:
            try:
                await self._round()
                self.problems.clear(_TROUBLE)
            except sqlite3.Error as error:
                self._out_of_order(error)
                await asyncio.to_thread(self._try_to_mend)
            except (AsteriskIsDown, ActionFailed, OSError) as error:
                log.info("ledger.later", reason=str(error))
            await asyncio.sleep(ROUND_SECONDS)

    async def _round(self) -> None:
        await asyncio.to_thread(self.ledger.beat)
        await asyncio.to_thread(self._follow_plans)
        calls = await asyncio.to_thread(self.ledger.open_calls)
        if calls:
            await self._look_after(calls)
        await asyncio.to_thread(self._hand_over)
        if time.monotonic() - self._last_sweep > SWEEP_SECONDS:
            await asyncio.to_thread(self._sweep)
            self._last_sweep = time.monotonic()

    async def _look_after(self, calls: list[OpenCall]) -> None:
        if not await asyncio.to_thread(self.home.running):
            await asyncio.to_thread(self._settle_all, calls)
            return
        before = time.time()
        up = await self._channels()
        alive = [call for call in calls if _is_up(call, up)]
        gone = [c for c in calls if not _is_up(c, up) and c.admitted < before - GRACE_SECONDS]
        await asyncio.to_thread(self.ledger.note_alive, alive, before)
        for call in alive:
            await self._extend_if_due(call)
        for call in gone:
            if call.id in self._missed:
                await asyncio.to_thread(self.ledger.settle, call, call.alive or before)
        self._missed = {call.id for call in gone}

    async def _channels(self) -> frozenset[str]:
        """Names and numbers of the channels that Asterisk has."""
        await self.ami.wait_connected(2.0)
        shown = await self.ami.listing("CoreShowChannels")
        return frozenset(name for each in shown for name in (each["channel"], each["uniqueid"]))

    async def _extend_if_due(self, call: OpenCall) -> None:
        now = time.time()
        if call.ends is None or call.ends - now > EXTEND_SECONDS:
            return
        seconds = await asyncio.to_thread(self.ledger.extend, call, now)
        if seconds is None:
            return
        left = (call.answered or now) + seconds - time.time()
        try:
            fields = {"Channel": call.channel, "Timeout": str(max(1, round(left)))}
            await self.ami.action("AbsoluteTimeout", fields)
        except ActionFailed:
            log.info("ledger.call_has_ended", call=call.id)

    def _follow_plans(self) -> None:
        """Guards and accounts as the plans in force want them."""
        tenants = [t for t in self.store.tenants() if not t.startswith(OPERATOR_PREFIX)]
        linked = {tenant: self.store.linked(tenant) for tenant in tenants}
        for tenant, folder in linked.items():
            if folder and self._put.get(tenant) != folder:
                self.ledger.put(self.store.plan(tenant, folder))
                self._put[tenant] = folder
        for tenant in self.ledger.accounts() - linked.keys():
            self.ledger.drop(tenant)
            self._put.pop(tenant, None)

    def _settle_all(self, calls: list[OpenCall]) -> None:
        """Asterisk died with these calls: they were up as long as it wrote anything."""
        last = last_sign(self.home.state)
        for call in calls:
            ended = max(last, call.alive or 0.0, call.answered or 0.0)
            self.ledger.settle(call, ended)
        if calls:
            log.warning("ledger.settled", calls=len(calls))

    def _hand_over(self) -> None:
        """News becomes lines of the stream, each once: in one transaction with how far it is."""
        sent = int(self.memory.fact(_SENT, "0"))
        news = self.ledger.news(sent)
        if not news:
            return
        with self.memory.transaction() as sql:
            add_lines(sql, Stream.LEDGER, news)
            put_fact(sql, _SENT, str(news[-1].id))

    def _sweep(self) -> None:
        now = time.time()
        self.ledger.renew_days()
        self.ledger.sweep_refused(now - SWEEP_SECONDS)
        self.ledger.forget_news(int(self.memory.fact(_SENT, "0")), now - KEPT_SECONDS)

    def _out_of_order(self, error: sqlite3.Error) -> None:
        log.error("ledger.out_of_order", reason=str(error))
        self.problems.set(_TROUBLE, _OUT_OF_ORDER.format(reason=error))

    def _try_to_mend(self) -> None:
        """A file that cannot be read is made anew; what is locked or full mends itself."""
        try:
            self._open()
        except (sqlite3.Error, OSError, AsteriskIsDown) as error:
            log.info("ledger.not_mended", reason=str(error))


def last_sign(state: Path) -> float:
    """When Asterisk last wrote a record: it lived then, and so did the calls it had."""
    records = state / "log/cel-custom/cel.csv"
    return records.stat().st_mtime if records.exists() else 0.0


def _is_up(call: OpenCall, channels: frozenset[str]) -> bool:
    """A call that is answered lives by its leg, one that rings by its caller."""
    caller, _, _ = call.id.rpartition("-")
    return (call.channel if call.answered else caller) in channels
