"""Addresses that nodes shut out: as their last reports tell them, and let in again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Network, ip_address

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from conmuta.apps.fleet.actions import command_each
from conmuta.apps.fleet.errors import NoSuchBan, NotAnAddress
from conmuta.apps.fleet.queries import nodes
from conmuta.platform import audit
from conmuta.platform.scope import Scope
from conmuta_plan.codec import encode
from conmuta_plan.node import Unban

V6_PREFIX = 64  # a customer changes addresses within such a network
_WHOLE = {4: "32", 6: str(V6_PREFIX)}


@dataclass(frozen=True, slots=True, kw_only=True)
class BanView:
    """An address (IPv6: a /64) that nodes shut out; `at` is the first one's, `until` the last's."""

    address: str
    reason: str
    nodes: tuple[str, ...]
    at: datetime
    until: datetime

    @property
    def words(self) -> str:
        """The reason as a sentence, in the reader's language."""
        return {
            "passwords": gettext("It guessed passwords of telephones."),
            "scanner": gettext("It looked for telephones as scanners do."),
            "strangers": gettext("It spoke as telephones that do not exist."),
        }.get(self.reason, gettext("It behaved as a stranger does."))


def bans(scope: Scope) -> list[BanView]:
    """Who is shut out, the latest first. Nodes are everybody's: needs the system's scope."""
    found: dict[str, BanView] = {}
    for each in _told(scope):
        known = found.get(each.address, each)
        found[each.address] = BanView(
            address=each.address,
            reason=known.reason,
            nodes=tuple(dict.fromkeys((*known.nodes, *each.nodes))),
            at=min(known.at, each.at),
            until=max(known.until, each.until),
        )
    return sorted(found.values(), key=lambda ban: ban.at, reverse=True)


def ban(scope: Scope, address: str) -> BanView:
    """The ban that an address is under. Raises `NoSuchBan`."""
    subject = subject_of(address)
    for each in bans(scope):
        if each.address == subject:
            return each
    raise NoSuchBan(address=address)


@transaction.atomic
def unban(scope: Scope, address: str) -> list[int]:
    """Lets an address in again, on every node; the orders' ids. Raises `NotAnAddress`.

    Nodes tell their latest bans alone, so an address that none of them names is ordered too: where
    it is not shut out, nothing happens.
    """
    subject = subject_of(address)
    audit.record(scope, "unbanned", f"fleet.ban:{subject}")
    body = encode(Unban(address=subject)).decode()
    return command_each(scope, "unban", "", lambda _: body)


def subject_of(address: str) -> str:
    """What nodes call the ban of an address: itself, or the /64 of an IPv6 address."""
    host, _, length = address.partition("/")
    try:
        known = ip_address(host.partition("%")[0])
    except ValueError:
        raise NotAnAddress(address=address) from None
    if length and length != _WHOLE[known.version]:  # a wider network is never shut out as one
        raise NotAnAddress(address=address)
    if isinstance(known, IPv4Address):
        return str(known)
    return str(known.ipv4_mapped or IPv6Network((known, V6_PREFIX), strict=False))


def _told(scope: Scope) -> Iterator[BanView]:
    now = timezone.now()
    for node in nodes(scope):
        for each in node.report.bans if node.report else ():
            view = BanView(
                address=each.address,
                reason=each.reason,
                nodes=(node.name,),
                at=datetime.fromtimestamp(each.at, UTC),
                until=datetime.fromtimestamp(each.until, UTC),
            )
            if view.until > now:
                yield view
