"""What the watch over strangers is given by the rest of the node."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import structlog

from conmuta_node.apply.plans import PlanStore
from conmuta_node.asterisk import AsteriskHome
from conmuta_node.bans.firewall import AsteriskAcl, CannotBan, Firewall, NfTables
from conmuta_node.bans.watch import BanWatch
from conmuta_node.orders import Order
from conmuta_plan.codec import decode
from conmuta_plan.node import NodeSettings, Unban

log = structlog.get_logger()


def firewall_of(home: AsteriskHome) -> Firewall:
    """The kernel's where we may, else Asterisk's."""
    tables = NfTables(home.state)
    firewall: Firewall = tables if tables.works() else AsteriskAcl(home)
    log.info("bans.by", means=firewall.name)
    return firewall


def sip_ports(settings: NodeSettings) -> tuple[int, ...]:
    """Ports that strangers reach Asterisk by."""
    ports = [settings.udp_port, settings.tcp_port, settings.tls_port]
    if settings.webrtc:
        ports.append(settings.http_port)
    return tuple(port for port in ports if port)


@dataclass(slots=True)
class Trusted:
    """Addresses of the settings, and of every gateway in force; each plan is read once."""

    store: PlanStore
    settings: Callable[[], NodeSettings]
    _read: dict[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def __call__(self) -> Iterator[str]:
        settings = self.settings()
        yield from settings.trusted
        yield from settings.local_networks
        for unit in self.store.tenants():
            yield from self._gateways(unit, self.store.linked(unit))

    def _gateways(self, unit: str, folder: str) -> tuple[str, ...]:
        known, addresses = self._read.get(unit, ("", ()))
        if folder and known != folder:
            plan = self.store.any_plan(unit, folder)
            addresses = tuple(a for each in plan.gateways for a in (each.host, *each.addresses))
            self._read[unit] = (folder, addresses)
        return addresses


def ban_orders(watch: BanWatch) -> Mapping[str, Callable[[Order], None]]:
    """Kind of command → how it is done."""

    def unban(order: Order) -> None:
        address = decode(order.body.encode(), Unban).address
        try:
            watch.lift(address)
        except (CannotBan, ValueError) as error:
            log.info("unban.nothing", address=address, reason=str(error))

    return {"unban": unban}
