"""From where people sign in: a network that is new for a person is told to them by mail."""

from ipaddress import ip_address, ip_network

from django.db import transaction
from django.utils import timezone

from conmuta.apps.identity.contracts import SignedInElsewhere
from conmuta.apps.identity.models import SignInPlace, User
from conmuta.platform import outbox
from conmuta.platform.scope import Scope

V4_BITS, V6_BITS = 24, 48
"""What one site's addresses have in common, near enough."""


@transaction.atomic
def note_place(user: User, address: str) -> None:
    """Remembers the network; the person hears of it unless it is their first, or known."""
    network = network_of(address)
    if network is None:
        return
    known = SignInPlace.objects.filter(user=user)
    if known.filter(network=network).update(last_at=timezone.now()):
        return
    is_first = not known.exists()
    SignInPlace.objects.get_or_create(user=user, network=network)
    if not is_first:
        with Scope.system(f"person:{user.pk}").active() as scope:
            at = timezone.now().isoformat()
            outbox.record(SignedInElsewhere(user.pk, network, at), scope)


def network_of(address: str) -> str | None:
    """`192.0.2.0/24` of 192.0.2.7; None for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    bits = V4_BITS if found.version == 4 else V6_BITS  # noqa: PLR2004 — IP's versions
    return str(ip_network(f"{found}/{bits}", strict=False))
