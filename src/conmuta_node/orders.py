"""What the server asks to be done once: an order is noted as begun before it is, so that a
death in the middle never does it twice. One that got no answer is told as failed.

`send_fax`: `{"number": "…", "document": "<SHA-256 of a PDF>", "station": "…", "emails": ["…"]}`.
`funds`, `unblock`, `unban`: `conmuta_plan.node.FundsTold`, `Unblock`, `Unban`; they go first.
"""

import asyncio
import hashlib
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import structlog

from conmuta_node import files
from conmuta_node.ami import AmiClient
from conmuta_node.errors import ActionFailed, AsteriskIsDown, NodeFault, ServerAway
from conmuta_node.memory import Memory
from conmuta_node.server import ServerClient
from conmuta_node.spool.outbox import add_lines
from conmuta_node.tools import Tools
from conmuta_plan.node import FaxDone, Stream

log = structlog.get_logger()

LOOK_SECONDS = 1.0
FAX_SECONDS = 1800.0  # the longest that a fax may take; after that it is told as lost
_DIAL_MS = 10_000  # our end is answered at once
DIALPLAN = """
; A fax that the server ordered: sent by the node agent, told at the end of its call.
; It goes out as the tenant's flows may dial (TENANT~NUMBER), and is sent on the carrier's own leg:
; a machine that asks for T.38 the moment it answers is heard there, through no other channel.
[c-fax-out]
exten => _[a-z].,1,Answer()
 same => n,Set(__answered_then=c-fax-send)
 same => n,Gosub(${CUT(EXTEN,~,1)}-external,${CUT(EXTEN,~,2)},1)
 same => n,GotoIf($["${RESULT}"="answered"]?told)
 same => n,CELGenUserEvent(fax,sent|NOT_REACHED|0||${fax_file}|)
 same => n(told),Hangup()
[c-fax-send]
exten => s,1,Set(CHANNEL(hangup_handler_push)=c-fax-sent,s,1)
 same => n,ExecIf($[${LEN(${fax_station})}]?Set(FAXOPT(localstationid)=${fax_station}))
 same => n,SendFAX(/state/spool/fax/${fax_file},f)
 same => n,Set(GOSUB_RESULT=ABORT)
 same => n,Return()
[c-fax-sent]
exten => s,1,CELGenUserEvent(fax,sent|${FAXOPT(status)}|${FAXOPT(pages)}|${FILTER(0-9a-zA-Z+ ,${FAXOPT(remotestationid)})}|${fax_file}|)
 same => n,Return()
; The end of the call that is ours.
[c-fax-wait]
exten => s,1,Wait(1800)
exten => failed,1,CELGenUserEvent(fax,sent|NOT_REACHED|0||${fax_file}|)
"""  # noqa: E501 — dialplan lines do not wrap


class FaxOrder(msgspec.Struct, frozen=True, kw_only=True):
    """The body of `send_fax`."""

    number: str
    document: str
    station: str = ""
    emails: tuple[str, ...] = ()
    """Who is told what became of it."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command as the memory holds it."""

    id: int
    kind: str
    tenant: str
    body: str


@dataclass(slots=True)
class Orders:
    """Does what the server orders."""

    state: Path
    memory: Memory
    server: ServerClient
    tools: Tools
    ami: AmiClient
    quick: Mapping[str, Callable[[Order], None]] = field(default_factory=dict)
    """What is done on this node alone, at once and as often as one likes: kind → how."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)
    _begun: dict[int, float] = field(default_factory=dict)

    async def run(self) -> None:
        """Do orders for ever, one after the other."""
        while True:
            try:
                await self._round()
            except (ServerAway, AsteriskIsDown, OSError, sqlite3.Error) as error:
                log.info("orders.later", reason=str(error))
                await asyncio.sleep(LOOK_SECONDS)
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await self.wake.wait()
                self.wake.clear()
            except TimeoutError:
                continue

    async def _round(self) -> None:
        orders = await asyncio.to_thread(self._in_state, "new")
        for order in orders:
            if order.kind in self.quick:
                await asyncio.to_thread(self._do_quickly, order)
        for order in orders:
            if order.kind not in self.quick:
                await self._do(order)
        now = time.monotonic()
        for order in await asyncio.to_thread(self._in_state, "begun"):
            if now - self._begun.setdefault(order.id, now) > FAX_SECONDS:
                await self._failed(order, "LOST")

    def _do_quickly(self, order: Order) -> None:
        try:
            self.quick[order.kind](order)
        except msgspec.DecodeError as error:
            log.warning("orders.failed", id=order.id, reason=str(error))
        self._set_state(order, "done")

    async def _do(self, order: Order) -> None:
        if order.kind != "send_fax":
            log.warning("orders.unknown", kind=order.kind, id=order.id)
            await asyncio.to_thread(self._set_state, order, "unknown")
            return
        try:
            fax = msgspec.json.decode(order.body, type=FaxOrder)
            await self._send_fax(order, fax)
        except (ServerAway, AsteriskIsDown):
            raise
        except (msgspec.DecodeError, ActionFailed, NodeFault) as error:
            log.warning("orders.failed", id=order.id, reason=str(error))
            await self._failed(order, "REFUSED")

    async def _send_fax(self, order: Order, fax: FaxOrder) -> None:
        await self.ami.wait_connected(5.0)
        tiff = f"send-{order.id}.tif"
        await self._make_tiff(fax.document, tiff)
        await asyncio.to_thread(self._set_state, order, "begun")
        fields = {
            "Channel": f"Local/{order.tenant}~{_digits(fax.number)}@c-fax-out/n",
            "Context": "c-fax-wait",
            "Exten": "s",
            "Priority": "1",
            "Timeout": str(_DIAL_MS),
            "Account": order.tenant,
            "Async": "true",
            "Variable": f"__fax_file={tiff},__fax_station={_plain(fax.station)}",
        }
        await self.ami.action("Originate", fields)

    async def _make_tiff(self, document: str, name: str) -> None:
        folder = files.make_folder(self.state / "spool/fax")
        pdf, tiff = folder / f"{name}.pdf", folder / name
        data = await self.server.media(document)
        if hashlib.sha256(data).hexdigest() != document:
            raise NodeFault("The document arrived damaged.")
        await asyncio.to_thread(files.write_durably, pdf, data)
        command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=tiffg4"]
        command += ["-sPAPERSIZE=a4", "-dFIXEDMEDIA", "-dPDFFitPage", "-g1728x2292", "-r204x196"]
        output = f"-sOutputFile={self.tools.inside(tiff)}"
        try:
            await self.tools.run([*command, output, self.tools.inside(pdf)])
        finally:
            await asyncio.to_thread(pdf.unlink, missing_ok=True)

    async def _failed(self, order: Order, status: str) -> None:
        await asyncio.to_thread(self._tell_failed, order, status)

    def _tell_failed(self, order: Order, status: str) -> None:
        asked = fax_order(order.body)
        done = FaxDone(
            tenant=order.tenant,
            linkedid="",
            uniqueid="",
            ok=False,
            status=status,
            pages=0,
            far_station=asked.number,
            emails=asked.emails,
            command=order.id,
        )
        with self.memory.transaction() as sql:
            add_lines(sql, Stream.FAX, [done])
            sql.execute("UPDATE commands SET state = 'done' WHERE id = ?", (order.id,))

    def _in_state(self, state: str) -> list[Order]:
        rows = self.memory.rows(
            "SELECT id, kind, tenant, body FROM commands WHERE state = ? ORDER BY id", (state,)
        )
        return [Order(int(str(i)), str(kind), str(t), str(body)) for i, kind, t, body in rows]

    def _set_state(self, order: Order, state: str) -> None:
        with self.memory.transaction() as sql:
            sql.execute("UPDATE commands SET state = ? WHERE id = ?", (state, order.id))


def fax_order(body: str) -> FaxOrder:
    """What an order says; nothing where it cannot be read."""
    try:
        return msgspec.json.decode(body, type=FaxOrder)
    except msgspec.DecodeError:
        return FaxOrder(number="", document="")


def _digits(number: str) -> str:
    return "".join(c for c in number if c in "0123456789*#+")


def _plain(text: str) -> str:
    """What a fax's header may show; nothing that means something to the dialplan."""
    return "".join(c for c in text if c.isascii() and (c.isalnum() or c in " +-."))[:20]
