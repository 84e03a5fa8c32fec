"""Snom 3xx, 7xx and D series: `snomMAC.xml`, phone-settings by index.

Source: Snom's service hub, "Configuration files, XML".
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement

from conmuta.apps.phones.contracts import Line, Settings
from conmuta.apps.phones.vendors.common import Vendor, document, one_line, srtp_number

_LANGUAGES = {"es": "Español", "en": "English"}


def render(settings: Settings) -> str:
    top = Element("settings")
    phone = SubElement(top, "phone-settings")
    for index, line in enumerate(settings.lines, 1):
        for name, value in _line(settings, line):
            SubElement(phone, name, {"idx": str(index), "perm": ""}).text = one_line(value)
    for name, value in _whole(settings):
        SubElement(phone, name, {"perm": ""}).text = one_line(value)
    return document(top)


def _line(settings: Settings, line: Line) -> Iterator[tuple[str, object]]:
    proxy = f"sip:{settings.host}:{settings.port};transport={settings.transport}"
    yield "user_active", "on"
    yield "user_realname", line.label
    yield "user_idle_text", f"{line.number} {line.label}"
    yield "user_name", line.account
    yield "user_pname", line.account
    yield "user_pass", line.secret
    yield "user_host", settings.domain
    yield "user_outbound", proxy
    yield "user_srtp", "on" if srtp_number(line.srtp, settings.transport) else "off"
    yield "user_mailbox", settings.voicemail


def _whole(settings: Settings) -> Iterator[tuple[str, object]]:
    yield "language", _LANGUAGES.get(settings.language, "English")
    yield "timezone", settings.time_zone
    yield "ntp_server", settings.host
    yield "setting_server", f"{settings.url}snom{{mac}}.xml"
    yield "http_client_user", settings.user
    yield "http_client_pass", settings.password
    yield "settings_refresh_timer", 86400


VENDOR = Vendor(
    name="snom",
    title="Snom",
    content_type="text/xml; charset=utf-8",
    file_name=lambda mac: f"snom{mac}.xml",
    render=render,
    guide="Setup → Advanced → Update: Setting URL; Advanced → Network: HTTP Client user, password.",
)
