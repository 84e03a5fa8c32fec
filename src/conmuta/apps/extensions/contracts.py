"""Departments, extensions, mailboxes and what else a telephone can dial inside."""

from dataclasses import dataclass, field

from conmuta_plan import people
from conmuta_plan.people import ConferenceRoom, FeatureCodes, Forwards, Parking, SpeedDial, Srtp

__all__ = [
    "ConferenceRoom",
    "Department",
    "Extension",
    "FeatureCodes",
    "Forwards",
    "Mailbox",
    "Monitoring",
    "Parking",
    "SpeedDial",
    "Srtp",
    "Telephony",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department:
    """A part of the company; `title` is what people read."""

    name: str
    title: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox(people.Mailbox):
    """Voicemail; a blank PIN is made by us. `general`: it is no extension's own."""

    number: str = ""
    name: str = ""
    pin: str = ""
    general: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension(people.Extension):
    """An extension, and whose it is.

    `account` blank: its number. `secret` blank: made by us. `person` is a user's name.
    """

    account: str = ""
    secret: str = ""
    person: str | None = None
    department: str | None = None
    mailbox: Mailbox | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Telephony:
    """What holds for all of a tenant's telephones."""

    name: str = "telephony"
    parking: Parking | None = None
    features: FeatureCodes = field(default_factory=FeatureCodes)
    mail_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """The departments that a person (a user's name) may watch."""

    person: str
    departments: tuple[str, ...] = ()
