"""Fanvil X, V and H series: `MAC.cfg`, modules of `name :value`.

Source: Fanvil's "Auto Provision" guide and an export of a phone's own configuration.
"""

from conmuta.apps.phones.contracts import Line, Settings
from conmuta.apps.phones.vendors.common import Vendor, lines, srtp_number, transport_number

_HTTPS = 5
_AFTER_REBOOT_AND_DAILY = 1
_DAY_HOURS = 24


def render(settings: Settings) -> str:
    sip: dict[str, object] = {}
    for index, line in enumerate(settings.lines, 1):
        sip |= {f"SIP{index} {name}": value for name, value in _line(settings, line).items()}
    update = {
        "Download Username": settings.user,
        "Download password": settings.password,
        "Download Server IP": settings.url.rstrip("/"),
        "Config File Name": f"{settings.mac}.cfg",
        "Download Protocol": _HTTPS,
        "Download Mode": _AFTER_REBOOT_AND_DAILY,
        "Download Interval": _DAY_HOURS,
    }
    clock = {"SNTP Server": settings.host, "Enable SNTP": 1, "Time Zone Name": settings.time_zone}
    return (
        "<<VOIP CONFIG FILE>>Version:2.0002\n\n"
        + _module("GLOBAL CONFIG MODULE", clock)
        + _module("SIP CONFIG MODULE", sip)
        + _module("PHONE FEATURE CONFIG MODULE", {"Default Language": settings.language})
        + _module("AUTOUPDATE CONFIG MODULE", update)
        + "<<END OF FILE>>\n"
    )


def _module(name: str, pairs: dict[str, object]) -> str:
    return f"<{name}>\n{lines(pairs, ' :')}\n"


def _line(settings: Settings, line: Line) -> dict[str, object]:
    return {
        "Phone Number": line.account,
        "Display Name": line.label,
        "Sip Name": f"{line.number} {line.label}",
        "Register Addr": settings.domain,
        "Register Port": settings.port,
        "Register User": line.account,
        "Register Pswd": line.secret,
        "Proxy Addr": settings.host,
        "Proxy Port": settings.port,
        "Proxy User": line.account,
        "Proxy Pswd": line.secret,
        "Enable Reg": 1,
        "Transport": transport_number(settings.transport),
        "RTP Encryption": srtp_number(line.srtp, settings.transport),
        "MWI Num": settings.voicemail,
    }


VENDOR = Vendor(
    name="fanvil",
    title="Fanvil",
    content_type="text/plain; charset=utf-8",
    file_name=lambda mac: f"{mac}.cfg",
    render=render,
    guide="System → Auto Provision → Static Provisioning Server: address, protocol HTTPS; "
    "Common Settings: user and password.",
)
