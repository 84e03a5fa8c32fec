"""The gateways of a tenant or an operator, in two files.

`gateways.conf` has endpoint, whereabouts and secret of each, which the agent puts in the node's
table of objects; `pjsip.conf` has what Asterisk reads from files alone: by which addresses it
knows them, and where it registers.
"""

from collections.abc import Iterable, Iterator

from conmuta_compiler import names
from conmuta_compiler.files.pjsip import VERIFIED_TLS, codecs, encryption
from conmuta_compiler.text import Section, file, setting, settings
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorGateway, OperatorPlan, Privacy
from conmuta_plan.outside import Gateway, Transport
from conmuta_plan.people import Srtp

REGISTRATION_SECONDS = 600
RETRY_SECONDS = 30

Lines = tuple[str, ...]


OBJECTS = "gateways.conf"
WAYS = "pjsip.conf"
_ALL_GATEWAYS = {
    "identify_by": "ip",
    "direct_media": False,
    "rtp_symmetric": True,
    "allow_transfer": False,
    "allow_subscribe": False,
    "allow_overlap": False,
    "trust_id_inbound": True,
    "send_connected_line": False,
    "send_diversion": False,
    "dtmf_mode": "auto",
    "t38_udptl": True,
    "t38_udptl_ec": "redundancy",
    "t38_udptl_nat": True,
    "rtp_timeout": 300,
    "rtp_timeout_hold": 3600,
}
"""No transfers, known by address, told no inner names."""


def tenant(plan: TenantPlan) -> dict[str, str]:
    """Both files, by name; none where there are no gateways."""
    own = settings(accountcode=plan.tenant, language=plan.language, send_pai=True)
    made = ((each, own) for each in plan.gateways)
    return _files(f"Gateways of {plan.title} ({plan.tenant})", plan.tenant, made)


def operator(plan: OperatorPlan) -> dict[str, str]:
    """A call by these gateways has no tenant until the number called tells whose it is."""
    made = ((each, _terms(plan.unit, each)) for each in plan.gateways)
    return _files(f"Gateways of the operator {plan.title} ({plan.operator})", plan.unit, made)


def _files(title: str, unit: str, gateways: Iterable[tuple[Gateway, Lines]]) -> dict[str, str]:
    objects: list[Section] = []
    ways: list[Section] = []
    for gateway, more in gateways:
        objects += _objects(unit, gateway, more)
        ways += _ways(unit, gateway)
    return {OBJECTS: file(title, objects), WAYS: file(title, ways)} if objects else {}


def _terms(unit: str, gateway: OperatorGateway) -> Lines:
    """What only an operator says of a gateway."""
    return settings(
        auth=names.gateway(unit, gateway.name) if gateway.challenge else None,
        send_pai=gateway.privacy is not Privacy.FROM,
        trust_id_outbound=True if gateway.privacy is Privacy.HIDDEN else None,
    )


def _objects(unit: str, gateway: Gateway, more: Lines) -> Iterator[Section]:
    name = names.gateway(unit, gateway.name)
    note = f"Gateway {gateway.name}"
    yield Section(name=name, note=note, lines=_trunk(unit, gateway, more))
    contact = settings(
        type="aor",
        contact=_uri(gateway),
        max_contacts=0,
        qualify_frequency=gateway.watch_seconds,
        outbound_proxy=_proxy(gateway),
    )
    yield Section(name=name, lines=contact)
    if gateway.secret is not None:
        yield Section(name=name, lines=_secret(gateway))


def _ways(unit: str, gateway: Gateway) -> Iterator[Section]:
    name = names.gateway(unit, gateway.name)
    addresses = ",".join(gateway.addresses) or gateway.host
    lines = settings(type="identify", endpoint=name, match=addresses)
    note = f"Gateway {gateway.name}"
    yield Section(name=f"{name}-addresses", note=note, lines=lines)
    if gateway.register:
        yield Section(name=f"{name}-registration", lines=_registration(name, gateway))


def _trunk(unit: str, gateway: Gateway, more: Lines) -> Lines:
    name = names.gateway(unit, gateway.name)
    return (
        *settings(
            type="endpoint",
            aors=name,
            outbound_auth=name if gateway.secret is not None else None,
            context=names.context(unit, "in", gateway.name),
        ),
        *more,
        *settings(
            allow=codecs(gateway.codecs),
            from_user=gateway.from_user,
            from_domain=gateway.from_domain,
            outbound_proxy=_proxy(gateway),
            transport=_transport(gateway),
        ),
        *encryption(_media(gateway)),
        *settings(**_ALL_GATEWAYS),
        setting("set_var", f"TRANSFER_CONTEXT={names.NOWHERE}"),
    )


def _media(gateway: Gateway) -> Srtp:
    if isinstance(gateway, OperatorGateway) and gateway.media_encryption is not Srtp.OFF:
        return gateway.media_encryption
    return gateway.srtp


def _transport(gateway: Gateway) -> str | None:
    if gateway.transport is Transport.UDP:
        return None
    verified = isinstance(gateway, OperatorGateway) and gateway.verify_certificate
    if gateway.transport is Transport.TLS and verified:
        return VERIFIED_TLS
    return f"c-{gateway.transport}"


def _secret(gateway: Gateway) -> Lines:
    return settings(
        type="auth",
        auth_type="digest",
        username=gateway.username or gateway.from_user or gateway.name,
        password=gateway.secret,
    )


def _registration(name: str, gateway: Gateway) -> Lines:
    user = gateway.username or gateway.name
    return settings(
        type="registration",
        server_uri=_uri(gateway),
        client_uri=f"sip:{user}@{gateway.from_domain or _host(gateway)}",
        contact_user=user,
        outbound_auth=name if gateway.secret is not None else None,
        outbound_proxy=_proxy(gateway),
        transport=_transport(gateway),
        endpoint=name,
        line=True,
        expiration=REGISTRATION_SECONDS,
        retry_interval=RETRY_SECONDS,
        forbidden_retry_interval=10 * RETRY_SECONDS,
        max_retries=1_000_000,
    )


def _host(gateway: Gateway) -> str:
    is_ipv6 = ":" in gateway.host and not gateway.host.startswith("[")
    return f"[{gateway.host}]" if is_ipv6 else gateway.host


def _uri(gateway: Gateway) -> str:
    """Without a port PJSIP asks the DNS for NAPTR and SRV records (RFC 3263)."""
    transport = "" if gateway.transport is Transport.UDP else f";transport={gateway.transport}"
    port = f":{gateway.port}" if gateway.port else ""
    return f"sip:{_host(gateway)}{port}{transport}"


def _proxy(gateway: Gateway) -> str | None:
    """Asterisk routes loosely only where it is told to."""
    proxy = gateway.outbound_proxy
    if proxy is None:
        return None
    proxy = proxy if proxy.startswith("sip") else f"sip:{proxy}"
    return proxy if ";lr" in proxy else f"{proxy};lr"
