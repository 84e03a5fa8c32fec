"""Which web services a flow may ask: the world's, not what is beside Asterisk or the server.

A literal address or a name that says by itself that it is inside is refused here. A name of the
world that resolves to an inner address needs a rule of the firewall: see SECURITY.md.
"""

import re
import socket
from collections.abc import Collection, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from conmuta.apps.callflow.contracts import Flow
from conmuta.platform.nouns import Fault
from conmuta.platform.sentences import said

WEB_SERVICE = "web_service"
_NAME = re.compile(r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+")
_INSIDE = ("localhost", "localdomain", "local", "internal")


def inside_faults(flow: Flow, allowed: Collection[str]) -> Iterator[Fault]:
    """Web services of `flow` that are inside; `allowed` are hosts that the platform lists."""
    for step in flow.steps:
        if step.kind != WEB_SERVICE:
            continue
        host = _host(str(step.fields.get("url", "")))
        if host not in allowed and is_inside(host):
            sentence = said(
                "`{host}` is no host of the world: a flow asks services outside "
                "alone. Whoever runs the platform can list a host of its own in "
                "`web_service_hosts`.",
                host=host,
            )
            yield Fault(("steps", step.name, "url"), sentence)


def _host(url: str) -> str:
    """What Asterisk would ask; blank where two readers could read two hosts."""
    if "\\" in url:
        return ""
    try:
        return (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""


def is_inside(host: str) -> bool:
    """Whether `host` is, or may be, of this machine or its network."""
    if not _NAME.fullmatch(host):
        return True
    address = _address(host)
    if address is not None:
        return not address.is_global or address.is_multicast
    return "." not in host or host.rpartition(".")[2] in _INSIDE


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Also of the old ways to write one: 127.1, 0x7f000001, 2130706433."""
    try:
        found = ip_address(host)
    except ValueError:
        return _old_way(host)
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


def _old_way(host: str) -> IPv4Address | None:
    try:
        return IPv4Address(socket.inet_aton(host))
    except OSError:
        return None
