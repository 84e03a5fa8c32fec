"""From where people sign in: a country that is new for a person is told to them by mail, and
where no country is known, a new network."""

from ipaddress import ip_address, ip_network

from django.db import transaction
from django.utils import timezone

from conmuta.adapters.countries import country_of
from conmuta.apps.identity.contracts import SignedInElsewhere, TokenUsedElsewhere
from conmuta.apps.identity.models import ApiToken, SignInPlace, User
from conmuta.platform import outbox
from conmuta.platform.scope import Scope

V4_BITS, V6_BITS = 24, 48
"""What one site's addresses have in common, near enough."""

NO_COUNTRY = "-"


@transaction.atomic
def note_place(user: User, address: str) -> None:
    """Remembers network and country; the person hears of a new one unless it is their first."""
    network = network_of(address)
    if network is None:
        return
    country = country_of(address) or ""
    before = list(SignInPlace.objects.filter(user=user))
    _remember(user, network, country)
    if before and _is_new(before, network, country):
        with Scope.system(f"person:{user.pk}").active() as scope:
            at = timezone.now().isoformat()
            outbox.record(SignedInElsewhere(user.pk, network, at, country), scope)


def note_token_place(system: Scope, row: ApiToken, address: str) -> None:
    """Remembers where a token is used; its owner hears of a country that is new for it, unless
    it is its first place. Costs nothing where it was used before."""
    network = network_of(address)
    country = country_of(address) or NO_COUNTRY
    if network is None or country in row.countries:
        return
    with transaction.atomic():
        row = ApiToken.objects.within(system).select_for_update().get(pk=row.pk)
        if country in row.countries:
            return
        is_told = bool(row.countries) and country != NO_COUNTRY
        row.countries = [*row.countries, country]
        row.save(update_fields=["countries"])
        if is_told:
            _tell_of_token(row, network, country)


def network_of(address: str) -> str | None:
    """`192.0.2.0/24` of 192.0.2.7; None for what is no address."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    bits = V4_BITS if found.version == 4 else V6_BITS  # noqa: PLR2004 — IP's versions
    return str(ip_network(f"{found}/{bits}", strict=False))


def _remember(user: User, network: str, country: str) -> None:
    known = SignInPlace.objects.filter(user=user, network=network, country=country)
    if not known.update(last_at=timezone.now()):
        SignInPlace.objects.get_or_create(user=user, network=network, country=country)


def _is_new(before: list[SignInPlace], network: str, country: str) -> bool:
    if not country:
        return network not in {place.network for place in before}
    return country not in {place.country or _country_in(place.network) for place in before}


def _tell_of_token(row: ApiToken, network: str, country: str) -> None:
    owner = Scope(row.tenant_id, f"token:{row.pk}", row.operator_id)
    with owner.active():
        at = timezone.now().isoformat()
        outbox.record(TokenUsedElsewhere(row.name, network, at, country), owner)


def _country_in(network: str) -> str | None:
    """Of a place that was noted without one: before countries were, or by poorer lists."""
    return country_of(str(ip_network(network).network_address))
