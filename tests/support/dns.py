"""A small DNS server of the test's own: SRV and A records by name, over UDP."""

import asyncio
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

A, SRV, INTERNET = 1, 33, 1
TTL = 1
"""Seconds; a change is seen at once."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where a service is (RFC 2782): the lowest priority first."""

    priority: int
    port: int
    target: str


Records = dict[str, str | Sequence[Service]]
"""A host's address, or where a service (`_sip._udp.example.test`) is."""


class NameServer(asyncio.DatagramProtocol):
    """Answers for the names that it has; there are no others."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.asked: list[str] = []
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, host: str, port: int, records: Records) -> "NameServer":
        loop = asyncio.get_running_loop()
        _, server = await loop.create_datagram_endpoint(
            lambda: cls(records), local_addr=(host, port)
        )
        return server

    def close(self) -> None:
        if self._transport:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        name, kind, question = _question(data)
        self.asked.append(name)
        answers = _answers(self.records.get(name.lower()), kind)
        known = any(each.endswith(name.lower()) for each in self.records)
        flags = 0x8580 | (0 if known else 3)  # ours to answer; 3: there is no such name
        head = data[:2] + struct.pack("!HHHHH", flags, 1, len(answers), 0, 0)
        row = struct.pack("!HHHI", 0xC00C, kind, INTERNET, TTL)
        rows = b"".join(row + struct.pack("!H", len(one)) + one for one in answers)
        if self._transport:
            self._transport.sendto(head + question + rows, addr)


def _question(data: bytes) -> tuple[str, int, bytes]:
    """Name and type asked for, and the question's own bytes (RFC 1035, 4.1.2)."""
    at, labels = 12, []
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode())
        at += 1 + length
    (kind,) = struct.unpack("!H", data[at + 1 : at + 3])
    return ".".join(labels), kind, data[12 : at + 5]


def _answers(found: str | Sequence[Service] | None, kind: int) -> list[bytes]:
    if isinstance(found, str):
        return [socket.inet_aton(found)] if kind == A else []
    if kind != SRV or found is None:
        return []
    return [struct.pack("!HHH", one.priority, 1, one.port) + _name(one.target) for one in found]


def _name(name: str) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"
