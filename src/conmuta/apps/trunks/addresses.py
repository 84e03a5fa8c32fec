"""From which addresses a gateway's calls come, and whether two gateways share some. Pure.

Asterisk knows a carrier's call by its address alone, and asks the gateways by their names: where
two companies have one address, one of them gets the other's calls.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network

from conmuta.apps.trunks.contracts import Gateway

Network = IPv4Network | IPv6Network

WIDEST = {4: 24, 6: 64}
_MAPPED = IPv6Network("::ffff:0:0/96")


def network(address: str) -> Network | None:
    """None: it is no address and no network."""
    try:
        found = ip_network(address.strip("[]"), strict=False)
    except ValueError:
        return None
    return _plain(found)


def _plain(found: Network) -> Network:
    """An IPv4 network that is written as one of IPv6, as what it is."""
    if isinstance(found, IPv6Network) and found.subnet_of(_MAPPED):
        mapped = IPv4Address(int(found.network_address) & 0xFFFFFFFF)
        return IPv4Network((mapped, found.prefixlen - _MAPPED.prefixlen))
    return found


def is_too_wide(found: Network) -> bool:
    return found.prefixlen < WIDEST[found.version]


def shared(gateway: Gateway, others: Iterable[Gateway]) -> str | None:
    """The first address or host of `gateway` that one of `others` has too."""
    taken = [place for other in others for place in _places(other)]
    return next((str(place) for place in _places(gateway) if _meets(place, taken)), None)


def _places(gateway: Gateway) -> list[Network | str]:
    """A host by name counts where no address is given: Asterisk resolves it then."""
    host = network(gateway.host)
    named: list[Network | str] = [] if gateway.addresses else [gateway.host.lower().rstrip(".")]
    hosts = named if host is None else [host]
    found = [network(address) for address in gateway.addresses]
    return [*hosts, *(each for each in found if each is not None)]


def _meets(place: Network | str, taken: Iterable[Network | str]) -> bool:
    return any(_same(place, other) for other in taken)


def _same(one: Network | str, other: Network | str) -> bool:
    if isinstance(one, str) or isinstance(other, str):
        return one == other
    if isinstance(one, IPv4Network):
        return isinstance(other, IPv4Network) and one.overlaps(other)
    return isinstance(other, IPv6Network) and one.overlaps(other)
