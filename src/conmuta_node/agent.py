"""The agent: its parts, put together and run."""

import asyncio
import secrets
import sqlite3
from collections.abc import Coroutine
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import structlog

from conmuta_compiler import NodeSecrets, compile_node, compile_tenant
from conmuta_compiler.files.core import MANAGER_USER
from conmuta_node import files
from conmuta_node.again import RecordAgain
from conmuta_node.ami import AmiClient
from conmuta_node.apply.applier import Applier
from conmuta_node.apply.change import Changer
from conmuta_node.apply.claims import Claims
from conmuta_node.apply.features import Features
from conmuta_node.apply.manager import DialplanDoor
from conmuta_node.apply.node_files import CompileNode, NodeFiles
from conmuta_node.apply.plans import PlanStore
from conmuta_node.apply.stage import Stager
from conmuta_node.apply.tables import Tables
from conmuta_node.apply.wanted import Wanted
from conmuta_node.astdb import Account, AstDb
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.backoff import Backoff
from conmuta_node.bans.setting_up import Trusted, ban_orders, firewall_of, sip_ports
from conmuta_node.bans.watch import BanWatch
from conmuta_node.errors import NodeFault
from conmuta_node.former import forget_cdr
from conmuta_node.gateways import GatewayWatch
from conmuta_node.holds import Holds
from conmuta_node.housekeeping import Housekeeping
from conmuta_node.introductions import Introductions
from conmuta_node.ledger.book import FILE, Ledger
from conmuta_node.ledger.commands import ledger_orders
from conmuta_node.ledger.keeper import Keeper
from conmuta_node.memory import Memory
from conmuta_node.objects import PhoneObjects
from conmuta_node.orders import DIALPLAN, Orders
from conmuta_node.problems import Problems
from conmuta_node.report import Reporter
from conmuta_node.room import RecordingRoom
from conmuta_node.server import ServerClient
from conmuta_node.spool.spooler import Spooler
from conmuta_node.spool.tail import ROTATE_BYTES
from conmuta_node.supervisor import Supervisor
from conmuta_node.tools import Tools
from conmuta_plan.node import NodeSettings

log = structlog.get_logger()

POLL_WAIT_SECONDS = 25
LAST_WORDS_SECONDS = 5.0  # after Asterisk stopped: its last records go to the server


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentSettings:
    """What the agent is told at its start."""

    state: Path
    server: str
    token: str
    asterisk_root: Path
    keep_asterisk: bool = False
    """Leave Asterisk and its calls up when the agent is told to stop."""
    rotate_bytes: int = ROTATE_BYTES
    """A file of records is put aside at this size, once the server has it."""
    drain_seconds: float = 0.0
    """How long a stop waits for calls to end."""


@dataclass(slots=True)
class Agent:
    """One node's agent. `run` ends when `stop` is set, with Asterisk stopped in order."""

    settings: AgentSettings
    server: ServerClient
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    problems: Problems = field(default_factory=Problems)
    _bans: BanWatch | None = None

    async def run(self) -> None:
        """Work until told to stop."""
        state = self.settings.state
        home = AsteriskHome(state, self.settings.asterisk_root)
        await asyncio.to_thread(home.prepare)
        memory = Memory(state / "agent/memory.sqlite3")
        tools = Tools(home.root, home.state)
        spooler = Spooler(
            home, memory, self.server, tools, self.problems, self.settings.rotate_bytes
        )
        records = asyncio.create_task(spooler.run(), name="records")
        try:
            await self._work(home, memory, spooler, records)
            await self._stop_asterisk(home, spooler)
        finally:
            records.cancel()
            await asyncio.gather(records, return_exceptions=True)
            memory.close()

    async def _work(
        self, home: AsteriskHome, memory: Memory, spooler: Spooler, records: asyncio.Task[None]
    ) -> None:
        parts = await asyncio.to_thread(self._assemble, home, memory, spooler)
        tasks = [asyncio.create_task(part) for part in parts]
        stopping = asyncio.create_task(self.stop.wait())
        try:
            done, _ = await asyncio.wait(
                [*tasks, stopping, records], return_when=asyncio.FIRST_COMPLETED
            )
            for task in done - {stopping}:
                task.result()  # a part that ended by itself ends the agent, with its reason
        finally:
            for task in (*tasks, stopping):
                task.cancel()
            await asyncio.gather(*tasks, stopping, return_exceptions=True)

    def _assemble(
        self, home: AsteriskHome, memory: Memory, spooler: Spooler
    ) -> list[Coroutine[None, None, None]]:
        """The parts that run beside the records, ready to run."""
        wanted, store, lock = Wanted(memory), PlanStore(home.state), asyncio.Lock()
        keys = _secrets(home.state)
        db = AstDb(home, lambda: Account(_ami_port(wanted), MANAGER_USER, keys.manager))
        tables = Tables(store, db)
        objects = PhoneObjects(home.state / "pjsip.sqlite3")
        introductions = Introductions(db, objects, memory)

        def before_start() -> None:
            forget_cdr(home.state, memory)
            tables.fill()
            introductions.list_first()
            node_files.begins_anew()

        home.before_start = before_start
        door = DialplanDoor(lambda: _ami_port(wanted), MANAGER_USER, keys.manager)
        changer = Changer(home, store, memory, objects, tables, introductions, door)
        changer.recover()
        node_files = NodeFiles(home, changer, _node_compiler(keys), self.problems)
        introductions.rests = node_files.reads_all
        ami = AmiClient("127.0.0.1", lambda: _ami_port(wanted), MANAGER_USER, keys.manager)
        reporter = Reporter(home, wanted, self.server, self.problems, spooler.pending)
        watch = GatewayWatch(home, store, ami, reporter.wake.set)
        reporter.gateways = watch.states
        orders = Orders(home.state, memory, self.server, spooler.tools, ami)
        applier = Applier(
            wanted=wanted,
            store=store,
            stager=Stager(store, self.server, compile_tenant),
            changer=changer,
            claims=Claims(store),
            features=Features(home, memory),
            node_files=node_files,
            problems=self.problems,
            applied=reporter.wake.set,
            asterisk_lock=lock,
        )
        supervisor = Supervisor(home, self.problems, lock)
        ledger = Ledger(home.state / FILE)
        keeper = Keeper(home, store, ledger, memory, ami, self.problems)
        keeper.prepare()
        bans = BanWatch(
            ami,
            memory,
            firewall_of(home),
            self.problems,
            trusted=Trusted(store, lambda: wanted.settings() or NodeSettings()),
            ports=lambda: sip_ports(wanted.settings() or NodeSettings()),
        )
        self._bans = bans
        reporter.bans = bans.bans
        orders.quick = {**ledger_orders(ledger), **ban_orders(bans)}
        return [
            self._poll(wanted, applier, orders),
            applier.run(),
            _after(applier.started, supervisor.run()),
            _after(applier.started, ami.run()),
            _after(applier.started, orders.run()),
            _after(applier.started, keeper.run()),
            _after(applier.started, introductions.run(lock, ami)),
            _after(applier.started, bans.run()),
            RecordAgain(ami).run(),
            watch.run(),
            Holds(ami, home.state / "log/cel-custom/cel.csv").run(),
            RecordingRoom(home.state, ami, self.problems).run(),
            reporter.run(),
            Housekeeping(home).run(),
        ]

    async def _poll(self, wanted: Wanted, applier: Applier, orders: Orders) -> None:
        """Ask the server for changes, for ever; the first time for everything."""
        backoff, have, wait = Backoff(), 0, 0
        while True:
            try:
                commands = await asyncio.to_thread(wanted.last_command)
                manifest = await self.server.manifest(have, commands, wait)
                await asyncio.to_thread(wanted.take, manifest)
            except (NodeFault, OSError, sqlite3.Error) as error:
                sentence = f"The server does not tell what is wanted here: {error}"
                self.problems.set("server", sentence)
                log.info("manifest.away", reason=str(error))
                await asyncio.sleep(backoff.next())
                continue
            self.problems.clear("server")
            backoff.reset()
            have, wait = manifest.revision, POLL_WAIT_SECONDS
            applier.wake.set()
            orders.wake.set()

    async def _stop_asterisk(self, home: AsteriskHome, spooler: Spooler) -> None:
        if self.settings.keep_asterisk:
            return
        stopped = await asyncio.to_thread(home.stop, self.settings.drain_seconds)
        if self._bans is not None:
            await asyncio.to_thread(self._bans.remove)
        log.info("asterisk.stopped", calls_cut=stopped.calls_cut, by_force=stopped.by_force)
        until = asyncio.get_running_loop().time() + LAST_WORDS_SECONDS
        await asyncio.sleep(0.5)
        while await asyncio.to_thread(spooler.pending):
            if asyncio.get_running_loop().time() > until:
                return
            await asyncio.sleep(0.1)


def _node_compiler(keys: NodeSecrets) -> CompileNode:
    def compile_with_keys(settings: NodeSettings) -> dict[str, str]:
        texts = compile_node(settings, keys)
        texts["extensions.conf"] = f"{DIALPLAN}\n{texts['extensions.conf']}"
        return texts

    return compile_with_keys


def _secrets(state: Path) -> NodeSecrets:
    """The node's own passwords: made once, never sent anywhere."""
    path = state / "agent/secrets.json"
    if not path.exists():
        made = NodeSecrets(manager=secrets.token_urlsafe(24))
        files.write_durably(path, msgspec.json.encode(made))
    return msgspec.json.decode(path.read_bytes(), type=NodeSecrets)


def _ami_port(wanted: Wanted) -> int:
    settings = wanted.settings() or NodeSettings()
    return settings.ami_port


async def _after(event: asyncio.Event, work: Coroutine[None, None, None]) -> None:
    try:
        await event.wait()
    except BaseException:
        work.close()
        raise
    await work
