"""Who is shut out, and for how long. Pure: times are passed in.

A telephone with a wrong password tries one account again and again, every few seconds at the
quickest: it gets a long leash. Who tries many accounts, or many times a second, is no telephone.
Passwords made by us cannot be guessed at the pace that the leash allows.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address


class Sign(StrEnum):
    """What an address did."""

    STRANGER = "stranger"
    """Spoke as an account that does not exist."""
    PASSWORD = "password"  # noqa: S105 — a sign's name
    """Gave a wrong password for an account that exists."""
    SCANNER = "scanner"
    """Called itself what scanners call themselves."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many signs, or so many different accounts, within a time, and no more."""

    reason: str
    seconds: float
    signs: int | None = None
    accounts: int | None = None


LIMITS: dict[Sign, tuple[Limit, ...]] = {
    Sign.SCANNER: (Limit("scanner", 60.0, signs=1),),
    Sign.STRANGER: (
        Limit("strangers", 10.0, signs=30),
        Limit("scanner", 60.0, accounts=6),
        Limit("strangers", 600.0, signs=600),
    ),
    Sign.PASSWORD: (
        Limit("passwords", 10.0, signs=20),
        Limit("passwords", 60.0, accounts=5),
        Limit("passwords", 600.0, signs=200),
    ),
}
FIRST_SECONDS = 3600.0
LONGEST_SECONDS = 7 * 86_400.0
KEPT = 700
FORGET_SECONDS = 600.0


@dataclass(slots=True)
class Deeds:
    """What one address did of one kind of late: (when, account), oldest first."""

    signs: deque[tuple[float, str]] = field(default_factory=lambda: deque(maxlen=KEPT))

    def note(self, at: float, account: str) -> None:
        """One more."""
        self.signs.append((at, account))

    def broken(self, sign: Sign, now: float) -> str:
        """Why these are too many, "" where they are not."""
        return next((limit.reason for limit in LIMITS[sign] if self._breaks(limit, now)), "")

    def _breaks(self, limit: Limit, now: float) -> bool:
        late = [account for at, account in self.signs if at > now - limit.seconds]
        if limit.signs is not None and len(late) >= limit.signs:
            return True
        return limit.accounts is not None and len(set(late)) >= limit.accounts


def ban_seconds(times: int) -> float:
    """How long an address is shut out that was shut out so many times before."""
    return float(min(LONGEST_SECONDS, FIRST_SECONDS * 4.0 ** min(times, 10)))


def subject(address: str) -> str:
    """What is banned: an IPv4 address, or the /64 in which a customer changes IPv6 addresses."""
    known = plain(address)
    if isinstance(known, IPv6Address):
        return str(IPv6Network((known, 64), strict=False))
    return str(known)


def plain(address: str) -> IPv4Address | IPv6Address:
    """An address without zone; one of IPv4 within IPv6 is that of IPv4."""
    known = ip_address(address.strip("[]").partition("%")[0])
    return (known.ipv4_mapped or known) if isinstance(known, IPv6Address) else known


def remote(told: str) -> str:
    """The address in an event's `RemoteAddress` (`IPV4/UDP/192.0.2.1/5060`)."""
    family, _, rest = told.partition("/")
    return rest.split("/")[1] if family.startswith("IPV") and rest.count("/") > 1 else ""
