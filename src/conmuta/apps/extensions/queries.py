"""What there is, by number or name, and what names what."""

from collections.abc import Iterator
from dataclasses import replace

from conmuta.apps.extensions import models
from conmuta.apps.extensions.contracts import (
    ConferenceRoom,
    Department,
    Extension,
    Mailbox,
    Monitoring,
    SpeedDial,
    Telephony,
)
from conmuta.platform import nouns
from conmuta.platform.made import new_password, new_pin
from conmuta.platform.nouns import (
    Mention,
    Named,
    Noun,
    Reference,
    declare,
)
from conmuta.platform.scope import Scope


def _classes(spec: Extension) -> Iterator[Named]:
    for index, name in enumerate(spec.classes):
        yield ("classes", str(index)), name


def _greeting(spec: Mailbox) -> Iterator[Named]:
    if spec.greeting is not None:
        yield ("greeting",), spec.greeting


DEPARTMENTS = declare(Noun("extensions.department", models.Department, Department))
EXTENSIONS = declare(
    Noun(
        "extensions.extension",
        models.Extension,
        Extension,
        key="number",
        references={
            "person": Reference("identity.person", "username"),
            "department": Reference("extensions.department"),
        },
        mentions=(Mention("trunks.class", _classes),),
        secrets=frozenset({"secret"}),
        makers={"secret": new_password},
        elsewhere=frozenset({"mailbox"}),
    )
)
MAILBOXES = declare(
    Noun(
        "extensions.mailbox",
        models.Mailbox,
        Mailbox,
        key="number",
        mentions=(Mention("callflow.prompt", _greeting, later=True),),
        secrets=frozenset({"pin"}),
        makers={"pin": new_pin},
    )
)
CONFERENCES = declare(
    Noun(
        "extensions.conference",
        models.ConferenceRoom,
        ConferenceRoom,
        key="number",
        secrets=frozenset({"pin", "admin_pin"}),
    )
)
SPEED_DIALS = declare(Noun("extensions.speed_dial", models.SpeedDial, SpeedDial, key="code"))
TELEPHONY = declare(Noun("extensions.telephony", models.Telephony, Telephony))


def departments(scope: Scope) -> dict[str, Department]:
    return nouns.load(scope, DEPARTMENTS)


def extensions(scope: Scope) -> dict[str, Extension]:
    """Every extension with its own mailbox: two queries."""
    return extensions_with(scope, mailboxes(scope))


def extensions_with(scope: Scope, boxes: dict[str, Mailbox]) -> dict[str, Extension]:
    """Every extension, its mailbox taken from `boxes`: one query."""
    own = {number: box for number, box in boxes.items() if not box.general}
    found = nouns.load(scope, EXTENSIONS)
    return {number: replace(item, mailbox=own.get(number)) for number, item in found.items()}


def settled(wanted: Extension, current: Extension | None) -> Extension:
    """`wanted` with its blank or kept secrets, and its mailbox's, as they are in `current`."""
    own = nouns.settled(EXTENSIONS, wanted, current)
    if own.mailbox is None:
        return own
    before = current.mailbox if current is not None else None
    return replace(own, mailbox=nouns.settled(MAILBOXES, own.mailbox, before))


def mailboxes(scope: Scope) -> dict[str, Mailbox]:
    """Every mailbox, general ones and extensions' own."""
    return nouns.load(scope, MAILBOXES)


def general_mailboxes(scope: Scope) -> dict[str, Mailbox]:
    return {number: box for number, box in mailboxes(scope).items() if box.general}


def conferences(scope: Scope) -> dict[str, ConferenceRoom]:
    return nouns.load(scope, CONFERENCES)


def speed_dials(scope: Scope) -> dict[str, SpeedDial]:
    return nouns.load(scope, SPEED_DIALS)


def telephony(scope: Scope) -> dict[str, Telephony]:
    """At most one, under the key `telephony`."""
    return nouns.load(scope, TELEPHONY)


def monitoring(scope: Scope) -> dict[str, Monitoring]:
    """Whom each person may watch, by the person's name: one query."""
    rows = models.Monitoring.objects.within(scope).order_by("department__name")
    found: dict[str, list[str]] = {}
    for person, department in rows.values_list("person__username", "department__name"):
        found.setdefault(person, []).append(department)
    return {
        person: Monitoring(person=person, departments=tuple(names))
        for person, names in found.items()
    }


def taken_numbers(scope: Scope) -> dict[str, tuple[str, str]]:
    """Who rings at each number: (taker, name)."""
    rows = models.TakenNumber.objects.within(scope).values_list("number", "taker", "name")
    return {number: (taker, name) for number, taker, name in rows}
