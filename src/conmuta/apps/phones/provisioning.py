"""A phone fetches its settings.

It proves itself with its password: first the one-time one, then the one that its settings brought
(`coming`), which becomes its own (`current`) once it is used. Until then every answer is the same.
"""

import re
from datetime import datetime

from django.db import transaction

from conmuta.apps.extensions import api as extensions
from conmuta.apps.phones import models, ports, queries, rules
from conmuta.apps.phones.actions import FOLDER
from conmuta.apps.phones.contracts import Line, Settings
from conmuta.apps.phones.errors import NoLines, NotThisPhone
from conmuta.apps.phones.vendors import VENDORS
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.made import new_password
from conmuta.platform.scope import Scope
from conmuta_plan.outside import Transport

_MAC_IN_NAME = re.compile(r"(?<![0-9a-f])[0-9a-f]{12}(?![0-9a-f])", re.IGNORECASE)
LONGEST_AGENT, LONGEST_ADDRESS = 200, 45


def mac_of(file_name: str) -> str:
    """The MAC in a file's name, "" where there is none."""
    found = _MAC_IN_NAME.search(re.sub(r"^(cfg|spa|snom)", "", file_name, flags=re.IGNORECASE))
    return found[0].lower() if found else ""


def fetch(
    file_name: str, credentials: tuple[str, str], seen: tuple[str, str], now: datetime
) -> tuple[str, str]:
    """The content type and text of a phone's settings.

    `credentials` are user and password, `seen` address and agent. Raises `NotThisPhone` alike for
    a phone that is not known, a wrong file and a wrong password.
    """
    user, password = credentials
    mac = mac_of(file_name)
    if not mac or rules.plain_mac(user) != mac:
        raise NotThisPhone
    with Scope.system(f"phone:{mac}").active() as system, transaction.atomic():
        key = _key(system, mac)
        if key is None or VENDORS[key.phone.vendor].file_name(mac) != file_name.lower():
            raise NotThisPhone
        _admit(key, password, now)
        _note(key, seen, now)
        with Scope.for_tenant(key.tenant_id, f"phone:{mac}").active() as scope:
            settings = _settings(scope, key)
    vendor = VENDORS[key.phone.vendor]
    return vendor.content_type, vendor.render(settings)


def _key(system: Scope, mac: str) -> models.PhoneKey | None:
    rows = models.PhoneKey.objects.within(system).select_related("phone")
    return rows.select_for_update(of=("self",)).filter(phone__mac=mac).first()


def _admit(key: models.PhoneKey, password: str, now: datetime) -> None:
    """Raises `NotThisPhone`. A phone that comes with the new password has it."""
    if rules.is_same(password, key.coming):
        key.current, key.coming, key.changed_at = key.coming, None, now
        key.one_time_sha256, key.one_time_until = "", None
    elif rules.is_one_time(password, key.one_time_sha256, key.one_time_until, now):
        key.coming = key.coming or new_password()
    elif rules.is_same(password, key.current):
        if key.coming is None and rules.is_old(key.changed_at, now):
            key.coming = new_password()
    else:
        raise NotThisPhone


def _note(key: models.PhoneKey, seen: tuple[str, str], now: datetime) -> None:
    address, agent = seen
    key.fetched_at = now
    key.address, key.agent = address[:LONGEST_ADDRESS], agent[:LONGEST_AGENT]
    key.save()


def _settings(scope: Scope, key: models.PhoneKey) -> Settings:
    phone, tenant = key.phone, tenancy.tenant_of(scope).facts
    server, transport = ports.sip_server.get()(scope), Transport(phone.transport)
    lines = _lines(scope, phone.lines)
    if not lines:
        raise NoLines(mac=phone.mac)
    return Settings(
        mac=phone.mac,
        lines=lines,
        domain=tenant.domain,
        host=server.host,
        port=server.port(transport),
        transport=transport,
        language=phone.language or tenant.language,
        time_zone=tenant.time_zone,
        voicemail=queries.voicemail_code(scope),
        url=f"{ports.public_url.get()()}{FOLDER}",
        user=phone.mac,
        password=key.coming or key.current or "",
    )


def _lines(scope: Scope, numbers: list[str]) -> tuple[Line, ...]:
    known = extensions.extensions(scope)
    return tuple(
        Line(
            number=number,
            label=known[number].name,
            account=known[number].account,
            secret=known[number].secret,
            srtp=known[number].srtp,
        )
        for number in numbers
        if number in known
    )
