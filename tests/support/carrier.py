"""A carrier: calls in to our numbers, and answers, refuses or ignores the calls that we send.

It has an address of its own (127.0.0.80, …), as a plan's gateway names it, speaks SIP over UDP
and hears and speaks G.711.
"""

import asyncio
import contextlib
import re
import secrets
from dataclasses import dataclass
from typing import cast

import numpy as np
from tests.support.hearing import Samples
from tests.support.phones import Server, Talk
from tests.support.rawsip import Message, parse
from tests.support.rtp import ALAW, EVENTS, FRAME, RtpPort
from tests.support.voice import Voice, they_hear_each_other

REASONS = {180: "Ringing", 183: "Session Progress", 200: "OK", 486: "Busy Here", 503: "Unavailable"}


@dataclass
class Names:
    """A dialog's identity, seen from the carrier."""

    call_id: str
    ours: str
    theirs: str
    target: str
    sequence: int = 1


class CarrierCall(Voice):
    """One call between the carrier and us."""

    def __init__(self, carrier: "Carrier", names: Names, rtp: RtpPort, invite: Message) -> None:
        super().__init__()
        self.carrier, self.names, self.rtp, self.invite = carrier, names, rtp, invite
        self.status = 0
        """The final status of a call to us."""
        self.branch = ""
        self._up, self._closed, self._ringing = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._pump = asyncio.create_task(self._carry_audio())

    # What a test asks

    @property
    def dialled(self) -> str:
        """The number that we sent to the carrier."""
        return self.invite.first_line.split(" ")[1].removeprefix("sip:").split("@")[0]

    @property
    def caller(self) -> str:
        """The number in From."""
        found = re.search(r"sips?:([^@>;]*)@", self.invite.header("From"))
        return found[1] if found else ""

    @property
    def ended(self) -> bool:
        return self._closed.is_set()

    async def is_answered(self, within: float = 10) -> "CarrierCall":
        await self._either(self._up, within)
        assert self._up.is_set(), f"{self} was not answered within {within} s: {self.status}"
        return self

    async def is_ringing(self, within: float = 10) -> "CarrierCall":
        await self._either(self._ringing, within)
        assert self._ringing.is_set(), f"{self} did not ring within {within} s: {self.status}"
        return self

    async def fails(self, within: float = 15) -> int:
        await self.is_over(within)
        assert not self._up.is_set(), f"{self} was answered"
        return self.status

    async def is_over(self, within: float = 15) -> None:
        try:
            await asyncio.wait_for(self._closed.wait(), within)
        except TimeoutError:
            raise AssertionError(f"{self} was still up after {within} s") from None

    async def _either(self, event: asyncio.Event, within: float) -> None:
        tasks = [asyncio.create_task(e.wait()) for e in (event, self._closed)]
        await asyncio.wait(tasks, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()

    # What the carrier does

    def ring(self) -> None:
        self.carrier.reply(self.invite, 180, self.names)

    def progress(self) -> None:
        """Early media."""
        self.carrier.reply(self.invite, 183, self.names, self._sdp())

    async def answer(self) -> "CarrierCall":
        self.carrier.reply(self.invite, 200, self.names, self._sdp())
        return await self.is_answered()

    def refuse(self, status: int) -> None:
        self.status = status
        self.carrier.reply(self.invite, status, self.names)
        self._close()

    async def hang_up(self) -> None:
        """BYE, or CANCEL before the answer."""
        if not self.ended:
            if self._up.is_set():
                self.carrier.request("BYE", self.names)
            else:
                self.carrier.cancel(self)
        self._close()

    async def press(self, keys: str) -> None:
        self.listen()
        for key in keys:
            await self.rtp.send_key(key)
            await asyncio.sleep(0.12)

    # What arrives

    def _arrived(self, message: Message) -> None:
        if message.method == "ACK":
            self._up.set()
        elif message.method in ("BYE", "CANCEL"):
            self.carrier.reply(message, 200, self.names)
            if message.method == "CANCEL":
                self.status = 487
                self.carrier.reply(self.invite, 487, self.names)
            self._close()
        elif message.method == "INVITE":
            self._hear_from(message)
            self.carrier.reply(message, 200, self.names, self._sdp())
        elif message.method:
            self.carrier.reply(message, 200, self.names)
        else:
            self._answered(message)

    def _answered(self, message: Message) -> None:
        if message.status == 100 or not message.header("CSeq").endswith("INVITE"):
            return
        if found := re.search(r"tag=([^;>]+)", message.header("To")):
            self.names.theirs = f"{message.header('To').split(';tag')[0]};tag={found[1]}"
        if message.body:
            self._hear_from(message)
        if message.status < 200:
            self._ringing.set()
            return
        self.status = message.status
        if message.status == 200:
            self.names.target = re.search(r"<([^>]+)>", message.header("Contact"))[1]  # type: ignore[index]
            self.carrier.request("ACK", self.names)
            self._up.set()
        else:
            self.carrier.acknowledge_refusal(message, self)
            self._close()

    def _hear_from(self, message: Message) -> None:
        host = re.search(r"^c=IN IP4 (\S+)", message.body, re.MULTILINE)
        port = re.search(r"^m=audio (\d+)", message.body, re.MULTILINE)
        if host and port:
            self.rtp.far = (host[1], int(port[1]))

    def _close(self) -> None:
        self._closed.set()
        self._pump.cancel()
        self.rtp.close()

    # Audio

    def _sdp(self) -> str:
        host = self.carrier.host
        lines = ["v=0", f"o=- 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0"]
        lines.append(f"m=audio {self.rtp.number} RTP/AVP {ALAW} {EVENTS}")
        lines += [f"a=rtpmap:{ALAW} PCMA/8000", f"a=rtpmap:{EVENTS} telephone-event/8000"]
        return "\r\n".join([*lines, f"a=fmtp:{EVENTS} 0-15", "a=ptime:20", ""])

    async def _carry_audio(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            due += FRAME / 8000
            await asyncio.sleep(max(0.0, due - loop.time()))
            for samples in self.rtp.pcm:
                self._hear(samples)
            self.rtp.pcm.clear()
            self.digits = self.rtp.keys
            self.rtp.send_audio(self._frame())

    def _frame(self) -> Samples:
        words = self._next_words(FRAME) if self._says is not None else np.zeros(0, np.float32)
        return np.concatenate([words, np.zeros(FRAME - len(words), np.float32)])

    def __repr__(self) -> str:
        return f"<{self.carrier.host} with {self.invite.first_line}>"


class Carrier(asyncio.DatagramProtocol):
    """The carrier's switch at one address."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.refuses: int | None = None
        """The status of every call that arrives; 0: no answer at all; None: the test decides."""
        self.answers = False
        self.invites: list[Message] = []
        self.asked = 0
        """How often it was asked whether it is there (OPTIONS)."""
        self.calls: dict[str, CarrierCall] = {}
        self._far = ("", 0)
        self._waiting: asyncio.Queue[CarrierCall] = asyncio.Queue()
        self._transport: asyncio.DatagramTransport | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    async def open(cls, host: str = "127.0.0.80", port: int = 5080) -> "Carrier":
        loop = asyncio.get_running_loop()
        _, carrier = await loop.create_datagram_endpoint(
            lambda: cls(host, port), local_addr=(host, port)
        )
        return carrier

    async def close(self) -> None:
        for call in list(self.calls.values()):
            await call.hang_up()
        if self._transport is not None:
            self._transport.close()

    async def calls_in(
        self, number: str, server: Server, *, caller: str = "099123456"
    ) -> CarrierCall:
        """Starts a call to one of our numbers."""
        target = f"sip:{number}@{server.host}:{server.udp}"
        ours = f"<sip:{caller}@{self.host}>;tag={secrets.token_hex(4)}"
        names = Names(secrets.token_hex(8), ours, f"<{target}>", target)
        rtp = await RtpPort.open(self.host)
        invite = Message(f"INVITE {target} SIP/2.0", (("From", ours),), "")
        call = CarrierCall(self, names, rtp, invite)
        self.calls[names.call_id] = call
        self._far = (server.host, server.udp)
        call.branch = self.request("INVITE", names, call._sdp())
        return call

    async def gets_call(self, within: float = 10) -> CarrierCall:
        """Waits for the next call that we send."""
        try:
            return await asyncio.wait_for(self._waiting.get(), within)
        except TimeoutError:
            raise AssertionError(f"no call came to {self.host} within {within} s") from None

    # Messages

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data)
        self._far = addr
        call = self.calls.get(message.header("Call-ID"))
        if call:
            if message.method == "INVITE" and message.header("To").find("tag=") < 0:
                return  # sent again
            call._arrived(message)
        elif message.method == "INVITE":
            task = asyncio.create_task(self._incoming(message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif message.method and message.method != "ACK":
            self.asked += message.method == "OPTIONS"
            names = Names("", message.header("To"), "", "")
            self.reply(message, 200, names)

    async def _incoming(self, invite: Message) -> None:
        if self.refuses == 0:
            self.invites.append(invite)
            return
        target = re.search(r"<([^>]+)>", invite.header("Contact"))
        ours = f"{invite.header('To')};tag={secrets.token_hex(4)}"
        names = Names(
            invite.header("Call-ID"), ours, invite.header("From"), target[1] if target else ""
        )
        if names.call_id in self.calls:
            return
        self.invites.append(invite)
        call = CarrierCall(self, names, await RtpPort.open(self.host), invite)
        self.calls[names.call_id] = call
        call._hear_from(invite)
        self.reply(invite, 100, names)
        if self.refuses:
            call.refuse(self.refuses)
            return
        if self.answers:
            call.ring()
            with contextlib.suppress(AssertionError):
                await call.answer()
        self._waiting.put_nowait(call)

    def reply(self, request: Message, status: int, names: Names, body: str = "") -> None:
        lines = [f"SIP/2.0 {status} {REASONS.get(status, 'Answer')}"]
        lines += [f"Via: {value}" for name, value in request.headers if name == "Via"]
        lines += [f"Record-Route: {v}" for n, v in request.headers if n == "Record-Route"]
        to = names.ours if "tag=" not in request.header("To") else request.header("To")
        lines += [f"From: {request.header('From')}", f"To: {to}"]
        lines += [f"Call-ID: {request.header('Call-ID')}", f"CSeq: {request.header('CSeq')}"]
        self._send(lines, body)

    def request(self, method: str, names: Names, body: str = "", branch: str = "") -> str:
        """Sends a request of a dialog; its branch."""
        if method not in ("ACK", "INVITE"):
            names.sequence += 1
        branch = branch or f"z9hG4bK{secrets.token_hex(8)}"
        lines = [f"{method} {names.target} SIP/2.0"]
        lines += [f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={branch};rport"]
        lines += ["Max-Forwards: 70", f"From: {names.ours}", f"To: {names.theirs}"]
        lines += [f"Call-ID: {names.call_id}", f"CSeq: {names.sequence} {method}"]
        self._send(lines, body)
        return branch

    def cancel(self, call: CarrierCall) -> None:
        self._same_transaction("CANCEL", call, f"<{call.names.target}>")

    def acknowledge_refusal(self, message: Message, call: CarrierCall) -> None:
        self._same_transaction("ACK", call, message.header("To"))

    def _same_transaction(self, method: str, call: CarrierCall, to: str) -> None:
        names = call.names
        lines = [f"{method} {names.target} SIP/2.0"]
        lines += [f"Via: SIP/2.0/UDP {self.host}:{self.port};branch={call.branch};rport"]
        lines += ["Max-Forwards: 70", f"From: {names.ours}", f"To: {to}"]
        lines += [f"Call-ID: {names.call_id}", f"CSeq: {names.sequence} {method}"]
        self._send(lines, "")

    def _send(self, lines: list[str], body: str) -> None:
        lines.append(f"Contact: <sip:carrier@{self.host}:{self.port}>")
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body.encode())}")
        if self._transport and not self._transport.is_closing():
            data = "\r\n".join(lines) + "\r\n\r\n" + body
            self._transport.sendto(data.encode(), self._far)


async def answered_by(carrier: Carrier, talk: Talk, within: float = 10) -> None:
    """The call that `talk` made reaches the carrier, is answered there and heard by both."""
    call = await carrier.gets_call(within)
    call.ring()
    await call.answer()
    await talk.is_answered()
    await they_hear_each_other(talk, call)
