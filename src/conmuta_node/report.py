"""How this node is, told to the server every 15 seconds and after each application."""

import asyncio
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import structlog

from conmuta_node.apply.wanted import Wanted
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.errors import AsteriskIsDown, ServerAway, ServerRefused
from conmuta_node.problems import Problems
from conmuta_node.server import ServerClient
from conmuta_plan.node import BanTold, GatewayState, NodeReport, NodeSettings

log = structlog.get_logger()

REPORT_SECONDS = 15.0
LOW_BYTES = 1 << 30
_ROOM = "room"
_PORTS = "ports"
_CONTACTS = (
    "SELECT count(*) FROM astdb WHERE key > '/registrar/contact/' AND key < '/registrar/contact0'"
)


@dataclass(slots=True)
class Reporter:
    """Makes and sends reports."""

    home: AsteriskHome
    wanted: Wanted
    server: ServerClient
    problems: Problems
    pending: Callable[[], int]
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    bans: Callable[[], tuple[BanTold, ...]] = tuple
    gateways: Callable[[], tuple[GatewayState, ...]] = tuple

    async def run(self) -> None:
        """Report for ever; a report that the server does not get is not kept."""
        while True:
            self.wake.clear()
            try:
                await self.server.report(await asyncio.to_thread(self.now))
            except (ServerAway, ServerRefused) as error:
                log.info("report.not_sent", reason=str(error))
            except OSError:
                log.warning("report.not_made", exc_info=True)
            try:
                async with asyncio.timeout(REPORT_SECONDS):
                    await self.wake.wait()
            except TimeoutError:
                continue

    def now(self) -> NodeReport:
        """How this node is now."""
        free = shutil.disk_usage(self.home.state).free
        self._look_at_room(free)
        version = self._ask("core show version")
        self._look_at_ports(self._ask("pjsip show transports") if version else "")
        return NodeReport(
            revision=self.wanted.revision(),
            asterisk_up=bool(version),
            asterisk_version=_first(r"Asterisk (\S+)", version),
            calls_up=self.home.calls_up(),
            registered=_registered(self.home.state / "db/astdb.sqlite3") if version else 0,
            outcomes=self.wanted.outcomes(),
            problems=self.problems.sentences(),
            pending_batches=self.pending(),
            free_bytes=free,
            bans=self.bans(),
            gateways=self.gateways() if version else (),
        )

    def _look_at_room(self, free: int) -> None:
        if free < LOW_BYTES:
            mega = free >> 20
            self.problems.set(_ROOM, f"The node's disk is nearly full: {mega} MB are free.")
        else:
            self.problems.clear(_ROOM)

    def _look_at_ports(self, shown: str) -> None:
        settings = self.wanted.settings()
        closed = _closed(settings, shown) if settings and shown else ()
        if closed:
            self.problems.set(
                _PORTS,
                f"Asterisk could not open {', '.join(closed)}: another program has it. "
                "Stop that program, and start Asterisk again.",
            )
        else:
            self.problems.clear(_PORTS)

    def _ask(self, command: str) -> str:
        try:
            return self.home.cli(command, 5.0)
        except AsteriskIsDown:
            return ""


def _first(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else ""


def _registered(astdb: Path) -> int:
    """Telephones' contacts, as Asterisk's registrar keeps them; it commits them within a second.

    Its console would gather every object that there is to list them (20 s of CPU at 20,000).
    """
    try:
        with closing(sqlite3.connect(f"file:{astdb}?mode=ro", uri=True, timeout=1)) as database:
            (count,) = database.execute(_CONTACTS).fetchone()
            return int(count)
    except sqlite3.Error:
        return 0


def _closed(settings: NodeSettings, shown: str) -> tuple[str, ...]:
    """The listeners that are wanted and are not in `pjsip show transports`."""
    wanted = {"udp": settings.udp_port, "tcp": settings.tcp_port, "tls": settings.tls_port}
    return tuple(
        f"SIP port {port}/{name}"
        for name, port in wanted.items()
        if port and not re.search(rf"^\s*Transport:\s+c-{name}\s", shown, re.MULTILINE)
    )
