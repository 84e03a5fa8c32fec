"""Where people and telephones reach this installation."""

from urllib.parse import urlsplit

from django.conf import settings

from conmuta.apps.fleet import api as fleet
from conmuta.apps.phones.contracts import SipServer
from conmuta.platform.scope import Scope
from conmuta_plan.node import NodeSettings

_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 — what a node may listen on


def public_url() -> str:
    return str(settings.CONMUTA.public_url).rstrip("/")


def sip_server(scope: Scope) -> SipServer:
    """The first node's address for telephones: its external one, else where it listens."""
    with Scope.system(scope.actor).active() as system:
        nodes = fleet.nodes(system)
    found = nodes[0].settings if nodes else NodeSettings()
    return SipServer(
        host=_host(found), udp_port=found.udp_port, tcp_port=found.tcp_port, tls_port=found.tls_port
    )


def _host(node: NodeSettings) -> str:
    if node.external_address:
        return node.external_address
    if node.bind not in _EVERYWHERE:
        return node.bind
    return urlsplit(public_url()).hostname or "localhost"
