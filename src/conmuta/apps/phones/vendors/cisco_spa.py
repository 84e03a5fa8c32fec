"""Cisco and Linksys SPA phones and adapters: `spaMAC.xml`, a flat profile.

Source: "Cisco Small Business IP Telephony Devices Provisioning Guide".
"""

from conmuta.apps.phones.contracts import Line, Settings
from conmuta.apps.phones.vendors.common import Vendor, srtp_number, xml

_DAY_SECONDS = 86400


def render(settings: Settings) -> str:
    pairs: dict[str, object] = {
        "Provision_Enable": "Yes",
        "Resync_On_Reset": "Yes",
        "Resync_Periodic": _DAY_SECONDS,
        "Profile_Rule": _rule(settings),
        "Primary_NTP_Server": settings.host,
        "Voice_Mail_Number": settings.voicemail,
    }
    for index, line in enumerate(settings.lines, 1):
        pairs |= {f"{name}_{index}_": value for name, value in _line(settings, line).items()}
    return xml("flat-profile", pairs)


def _rule(settings: Settings) -> str:
    return f"[--uid {settings.user} --pwd {settings.password}]{settings.url}spa$MA.xml"


def _line(settings: Settings, line: Line) -> dict[str, object]:
    return {
        "Line_Enable": "Yes",
        "Proxy": settings.domain,
        "Use_Outbound_Proxy": "Yes",
        "Outbound_Proxy": f"{settings.host}:{settings.port}",
        "Use_OB_Proxy_In_Dialog": "Yes",
        "Register": "Yes",
        "SIP_Transport": settings.transport.upper(),
        "Display_Name": line.label,
        "Short_Name": line.number,
        "User_ID": line.account,
        "Use_Auth_ID": "Yes",
        "Auth_ID": line.account,
        "Password": line.secret,
        "Secure_Call_Setting": "Yes" if srtp_number(line.srtp, settings.transport) else "No",
    }


VENDOR = Vendor(
    name="cisco-spa",
    title="Cisco / Linksys SPA",
    content_type="text/xml; charset=utf-8",
    file_name=lambda mac: f"spa{mac}.xml",
    render=render,
    guide="Admin → Advanced → Provisioning: Profile Rule "
    "[--uid USER --pwd PASSWORD]ADDRESS/spa$MA.xml, then Submit All Changes.",
)
