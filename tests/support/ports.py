"""Free ports on this machine, for servers that a test starts.

Test processes run side by side. Each has a stretch of ports to itself, below those that the
kernel gives out by itself, so that a port found free is still free when its server starts.
"""

import itertools
import random
import socket
from collections.abc import Iterator
from functools import cache

FIRST, LAST, STRETCH = 20_000, 31_999, 1000
RTP_FIRST, RTP_LAST = 10_000, 19_999
RTP_PORTS_PER_LAB = 1200  # 200 calls of two legs, each of two ports, and some air
KINDS = (socket.SOCK_STREAM, socket.SOCK_DGRAM)


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody uses now, over UDP or TCP, and that nobody else is told of."""
    _, numbers = _our_stretch()
    return next(port for port in numbers if all(_is_free(host, port, kind) for kind in KINDS))


def rtp_range(count: int = RTP_PORTS_PER_LAB) -> tuple[int, int]:
    """A stretch of ports for audio. Others may have it too: who opens audio tries the next."""
    first = RTP_FIRST + 2 * random.randrange((RTP_LAST - RTP_FIRST - count) // 2)
    return first, first + count - 1


@cache
def _our_stretch() -> tuple[socket.socket, Iterator[int]]:
    """This process's ports, in turn, and what keeps other processes from them."""
    for first in range(FIRST, LAST, STRETCH):
        claim = socket.socket(socket.AF_UNIX)
        try:
            claim.bind(f"\0conmuta-tests-{first}")  # Linux lets go of it when the process ends
        except OSError:
            claim.close()
        else:
            return claim, itertools.cycle(range(first, first + STRETCH))
    raise AssertionError(f"more than {(LAST - FIRST) // STRETCH + 1} test processes at once")


def _is_free(host: str, port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(type=kind) as probe:
        try:
            probe.bind((host, port))
        except OSError:
            return False
        return True
