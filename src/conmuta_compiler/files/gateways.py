"""pjsip.conf of a tenant or an operator: endpoint, whereabouts and registration of each gateway."""

from collections.abc import Iterator

from conmuta_compiler import names
from conmuta_compiler.files.pjsip import TRUNK, VERIFIED_TLS, codecs, encryption
from conmuta_compiler.text import Section, file, setting, settings
from conmuta_plan import TenantPlan
from conmuta_plan.operator import OperatorGateway, OperatorPlan, Privacy
from conmuta_plan.outside import Gateway, Transport
from conmuta_plan.people import Srtp

REGISTRATION_SECONDS = 600
RETRY_SECONDS = 30

Lines = tuple[str, ...]


def tenant(plan: TenantPlan) -> str:
    own = settings(accountcode=plan.tenant, language=plan.language)
    sections = [part for each in plan.gateways for part in _gateway(plan.tenant, each, own)]
    return file(f"Gateways of {plan.title} ({plan.tenant})", sections)


def operator(plan: OperatorPlan) -> str:
    """A call by these gateways has no tenant until the number called tells whose it is."""
    sections = [
        part
        for each in plan.gateways
        for part in _gateway(plan.unit, each, _terms(plan.unit, each))
    ]
    return file(f"Gateways of the operator {plan.title} ({plan.operator})", sections)


def _terms(unit: str, gateway: OperatorGateway) -> Lines:
    """What only an operator says of a gateway."""
    return settings(
        auth=names.gateway(unit, gateway.name) if gateway.challenge else None,
        send_pai=False if gateway.privacy is Privacy.FROM else None,
        trust_id_outbound=True if gateway.privacy is Privacy.HIDDEN else None,
    )


def _gateway(unit: str, gateway: Gateway, more: Lines) -> Iterator[Section]:
    name = names.gateway(unit, gateway.name)
    note = f"Gateway {gateway.name}"
    yield Section(name=name, template=TRUNK, note=note, lines=_trunk(unit, gateway, more))
    contact = settings(
        type="aor",
        contact=_uri(gateway),
        qualify_frequency=gateway.watch_seconds or None,
        outbound_proxy=_proxy(gateway),
    )
    yield Section(name=name, lines=contact)
    addresses = ",".join(gateway.addresses) or gateway.host
    lines = settings(type="identify", endpoint=name, match=addresses)
    yield Section(name=f"{name}-addresses", lines=lines)
    if gateway.secret is not None:
        yield Section(name=name, lines=_secret(gateway))
    if gateway.register:
        yield Section(name=f"{name}-registration", lines=_registration(name, gateway))


def _trunk(unit: str, gateway: Gateway, more: Lines) -> Lines:
    name = names.gateway(unit, gateway.name)
    return (
        *settings(
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
