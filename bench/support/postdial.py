"""From an INVITE that comes in to the one that goes out: how long Asterisk took to decide."""

import contextlib
import secrets
import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.rawsip import SDP, Message, parse

ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Ends:
    """A socket that calls and one that is the carrier; both are known by their addresses."""

    caller: socket.socket
    carrier: socket.socket
    server: tuple[str, int]

    def milliseconds(self, number: str) -> float:
        """One call to `number`, which the carrier finds busy."""
        name = secrets.token_hex(8)
        invite = self._request("INVITE", number, name, body=SDP)
        began = time.perf_counter()
        self.caller.sendto(invite, self.server)
        seen, far = self._invite()
        took = (time.perf_counter() - began) * 1000
        self.carrier.sendto(_reply(seen, 486), far)
        busy = self._final()
        to = busy.header("To")
        self.caller.sendto(self._request("ACK", number, name, to=to), self.server)
        self._quiet()
        return took

    def _invite(self) -> tuple[Message, tuple[str, int]]:
        while True:
            message, far = _receive(self.carrier)
            if message.method == "INVITE":
                return message, far

    def _final(self) -> Message:
        while True:
            message, _ = _receive(self.caller)
            if message.status >= 300:
                return message

    def _quiet(self) -> None:
        """What was sent twice, and acknowledgements, are of no further interest."""
        while select.select([self.caller, self.carrier], [], [], 0.01)[0]:
            for each in select.select([self.caller, self.carrier], [], [], 0)[0]:
                each.recv(65536)

    def _request(
        self, method: str, number: str, name: str, *, to: str = "", body: str = ""
    ) -> bytes:
        host, port = self.caller.getsockname()
        uri = f"sip:{number}@{self.server[0]}:{self.server[1]}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{port};branch=z9hG4bK{name};rport",
            "Max-Forwards: 70",
            f"From: <sip:24001000@{host}>;tag={name[:8]}",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {name}",
            f"CSeq: 1 {method}",
            f"Contact: <sip:bench@{host}:{port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


@contextlib.contextmanager
def ends(caller: str, carrier: tuple[str, int], server: tuple[str, int]) -> Iterator[Ends]:
    """Both sockets, at these addresses."""
    with _socket((caller, 0)) as calls, _socket(carrier) as answers:
        yield Ends(calls, answers, server)


@contextlib.contextmanager
def caller(host: str, like: Ends) -> Iterator[Ends]:
    """Another caller to the same carrier."""
    with _socket((host, 0)) as calls:
        yield Ends(calls, like.carrier, like.server)


def _socket(address: tuple[str, int]) -> socket.socket:
    made = socket.socket(type=socket.SOCK_DGRAM)
    made.bind(address)
    made.settimeout(ANSWER_SECONDS)
    return made


def _receive(where: socket.socket) -> tuple[Message, tuple[str, int]]:
    data, far = where.recvfrom(65536)
    return parse(data), far


def _reply(request: Message, status: int) -> bytes:
    lines = [f"SIP/2.0 {status} Busy Here"]
    lines += [f"Via: {value}" for name, value in request.headers if name == "Via"]
    lines += [f"From: {request.header('From')}", f"To: {request.header('To')};tag=bench"]
    lines += [f"Call-ID: {request.header('Call-ID')}", f"CSeq: {request.header('CSeq')}"]
    return ("\r\n".join([*lines, "Content-Length: 0"]) + "\r\n\r\n").encode()
