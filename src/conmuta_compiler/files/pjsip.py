"""Telephones of a tenant, and the node's part of pjsip.conf; `gateways` has the rest."""

import hashlib
from collections.abc import Iterator

from conmuta_compiler import names, recording
from conmuta_compiler.files.core import BANNED
from conmuta_compiler.text import (
    Section,
    comment,
    display_name,
    file,
    setting,
    settings,
    tenants_include,
)
from conmuta_plan import TenantPlan
from conmuta_plan.node import NodeSettings
from conmuta_plan.people import Extension, Srtp

CERTIFICATE = "/state/etc/tls.crt"
PRIVATE_KEY = "/state/etc/tls.key"
AUTHORITIES = "/state/etc/authorities.pem"
"""Those whose signature on a gateway's certificate counts; the agent makes it."""
VERIFIED_TLS = "c-tls-verified"
T1_MS = 250
SCANNER = "c-scanner"
"""The endpoint as which Asterisk knows the user agents of scanners."""
SCANNERS = (
    "friendly-scanner",
    "[Ss][Ii][Pp][Vv]icious",
    "sundayddr",
    "[Ss]ip-?cli",
    "sip-scan",
    "siparmyknife",
    "pplsip",
    "sipptk",
    "iWar",
)
_ALL_PHONES = {
    "identify_by": "username",
    "direct_media": False,
    "rtp_symmetric": True,
    "force_rport": True,
    "rewrite_contact": True,
    "allow_overlap": False,
    "send_pai": True,
    "mwi_subscribe_replaces_unsolicited": True,
    "dtmf_mode": "rfc4733",
    "t38_udptl_ec": "none",
    "rtp_timeout": 300,
    "rtp_timeout_hold": 3600,
}
"""What a gateway has, a telephone says too: an empty cell of the table is no value to Asterisk."""


def phones(plan: TenantPlan) -> str:
    """phones.conf: endpoint, address and secret of each extension.

    The agent puts it in the node's table of objects, so each option is there once, and there
    are no templates.
    """
    sections = [part for each in plan.extensions for part in _extension(plan, each)]
    return file(f"Telephones of {plan.title} ({plan.tenant})", sections)


def _extension(plan: TenantPlan, extension: Extension) -> Iterator[Section]:
    name = names.endpoint(plan, extension)
    note = f"Extension {extension.number}: {extension.name}"
    yield Section(name=name, note=note, lines=_telephone(plan, extension))
    contacts = settings(
        type="aor",
        max_contacts=max(1, extension.max_phones),
        remove_existing=True,
        qualify_frequency=0,
    )
    yield Section(name=name, lines=contacts)
    yield Section(name=name, lines=_secret(plan, extension))


def _telephone(plan: TenantPlan, extension: Extension) -> tuple[str, ...]:
    name = names.endpoint(plan, extension)
    groups = ",".join(f"{plan.tenant}-{group}" for group in extension.pickup_groups) or None
    music = names.music(plan, None)
    own = settings(
        type="endpoint",
        aors=name,
        auth=name,
        context=recording.entrance(plan, extension),
        subscribe_context=names.context(plan.tenant, "local"),
        accountcode=plan.tenant,
        callerid=f'"{display_name(extension.name)}" <{extension.number}>',
        language=extension.language or plan.language,
        allow=codecs(extension.codecs),
        named_call_group=groups,
        named_pickup_group=groups,
        mailboxes=_mailbox(plan, extension),
        moh_suggest=music if music != "default" else None,
        set_var=f"TRANSFER_CONTEXT={names.transfers(plan, extension.classes)}",
    )
    return (*own, *encryption(extension.srtp), *settings(**_ALL_PHONES))


def _mailbox(plan: TenantPlan, extension: Extension) -> str | None:
    box = extension.mailbox
    return names.mailbox(plan.tenant, box.number) if box else None


def _secret(plan: TenantPlan, extension: Extension) -> tuple[str, ...]:
    """RFC 2617's digest: the secret itself need not lie on the node."""
    whole = f"{extension.account}:{plan.domain}:{extension.secret}"
    digest = hashlib.md5(whole.encode(), usedforsecurity=False).hexdigest()
    return settings(
        type="auth",
        auth_type="digest",
        username=extension.account,
        realm=plan.domain,
        password_digest=f"MD5:{digest}",
    )


def codecs(names_of: tuple[str, ...]) -> str:
    return ",".join(("!all", *names_of))


def encryption(srtp: Srtp) -> tuple[str, ...]:
    if srtp is Srtp.OFF:
        return settings(media_encryption="no")
    optional = True if srtp is Srtp.OPTIONAL else None
    return settings(media_encryption="sdes", media_encryption_optimistic=optional)


def node(node_settings: NodeSettings) -> str:
    """Transports, what is the node's own, and who the gateways are by their addresses."""
    sections: list[object] = [*_shared(), *_transports(node_settings)]
    sections.append(
        comment("Addresses and registrations of gateways; the rest is in sorcery.conf's table")
    )
    sections.append(tenants_include("pjsip.conf"))
    return file("SIP on this node", sections)


def _shared() -> Iterator[Section]:
    yield Section(
        name="system",
        note="A gateway that answers nothing has failed after 64 times T1",
        lines=settings(type="system", timer_t1=T1_MS, timer_b=64 * T1_MS),
    )
    yield Section(
        name="global",
        lines=settings(
            type="global",
            user_agent="Conmuta",
            endpoint_identifier_order="username,header,ip",
            keep_alive_interval=30,
            unidentified_request_count=20,
            norefersub=True,
            mwi_disable_initial_unsolicited=True,
        ),
    )
    yield Section(name=BANNED, lines=settings(type="acl", acl=BANNED))
    yield Section(
        name=SCANNER,
        note="Who calls itself what scanners do: refused, and shut out by the agent",
        lines=(
            *settings(type="endpoint", context=names.NOWHERE, disallow="all", allow="alaw"),
            setting("deny", "0.0.0.0/0.0.0.0"),
            setting("deny", "::/0"),
        ),
    )
    yield Section(
        name=f"{SCANNER}-names",
        lines=settings(
            type="identify",
            endpoint=SCANNER,
            match_header=f"User-Agent: /({'|'.join(SCANNERS)})/",
        ),
    )


def _transports(node_settings: NodeSettings) -> Iterator[Section]:
    ports = {
        "udp": node_settings.udp_port,
        "tcp": node_settings.tcp_port,
        "tls": node_settings.tls_port,
    }
    for protocol, port in ports.items():
        if port:
            yield Section(name=f"c-{protocol}", lines=_transport(node_settings, protocol, port))
    if node_settings.tls_port:
        port = node_settings.gateway_tls_port or node_settings.tls_port + 1
        lines = _transport(node_settings, "tls", port)
        lines += settings(verify_server=True, ca_list_file=AUTHORITIES)
        note = "Out to gateways whose certificate must be good"
        yield Section(name=VERIFIED_TLS, note=note, lines=lines)
    if node_settings.webrtc:
        lines = settings(type="transport", protocol="ws", bind=node_settings.bind)
        yield Section(
            name="c-ws", note="The browsers' telephones, over http.conf's port", lines=lines
        )


def _transport(node_settings: NodeSettings, protocol: str, port: int) -> tuple[str, ...]:
    host = f"[{node_settings.bind}]" if ":" in node_settings.bind else node_settings.bind
    outside = node_settings.external_address
    lines = settings(
        type="transport",
        protocol=protocol,
        bind=f"{host}:{port}",
        external_media_address=outside,
        external_signaling_address=outside,
        tos="cs3" if protocol == "udp" else None,
    )
    if outside:
        lines += tuple(setting("local_net", each) for each in node_settings.local_networks)
    if protocol == "tls":
        lines += settings(cert_file=CERTIFICATE, priv_key_file=PRIVATE_KEY, method="tlsv1_2")
    return lines
