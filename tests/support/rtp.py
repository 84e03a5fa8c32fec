"""Audio over RTP by hand: G.711 A-law, telephone events, every 20 ms (RFC 3550, 3551, 4733)."""

import asyncio
import secrets
import struct
from typing import cast

import numpy as np
from numpy.typing import NDArray
from tests.support.hearing import RATE, Samples

FRAME = RATE // 50
ALAW, EVENTS = 8, 101
_KEYS = "0123456789*#ABCD"


def _decoding_table() -> NDArray[np.float32]:
    """ITU-T G.711, table 1, as the usual bit tricks."""
    code = np.arange(256) ^ 0x55
    mantissa, exponent = code & 0x0F, (code & 0x70) >> 4
    low = (mantissa << 4) + 8
    value = np.where(exponent == 0, low, (low + 0x100) << np.maximum(exponent - 1, 0))
    return (np.where(code & 0x80, value, -value) / 32768).astype(np.float32)


_DECODE = _decoding_table()
_ORDER = np.argsort(_DECODE)
_SORTED = _DECODE[_ORDER]


def decode_alaw(data: bytes) -> Samples:
    return _DECODE[np.frombuffer(data, np.uint8)]


def encode_alaw(samples: Samples) -> bytes:
    """The nearest code of each sample."""
    right = np.clip(np.searchsorted(_SORTED, samples), 1, 255)
    left_is_nearer = samples - _SORTED[right - 1] < _SORTED[right] - samples
    return _ORDER[right - left_is_nearer].astype(np.uint8).tobytes()


class RtpPort(asyncio.DatagramProtocol):
    """One socket for audio: what arrived lies in `pcm` and `keys`."""

    def __init__(self) -> None:
        self.pcm: list[Samples] = []
        self.keys = ""
        self.far: tuple[str, int] | None = None
        self._event_at = -1
        self._sequence, self._time = secrets.randbelow(1 << 15), secrets.randbelow(1 << 30)
        self._source = secrets.randbits(32)
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, host: str) -> "RtpPort":
        loop = asyncio.get_running_loop()
        _, port = await loop.create_datagram_endpoint(cls, local_addr=(host, 0))
        return port

    @property
    def number(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 12 or data[0] >> 6 != 2:
            return
        kind, (at,) = data[1] & 0x7F, struct.unpack("!I", data[4:8])
        if kind == ALAW:
            self.pcm.append(decode_alaw(data[12:]))
        elif kind == EVENTS and at != self._event_at:
            self._event_at = at
            self.keys += _KEYS[data[12]]

    def send_audio(self, samples: Samples) -> None:
        """One frame of 20 ms."""
        self._send(ALAW, encode_alaw(samples), self._time, marker=False)
        self._time += FRAME

    async def send_key(self, key: str) -> None:
        """A key held for 100 ms."""
        code = _KEYS.index(key.upper())
        for frame in range(1, 6):
            body = struct.pack("!BBH", code, 10, frame * FRAME)
            self._send(EVENTS, body, self._time, marker=frame == 1)
            await asyncio.sleep(0.02)
        for _ in range(3):
            self._send(EVENTS, struct.pack("!BBH", code, 0x8A, 6 * FRAME), self._time, marker=False)
        self._time += 7 * FRAME

    def _send(self, kind: int, body: bytes, at: int, *, marker: bool) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        head = struct.pack("!BBHII", 0x80, marker << 7 | kind, self._sequence, at, self._source)
        if self.far and self._transport and not self._transport.is_closing():
            self._transport.sendto(head + body, self.far)
