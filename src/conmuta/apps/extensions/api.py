"""The door of extensions."""

from dataclasses import replace
from typing import Any

from conmuta.apps.extensions import queries
from conmuta.apps.extensions.actions import (
    remove_conferences,
    remove_departments,
    remove_extensions,
    remove_mailboxes,
    remove_speed_dials,
    save_conferences,
    save_departments,
    save_extensions,
    save_mailboxes,
    save_speed_dials,
    save_telephony,
    set_feature,
)
from conmuta.apps.extensions.contracts import Extension, Telephony
from conmuta.apps.extensions.monitoring import save_monitoring
from conmuta.apps.extensions.numbers import take as take_numbers
from conmuta.apps.extensions.numbers import taken_together
from conmuta.apps.extensions.queries import (
    CONFERENCES,
    DEPARTMENTS,
    EXTENSIONS,
    MAILBOXES,
    SPEED_DIALS,
    TELEPHONY,
    conferences,
    departments,
    extensions,
    general_mailboxes,
    monitoring,
    settled,
    speed_dials,
    telephony,
)
from conmuta.apps.extensions.rules import (
    codes,
    conference_faults,
    department_faults,
    extension_faults,
    mailbox_faults,
    slots,
    speed_dial_faults,
    telephony_faults,
    whole,
)
from conmuta.platform.nouns import as_plan, as_plans
from conmuta.platform.scope import Scope
from conmuta_plan import people

__all__ = [
    "CONFERENCES",
    "DEPARTMENTS",
    "EXTENSIONS",
    "MAILBOXES",
    "SPEED_DIALS",
    "TELEPHONY",
    "codes",
    "conference_faults",
    "conferences",
    "department_faults",
    "departments",
    "extension_faults",
    "extensions",
    "general_mailboxes",
    "mailbox_faults",
    "monitoring",
    "plan_part",
    "remove_conferences",
    "remove_departments",
    "remove_extensions",
    "remove_mailboxes",
    "remove_speed_dials",
    "save_conferences",
    "save_departments",
    "save_extensions",
    "save_mailboxes",
    "save_monitoring",
    "save_speed_dials",
    "save_telephony",
    "set_feature",
    "settled",
    "slots",
    "speed_dial_faults",
    "speed_dials",
    "take_numbers",
    "taken_together",
    "telephony",
    "telephony_faults",
    "whole",
]


def plan_part(scope: Scope) -> dict[str, Any]:
    """What rings and what is dialled inside, as keyword arguments of `TenantPlan`: five queries."""
    boxes = queries.mailboxes(scope)
    found = queries.extensions_with(scope, boxes)
    settings = queries.telephony(scope).get("telephony", Telephony())
    general = {number: box for number, box in boxes.items() if box.general}
    return {
        "extensions": tuple(_planned(found[number]) for number in sorted(found)),
        "mailboxes": as_plans(people.Mailbox, general),
        "conferences": as_plans(people.ConferenceRoom, queries.conferences(scope)),
        "speed_dials": as_plans(people.SpeedDial, queries.speed_dials(scope)),
        "parking": settings.parking,
        "features": settings.features,
        "mail_from": settings.mail_from,
    }


def _planned(extension: Extension) -> people.Extension:
    box = extension.mailbox
    own = as_plan(people.Mailbox, box) if box is not None else None
    return replace(as_plan(people.Extension, extension), mailbox=own)
