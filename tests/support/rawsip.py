"""SIP by hand: requests that no telephone would send, with or without a password.

A `RawSip` is one UDP socket. It sends what it is told, answers digest challenges when it is
given a password, and keeps what arrives.
"""

import asyncio
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from tests.support.phones import Server

SDP = (
    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 29998 RTP/AVP 8 0\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:0 PCMU/8000\r\n"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response, as it came."""

    first_line: str
    headers: tuple[tuple[str, str], ...]
    body: str

    @property
    def status(self) -> int:
        """0 where it is a request."""
        return int(self.first_line.split(" ")[1]) if self.first_line.startswith("SIP/") else 0

    @property
    def method(self) -> str:
        return "" if self.status else self.first_line.split(" ")[0]

    def header(self, name: str) -> str:
        """The first header of that name, "" where there is none."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")


def parse(data: bytes) -> Message:
    head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    pairs = (line.partition(":") for line in lines)
    return Message(first, tuple((n.strip(), v.strip()) for n, _, v in pairs), body)


@dataclass
class Dialog:
    """Names that tie requests together."""

    call_id: str = field(default_factory=lambda: secrets.token_hex(8))
    from_tag: str = field(default_factory=lambda: secrets.token_hex(4))
    to_tag: str = ""
    sequence: int = 0


class RawSip(asyncio.DatagramProtocol):
    """One person who speaks SIP by hand, as `user@domain`."""

    def __init__(self, server: Server, user: str, domain: str, password: str = "") -> None:
        self.server, self.user, self.domain, self.password = server, user, domain, password
        self.responses: asyncio.Queue[Message] = asyncio.Queue()
        self.requests: list[Message] = []
        self.moved_to = ""
        """Where calls are sent on to (302); "": they are refused."""
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(
        cls, server: Server, address: str, password: str = "", port: int = 0
    ) -> "RawSip":
        """`port` 0: any that is free."""
        user, domain = address.split("@")
        loop = asyncio.get_running_loop()
        _, raw = await loop.create_datagram_endpoint(
            lambda: cls(server, user, domain, password), local_addr=("127.0.0.1", port)
        )
        return raw

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()

    # asyncio.DatagramProtocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        message = parse(data)
        if message.status:
            self.responses.put_nowait(message)
            return
        self.requests.append(message)
        if message.method != "ACK":
            self.send(self._reply(message))

    # Speaking

    def send(self, data: bytes) -> None:
        """Any bytes at all."""
        assert self._transport is not None
        self._transport.sendto(data, (self.server.host, self.server.udp))

    async def request(
        self,
        method: str,
        uri: str,
        headers: Mapping[str, str] | None = None,
        body: str = "",
        dialog: Dialog | None = None,
    ) -> Message:
        """Sends, answers a challenge once when there is a password, and gives the final response.

        A request without any answer gives a message with status 408.
        """
        dialog = dialog or Dialog()
        answer = await self._once(method, uri, dict(headers or {}), body, dialog)
        if answer.status in (401, 407) and self.password:
            name = "Authorization" if answer.status == 401 else "Proxy-Authorization"
            signed = dict(headers or {}) | {name: self._digest(method, uri, answer)}
            answer = await self._once(method, uri, signed, body, dialog)
        return answer

    async def invite(
        self, uri: str, headers: Mapping[str, str] | None = None, body: str = SDP
    ) -> Message:
        """An INVITE that offers audio; whatever answers is hung up at once."""
        whole, dialog = {"Content-Type": "application/sdp"} | dict(headers or {}), Dialog()
        answer = await self.request("INVITE", uri, whole, body, dialog)
        if answer.status == 200 and (found := re.search(r"<([^>]+)>", answer.header("Contact"))):
            await self.request("BYE", found[1], {"To": answer.header("To")}, "", dialog)
        return answer

    def received(self, method: str) -> list[Message]:
        """The requests of one method that arrived."""
        return [message for message in self.requests if message.method == method]

    async def gets(
        self, method: str, test: Callable[[Message], bool] = lambda _: True, within: float = 5
    ) -> Message:
        """Waits for a request of one method that passes a test."""
        for _ in range(int(within / 0.05)):
            for message in self.received(method):
                if test(message):
                    return message
            await asyncio.sleep(0.05)
        raise AssertionError(f"no such {method} came in {within} s: {self.requests}")

    async def _once(
        self, method: str, uri: str, headers: dict[str, str], body: str, dialog: Dialog
    ) -> Message:
        dialog.sequence += 1
        self.send(self._build(method, uri, headers, body, dialog))
        try:
            async with asyncio.timeout(12 if method == "INVITE" else 4):
                while True:
                    answer = await self.responses.get()
                    number, _, kind = answer.header("CSeq").partition(" ")
                    ours = answer.header("Call-ID") == dialog.call_id and kind == method
                    if ours and int(number) == dialog.sequence and answer.status >= 200:
                        break
        except TimeoutError:
            return Message("SIP/2.0 408 Nobody answered", (), "")
        found = re.search(r"tag=([^;>]+)", answer.header("To"))
        if found and answer.status < 300:
            dialog.to_tag = found[1]
        if method == "INVITE":
            self._acknowledge(uri, answer, dialog)
        return answer

    def _build(
        self, method: str, uri: str, headers: dict[str, str], body: str, dialog: Dialog
    ) -> bytes:
        host, port = self.here()
        to = f"<{uri}>" + (f";tag={dialog.to_tag}" if dialog.to_tag else "")
        whole = {
            "Via": f"SIP/2.0/UDP {host}:{port};branch=z9hG4bK{secrets.token_hex(8)};rport",
            "Max-Forwards": "70",
            "From": f"<sip:{self.user}@{self.domain}>;tag={dialog.from_tag}",
            "To": f"<sip:{self.user}@{self.domain}>" if method == "REGISTER" else to,
            "Call-ID": dialog.call_id,
            "CSeq": f"{dialog.sequence} {method}",
            "Contact": f"<sip:{self.user}@{host}:{port}>",
        } | headers
        lines = [f"{method} {uri} SIP/2.0", *(f"{n}: {v}" for n, v in whole.items())]
        lines.append(f"Content-Length: {len(body.encode())}")
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()

    def _acknowledge(self, uri: str, answer: Message, dialog: Dialog) -> None:
        target = uri
        if answer.status < 300 and (found := re.search(r"<([^>]+)>", answer.header("Contact"))):
            target = found[1]
        ack = self._build("ACK", target, {"To": answer.header("To")}, "", dialog).decode()
        if answer.status >= 300:
            ack = re.sub(r"Via: .*", "Via: " + answer.header("Via"), ack)
        self.send(ack.encode())

    def _digest(self, method: str, uri: str, challenge: Message) -> str:
        text = challenge.header("WWW-Authenticate") or challenge.header("Proxy-Authenticate")
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', text.partition(" ")[2]))
        realm, nonce, cnonce = fields["realm"], fields["nonce"], secrets.token_hex(4)
        ha1 = _md5(f"{self.user}:{realm}:{self.password}")
        response = _md5(f"{ha1}:{nonce}:00000001:{cnonce}:auth:{_md5(f'{method}:{uri}')}")
        parts = {"username": self.user, "realm": realm, "nonce": nonce, "uri": uri}
        parts |= {"response": response, "cnonce": cnonce, "opaque": fields.get("opaque", "")}
        quoted = ", ".join(f'{n}="{v}"' for n, v in parts.items())
        return f"Digest {quoted}, algorithm=MD5, qop=auth, nc=00000001"

    def _reply(self, request: Message) -> bytes:
        """Yes to everything but a call."""
        verdict = "480 Not here" if request.method == "INVITE" else "200 OK"
        kept = [(n, v) for n, v in request.headers if n in {"Via", "From", "To", "Call-ID", "CSeq"}]
        if request.method == "INVITE" and self.moved_to:
            verdict = "302 Moved"
            kept.append(("Contact", self.moved_to))
        lines = [f"SIP/2.0 {verdict}", *(f"{n}: {v}" for n, v in kept), "Content-Length: 0"]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def here(self) -> tuple[str, int]:
        assert self._transport is not None
        host, port = self._transport.get_extra_info("sockname")[:2]
        return str(host), int(port)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
