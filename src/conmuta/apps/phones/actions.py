"""Verbs on phones."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from conmuta.apps.phones import models, ports, queries, rules
from conmuta.apps.phones.contracts import OneTime, Phone
from conmuta.apps.phones.errors import MacTaken, NoSuchPhone
from conmuta.apps.phones.vendors import VENDORS
from conmuta.platform import audit, nouns
from conmuta.platform.made import new_password
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope

FOLDER = "/provision/"
ONE_TIME_LENGTH = 12  # typed on a telephone's keys: 71 bits, a day, few tries


@transaction.atomic
def save_phones(scope: Scope, phones: Sequence[Phone]) -> list[Change[Phone]]:
    """Makes or changes phones; their next fetch brings what is new."""
    wanted = [replace(phone, mac=rules.plain_mac(phone.mac)) for phone in phones]
    nouns.refuse(queries.PHONES, wanted, rules.phone_faults)
    _refuse_taken(scope, [phone.mac for phone in wanted])
    return nouns.put(scope, queries.PHONES, wanted)


def _refuse_taken(scope: Scope, macs: Sequence[str]) -> None:
    """Looks at all companies' phones, and names none of them."""
    nouns.lock_name("phones")
    with Scope.system(scope.actor).active() as system:
        others = models.Phone.objects.within(system).exclude(tenant_id=scope.tenant_id or 0)
        taken = others.filter(mac__in=macs).values_list("mac", flat=True).first()
    if taken is not None:
        raise MacTaken(mac=taken)


@transaction.atomic
def remove_phones(scope: Scope, macs: Sequence[str]) -> list[Change[Phone]]:
    """Removes phones: they fetch nothing more. Their lines' SIP passwords stay as they are."""
    return nouns.remove(scope, queries.PHONES, [rules.plain_mac(mac) for mac in macs])


@transaction.atomic
def make_one_time(scope: Scope, mac: str, now: datetime) -> OneTime:
    """A one-time password for a phone, new or put back to its factory settings.

    What it had before counts no more. Raises `NoSuchPhone`.
    """
    phone = models.Phone.objects.within(scope).filter(mac=rules.plain_mac(mac)).first()
    if phone is None:
        raise NoSuchPhone(mac=mac)
    password, until = new_password(ONE_TIME_LENGTH), now + rules.ONE_TIME
    models.PhoneKey.objects.within(scope).update_or_create(
        phone=phone,
        defaults={
            "tenant_id": phone.tenant_id,
            "one_time_sha256": rules.digest(password),
            "one_time_until": until,
            "current": None,
            "coming": None,
        },
    )
    audit.record(scope, "invited", f"phones.phone:{phone.mac}")
    file = VENDORS[phone.vendor].file_name(phone.mac)
    url = f"{ports.public_url.get()()}{FOLDER}"
    return OneTime(url=url + file, user=phone.mac, password=password, until=until)
