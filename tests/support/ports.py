"""Free ports on this machine, for servers that a test starts."""

import random
import socket

RTP_PORTS_PER_LAB = 1200  # 200 calls of two legs, each of two ports, and some air


def free_port(host: str = "127.0.0.1") -> int:
    """A port that nobody uses now, over UDP or TCP."""
    while True:
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((host, 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind((host, port))
            except OSError:
                continue
            return port


def rtp_range() -> tuple[int, int]:
    """A stretch of ports for audio, apart from those of the telephones (30000 to 39999)."""
    first = 10000 + 2 * random.randrange((29999 - 10000 - RTP_PORTS_PER_LAB) // 2)
    return first, first + RTP_PORTS_PER_LAB - 1
