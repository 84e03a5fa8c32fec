"""Yealink T2, T3, T4, T5, W and CP series: `MAC.cfg`, lines of `name = value`.

Source: Yealink's "SIP Phones Auto Provisioning Guide" and "Description of Configuration
Parameters".
"""

from collections.abc import Iterator

from conmuta.apps.phones.contracts import Line, Settings
from conmuta.apps.phones.vendors.common import Vendor, lines, srtp_number, transport_number

_LANGUAGES = {"es": "Spanish", "en": "English"}
_DAY_MINUTES = 1440


def render(settings: Settings) -> str:
    pairs: dict[str, object] = {}
    for index, line in enumerate(settings.lines, 1):
        pairs |= {f"account.{index}.{name}": value for name, value in _line(settings, line)}
        pairs[f"voice_mail.number.{index}"] = settings.voicemail
    pairs |= {
        "local_time.time_zone_name": settings.time_zone,
        "local_time.ntp_server1": settings.host,
        "lang.gui": _LANGUAGES.get(settings.language, "English"),
        "static.auto_provision.server.url": settings.url,
        "static.auto_provision.server.username": settings.user,
        "static.auto_provision.server.password": settings.password,
        "static.auto_provision.repeat.enable": 1,
        "static.auto_provision.repeat.minutes": _DAY_MINUTES,
    }
    return "#!version:1.0.0.1\n" + lines(pairs)


def _line(settings: Settings, line: Line) -> Iterator[tuple[str, object]]:
    yield "enable", 1
    yield "label", f"{line.number} {line.label}"
    yield "display_name", line.label
    yield "user_name", line.account
    yield "auth_name", line.account
    yield "password", line.secret
    yield "sip_server.1.address", settings.domain
    yield "sip_server.1.port", settings.port
    yield "sip_server.1.transport_type", transport_number(settings.transport)
    yield "outbound_proxy_enable", 1
    yield "outbound_proxy.1.address", settings.host
    yield "outbound_proxy.1.port", settings.port
    yield "srtp_encryption", srtp_number(line.srtp, settings.transport)
    yield "subscribe_mwi", 0


VENDOR = Vendor(
    name="yealink",
    title="Yealink",
    content_type="text/plain; charset=utf-8",
    file_name=lambda mac: f"{mac}.cfg",
    render=render,
    guide="Settings → Auto Provision: Server URL, User Name, Password, then Auto Provision Now.",
)
