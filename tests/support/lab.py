"""A real Asterisk for tests: compiled plans, free ports, a folder of its own, any date."""

import asyncio
import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from tests.support.asterisk import CLOCK, asterisk_root, make_certificate, set_clock, write_texts
from tests.support.phones import Phone, Server, Srtp, Switchboard, Transport
from tests.support.ports import free_port, rtp_range
from tests.support.records import Cel, QueueLine, Told, calls_told, read_cel, read_queue_log
from tests.support.speech import Spoken

from conmuta_compiler import NodeSecrets, compile_node, compile_operator, compile_tenant
from conmuta_compiler.operator import tables
from conmuta_node.astdb import AstDb, rows_of
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.introductions import list_first
from conmuta_node.ledger.book import FILE, Ledger
from conmuta_node.objects import PhoneObjects, joined
from conmuta_plan import TenantPlan
from conmuta_plan.node import NodeSettings
from conmuta_plan.operator import OperatorPlan
from conmuta_plan.people import Extension

T = TypeVar("T")
LOCAL = "127.0.0.1"
TROUBLE = re.compile(r"\b(WARNING|ERROR)\[")
# Asterisk says so where a caller gives up while it is refusing the call: both sides have hung up;
# and where a transferred call is joined and ended within a moment: either ends the transfer's
# subscription, and the second finds it ended (res_pjsip_refer).
HARMLESS = re.compile(
    r"Session already DISCONNECTED \[reason=487"
    r"|stasis\.c: Internal error: subscription has invalid topic"
)


def local_settings() -> NodeSettings:
    """A node on free ports of this machine alone."""
    first, last = rtp_range()
    sip = free_port()
    return NodeSettings(
        bind=LOCAL,
        udp_port=sip,
        tcp_port=sip,
        tls_port=free_port(),
        gateway_tls_port=free_port(),
        rtp_first=first,
        rtp_last=last,
        http_port=free_port(),
        ami_port=free_port(),
    )


@dataclass
class AsteriskLab:
    """One Asterisk with its tenants, and the telephones that belong to them."""

    home: AsteriskHome
    switchboard: Switchboard
    settings: NodeSettings
    plans: dict[str, TenantPlan] = field(default_factory=dict)
    expected: list[re.Pattern[str]] = field(default_factory=list)
    """What the log may complain of, because a test provokes it."""
    _read: dict[Path, int] = field(default_factory=dict)

    @classmethod
    def prepare(
        cls,
        folder: Path,
        switchboard: Switchboard,
        plans: Iterable[TenantPlan],
        *,
        spoken: Iterable[Spoken] = (),
        at: datetime | None = None,
        operators: Iterable[OperatorPlan] = (),
    ) -> "AsteriskLab":
        """Writes everything; Asterisk is not started."""
        home = AsteriskHome(folder, asterisk_root(), CLOCK if at else {})
        if at:
            set_clock(folder, at)
        lab = cls(home, switchboard, local_settings(), {plan.tenant: plan for plan in plans})
        home.install(compile_node(lab.settings, NodeSecrets(manager="lab")))
        lab.ledger.open()
        make_certificate(folder / "etc", "lab.example.test")
        for operator in operators:
            lab.write_operator(operator)
        for plan in lab.plans.values():
            lab.write(plan)
        for piece in spoken:
            shutil.copy(piece.wav, folder / "media" / f"{piece.prompt.digest}.wav")
        for plan in lab.plans.values():
            lab._put_music(plan)
        return lab

    def _put_music(self, plan: TenantPlan) -> None:
        state = self.home.state
        for music in plan.music:
            folder = state / "music" / plan.tenant / music.name
            folder.mkdir(parents=True, exist_ok=True)
            for order, digest in enumerate(music.digests):
                shutil.copy(state / "media" / f"{digest}.wav", folder / f"{order:03}.wav")

    def write(self, plan: TenantPlan) -> None:
        """Puts one tenant's compiled files in their place."""
        self.plans[plan.tenant] = plan
        texts = compile_tenant(plan)
        write_texts(self.home.state / "etc" / "tenants" / plan.tenant, texts)
        self.objects.replace(plan.tenant, joined(texts))
        self.ledger.put(plan)
        self._keep_rows(texts)

    def write_operator(self, plan: OperatorPlan) -> None:
        """Puts one operator's compiled files in their place."""
        texts = compile_operator(plan)
        write_texts(self.home.state / "etc" / "tenants" / plan.unit, texts)
        self.objects.replace(plan.unit, joined(texts))
        self._keep_rows(texts)

    def _keep_rows(self, texts: Mapping[str, str]) -> None:
        """AstDB's rows, while Asterisk is down."""
        AstDb(self.home).fill(rows_of(texts.get(tables.FILE, "")))

    def start(self) -> "AsteriskLab":
        list_first(AstDb(self.home), self.objects)
        self.home.start()
        return self

    def stop(self) -> None:
        self.home.stop()

    @property
    def objects(self) -> PhoneObjects:
        """The telephones, gateways and mailboxes that Asterisk reads."""
        return PhoneObjects(self.home.state / "pjsip.sqlite3")

    @property
    def ledger(self) -> Ledger:
        """What calls may cost, as Asterisk asks it."""
        return Ledger(self.home.state / FILE)

    @property
    def server(self) -> Server:
        s = self.settings
        return Server(s.bind, s.udp_port, s.tcp_port, s.tls_port)

    def set_clock(self, at: datetime) -> None:
        """Moves the clock of an Asterisk that was started with a date of its own."""
        set_clock(self.home.state, at)

    def cli(self, command: str) -> str:
        return self.home.cli(command)

    # Telephones

    async def phone(
        self,
        address: str,
        password: str | None = None,
        *,
        transport: Transport = "udp",
        srtp: Srtp = "off",
        codecs: tuple[str, ...] = ("alaw", "ulaw"),
    ) -> Phone:
        """A registered telephone for `extension@domain`."""
        phone = await self.switchboard.phone(
            address,
            password or self.extension(address).secret,
            self.server,
            transport=transport,
            srtp=srtp,
            codecs=codecs,
        )
        return await phone.register()

    def extension(self, address: str) -> Extension:
        """The plan's extension whose telephones register as `account@domain`."""
        account, domain = address.split("@")
        for plan in self.plans.values():
            for extension in plan.extensions:
                if plan.domain == domain and extension.account == account:
                    return extension
        raise KeyError(address)

    # Records

    def cel(self, skip: int = 0) -> list[Cel]:
        return read_cel(self.home.state / "log/cel-custom/cel.csv", skip)

    async def calls(self, skip: int = 0) -> list[Told]:
        """The calls that began since line `skip` of the events, as the product tells them, once
        all of them are over: Asterisk tells the end when the channels have gone.
        """

        def told() -> list[Told]:
            found = calls_told(self.home.state / "log/cel-custom/cel.csv", skip)
            return found if all(call.facts.final for call in found) else []

        return await self.until(told)

    def queue_log(self, skip: int = 0) -> list[QueueLine]:
        return read_queue_log(self.home.state / "log/queue_log", skip)

    def events(self, kind: str, skip: int = 0) -> list[tuple[str, ...]]:
        """The parts of the user events of one kind, oldest first."""
        return [cel.parts for cel in self.cel(skip) if cel.userdeftype == kind]

    async def until(self, get: Callable[[], T], within: float = 5) -> T:
        """The first true answer of `get`; its last one when time is over."""
        for _ in range(int(within / 0.05)):
            if got := get():
                return got
            await asyncio.sleep(0.05)
        return get()

    async def no_calls(self, within: float = 5) -> None:
        """Waits until Asterisk has no channel left."""
        idle = await self.until(lambda: "0 active channels" in self._channels(), within)
        assert idle, self.cli("core show channels concise")

    def _channels(self) -> str:
        return self.cli("core show channels count")

    # The log

    def expect(self, *patterns: str) -> None:
        """Complaints that match are no fault from now on."""
        self.expected += [re.compile(pattern) for pattern in patterns]

    def complaints(self) -> list[str]:
        """New warnings and errors in Asterisk's log that nobody expected."""
        return [
            line
            for path in sorted((self.home.state / "log").glob("*"))
            if path.is_file() and path.name not in {"queue_log", "console.log"}
            for line in self._new_lines(path)
            if TROUBLE.search(line)
            and not HARMLESS.search(line)
            and not any(p.search(line) for p in self.expected)
        ]

    def _new_lines(self, path: Path) -> list[str]:
        with path.open("rb") as file:
            file.seek(self._read.get(path, 0))
            data = file.read()
            self._read[path] = file.tell()
        return data.decode(errors="replace").splitlines()
