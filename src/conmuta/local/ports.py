"""Which ports a machine's parts listen on: the usual one where free, else the next free."""

import contextlib
import socket
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

HIGHEST = 65_535


@dataclass(frozen=True, slots=True)
class Wanted:
    """A listener: the port it has everywhere, and the kinds of socket it opens there."""

    name: str
    usual: int
    kinds: tuple[socket.SocketKind, ...] = (socket.SOCK_STREAM,)


WEB = Wanted("web", 8000)
NODE = (
    Wanted("sip", 5060, (socket.SOCK_DGRAM, socket.SOCK_STREAM)),
    Wanted("sip_tls", 5061),
    Wanted("asterisk_http", 8088),
    Wanted("ami", 5038),
)

IsFree = Callable[[int, Wanted], bool]


def is_free(port: int, wanted: Wanted) -> bool:
    """Whether nobody listens on `port`, on any address, nor is about to."""
    claim = _claim(port)
    if claim is None:
        return False
    claim.close()
    return all(_can_bind(port, kind) for kind in wanted.kinds)


def choose(
    wanted: Iterable[Wanted], taken: Collection[int] = (), free: IsFree = is_free
) -> dict[str, int]:
    """A port for each name, none of them twice nor in `taken`."""
    chosen: dict[str, int] = {}
    for each in wanted:
        candidates = (
            port
            for port in range(each.usual, HIGHEST)
            if port not in taken and port not in chosen.values() and free(port, each)
        )
        chosen[each.name] = next(candidates)
    return chosen


def moved(wanted: Iterable[Wanted], chosen: dict[str, int]) -> list[str]:
    """What to say of the ports that are not the usual ones."""
    return [
        f"Port {each.usual} is taken by another program; {each.name} listens on {port}."
        for each in wanted
        if (port := chosen[each.name]) != each.usual
    ]


def own_address() -> str:
    """The address by which this machine reaches others; no packet is sent to find out."""
    with (
        contextlib.suppress(OSError),
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe,
    ):
        probe.connect(("192.0.2.1", 9))  # RFC 5737: an address that is nobody's
        return str(probe.getsockname()[0])
    return "127.0.0.1"


@dataclass(slots=True)
class Reserved:
    """Chosen ports, held by sockets of ours until their owners start.

    Minutes may pass between the choice and the start; another start would choose the same.
    """

    held: dict[str, list[socket.socket]] = field(default_factory=dict)
    claims: list[socket.socket] = field(default_factory=list)

    def claim(self, chosen: Mapping[str, int]) -> bool:
        """Make these known as ours to other starts, as long as this process lives.

        A port is free for a moment when its owner starts or is started again. False, and nothing
        is claimed, where another start was faster.
        """
        made = [_claim(port) for port in chosen.values()]
        self.claims = [one for one in made if one is not None]
        if len(self.claims) == len(made):
            return True
        self.disclaim()
        return False

    def disclaim(self) -> None:
        """They are nobody's again."""
        for one in self.claims:
            one.close()
        self.claims = []

    def hold(self, wanted: Iterable[Wanted], chosen: Mapping[str, int]) -> None:
        """Hold what can be held: what somebody took this very moment is found out later."""
        for each in wanted:
            bound = (_bind(chosen[each.name], kind) for kind in each.kinds)
            self.held[each.name] = [one for one in bound if one is not None]

    def release(self, *names: str) -> None:
        """Let go of these, or of all."""
        for name in names or tuple(self.held):
            for one in self.held.pop(name, []):
                one.close()


def _claim(port: int) -> socket.socket | None:
    """A name that one process of the machine can have (and loses when it ends); None: taken."""
    one = socket.socket(socket.AF_UNIX)
    try:
        one.bind(f"\0conmuta-port-{port}")
    except OSError:
        one.close()
        return None
    return one


def _can_bind(port: int, kind: socket.SocketKind) -> bool:
    bound = _bind(port, kind)
    if bound is not None:
        bound.close()
    return bound is not None


def _bind(port: int, kind: socket.SocketKind) -> socket.socket | None:
    one = socket.socket(socket.AF_INET, kind)
    try:
        if kind is socket.SOCK_STREAM:
            # As a server would: connections that linger after a stop are no hindrance.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.bind(("", port))
        if kind is socket.SOCK_STREAM:
            one.listen(1)  # with that option, only who listens keeps others out
    except OSError:
        one.close()
        return None
    return one
