"""Softphones: links that show one extension's settings, and the forms that programs read."""

import io
import secrets
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement

import segno
from django.db import transaction
from django.db.models import F

from conmuta.apps.extensions import api as extensions
from conmuta.apps.phones import models, ports, queries, rules
from conmuta.apps.phones.contracts import SetupLink, Softphone
from conmuta.apps.phones.errors import LinkOver
from conmuta.apps.phones.vendors.common import document, one_line
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit
from conmuta.platform.errors import NotFound
from conmuta.platform.nouns import ids
from conmuta.platform.scope import Scope
from conmuta_plan.outside import Transport
from conmuta_plan.people import Srtp

MOST_OPENINGS = 50  # a person, a phone and some reloads; not a crowd
_LINPHONE_SPACE = "http://www.linphone.org/xsds/lpconfig.xsd"


@transaction.atomic
def make_link(scope: Scope, extension: str, now: datetime) -> SetupLink:
    """A link for one extension; the links before it are over. Raises `NotFound`."""
    model = extensions.EXTENSIONS.model
    found = ids(scope, model, "number", [extension])
    if extension not in found:
        raise NotFound(what=f"extension {extension}")
    token, until = secrets.token_urlsafe(24), now + rules.LINK
    rows = models.SetupLink.objects.within(scope)
    rows.filter(extension_id=found[extension]).delete()
    rows.create(token_sha256=rules.digest(token), extension_id=found[extension], until=until)
    audit.record(scope, "invited", f"extensions.extension:{extension}")
    url = f"{ports.public_url.get()()}/setup/{token}/"
    return SetupLink(url=url, extension=extension, until=until)


def open_link(token: str, now: datetime) -> Softphone:
    """The settings that a link shows. Raises `LinkOver`."""
    with Scope.system("setup-link").active() as system, transaction.atomic():
        rows = models.SetupLink.objects.within(system).select_related("extension")
        row = rows.filter(token_sha256=rules.digest(token), until__gt=now).first()
        if row is None or row.opened >= MOST_OPENINGS:
            raise LinkOver
        models.SetupLink.objects.within(system).filter(pk=row.pk).update(opened=F("opened") + 1)
        with Scope.for_tenant(row.tenant_id, "setup-link").active() as scope:
            return softphone(scope, str(row.extension))


def softphone(scope: Scope, number: str) -> Softphone:
    """What a softphone of this extension is told. Encrypted where the server can."""
    found = extensions.extensions(scope).get(number)
    if found is None:
        raise NotFound(what=f"extension {number}")
    server = ports.sip_server.get()(scope)
    transport = Transport.TLS if server.tls_port else Transport.UDP
    return Softphone(
        extension=number,
        name=found.name,
        domain=tenancy.tenant_of(scope).facts.domain,
        host=server.host,
        port=server.port(transport),
        transport=transport,
        account=found.account,
        secret=found.secret,
        srtp=found.srtp,
        voicemail=queries.voicemail_code(scope),
    )


def qr(text: str) -> str:
    """A QR code of `text` as SVG, dark on light, with its quiet zone."""
    out = io.BytesIO()
    code = segno.make(text, error="m", micro=False)
    drawn = {"dark": "#000", "light": "#fff", "xmldecl": False, "omitsize": True}
    code.save(out, kind="svg", scale=5, border=4, **drawn)
    return out.getvalue().decode()


def linphone(phone: Softphone) -> str:
    """Linphone's remote provisioning. Source: linphone.org, "Remote provisioning"."""
    top = Element("config", {"xmlns": _LINPHONE_SPACE})
    _section(
        top,
        "proxy_0",
        {
            "reg_identity": f'"{phone.name}" <{phone.uri}>',
            "reg_proxy": f"<sip:{phone.proxy};transport={phone.transport}>",
            "reg_route": f"<sip:{phone.proxy};transport={phone.transport}>",
            "reg_sendregister": "1",
            "reg_expires": "600",
            "realm": phone.domain,
        },
    )
    _section(
        top,
        "auth_info_0",
        {
            "username": phone.account,
            "userid": phone.account,
            "domain": phone.domain,
            "realm": phone.domain,
            "passwd": phone.secret,
        },
    )
    encryption = "none" if phone.srtp is Srtp.OFF else "srtp"
    _section(top, "sip", {"default_proxy": "0", "media_encryption": encryption})
    return document(top)


def _section(top: Element, name: str, entries: dict[str, str]) -> None:
    section = SubElement(top, "section", {"name": name})
    for key, value in entries.items():
        entry = SubElement(section, "entry", {"name": key, "overwrite": "true"})
        entry.text = one_line(value)


def microsip(phone: Softphone) -> str:
    """MicroSIP's `MicroSIP.ini`. Source: microsip.org, "Configuration file"."""
    encryption = {Srtp.OFF: "", Srtp.OPTIONAL: "optional", Srtp.REQUIRED: "mandatory"}[phone.srtp]
    values = {
        "label": f"{phone.extension} {phone.name}",
        "server": phone.proxy,
        "proxy": f"{phone.proxy};transport={phone.transport}",
        "domain": phone.domain,
        "username": phone.account,
        "authID": phone.account,
        "password": phone.secret,
        "displayName": phone.name,
        "voicemailNumber": phone.voicemail,
        "transport": str(phone.transport),
        "SRTP": encryption,
        "publish": "0",
        "allowRewrite": "1",
    }
    lines = "".join(f"{name}={one_line(value)}\r\n" for name, value in values.items())
    return f"[Settings]\r\naccountId=1\r\n[Account1]\r\n{lines}"
