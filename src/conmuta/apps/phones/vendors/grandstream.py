"""Grandstream GXP, GRP, GXV and HT: `cfgMAC.xml`, P values.

Source: Grandstream's "XML Configuration File" guide and the P value templates of its phones.
"""

from xml.etree.ElementTree import Element, SubElement

from conmuta.apps.phones.contracts import Line, Settings
from conmuta.apps.phones.vendors.common import (
    Vendor,
    document,
    one_line,
    srtp_number,
    transport_number,
)

_MOST_LINES = 6
_HTTPS = 2
# P values of account 1; those of the others stand in a row of hundreds.
_FIRST = {
    "active": 271,
    "server": 47,
    "proxy": 48,
    "user": 35,
    "auth": 36,
    "password": 34,
    "name": 3,
    "label": 270,
    "transport": 130,
    "srtp": 183,
    "voicemail": 33,
}
_OTHERS = {
    "active": 1,
    "server": 2,
    "proxy": 3,
    "user": 4,
    "auth": 5,
    "password": 6,
    "name": 7,
    "label": 17,
    "transport": 48,
    "srtp": 43,
    "voicemail": 26,
}


def render(settings: Settings) -> str:
    pairs: dict[str, object] = {}
    for index, line in enumerate(settings.lines[:_MOST_LINES]):
        pairs |= {f"P{_number(index, name)}": v for name, v in _line(settings, line).items()}
    pairs |= {
        "P30": settings.host,
        "P64": settings.time_zone,
        "P1362": settings.language,
        "P212": _HTTPS,
        "P237": settings.url.removeprefix("https://").rstrip("/"),
        "P1360": settings.user,
        "P1361": settings.password,
        "P194": 1,
    }
    return _document(settings.mac, pairs)


def _number(index: int, name: str) -> int:
    return _FIRST[name] if index == 0 else 400 + 100 * (index - 1) + _OTHERS[name]


def _line(settings: Settings, line: Line) -> dict[str, object]:
    return {
        "active": 1,
        "server": settings.domain,
        "proxy": f"{settings.host}:{settings.port}",
        "user": line.account,
        "auth": line.account,
        "password": line.secret,
        "name": line.label,
        "label": f"{line.number} {line.label}",
        "transport": transport_number(settings.transport),
        "srtp": srtp_number(line.srtp, settings.transport),
        "voicemail": settings.voicemail,
    }


def _document(mac: str, pairs: dict[str, object]) -> str:
    top = Element("gs_provision", {"version": "1"})
    SubElement(top, "mac").text = mac
    config = SubElement(top, "config", {"version": "1"})
    for name, value in pairs.items():
        SubElement(config, name).text = one_line(value)
    return document(top)


VENDOR = Vendor(
    name="grandstream",
    title="Grandstream",
    content_type="text/xml; charset=utf-8",
    file_name=lambda mac: f"cfg{mac}.xml",
    render=render,
    guide="Maintenance → Upgrade and Provisioning: Config via HTTPS, Server Path, User, Password.",
)
