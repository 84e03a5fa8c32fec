"""Extensions, mailboxes, and what a telephone can dial inside the company."""

from dataclasses import dataclass
from enum import StrEnum


class Srtp(StrEnum):
    """Encryption of media: refused, taken when the phone offers it, or demanded."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Voicemail. `number` is an extension's own number or a general mailbox's."""

    number: str
    name: str
    pin: str
    emails: tuple[str, ...] = ()
    attach_audio: bool = True
    delete_after_mail: bool = False
    language: str | None = None
    greeting: str | None = None
    """Prompt name of a greeting that replaces the standard one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwards:
    """Numbers as the extension would dial them; None where not forwarded."""

    always: str | None = None
    busy: str | None = None
    no_answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """A number and the telephones that register for it (`account@domain`)."""

    number: str
    account: str
    secret: str
    name: str
    language: str | None = None
    external_caller_id: str | None = None
    classes: tuple[str, ...] = ("internal", "emergency")
    """Names of the call classes that it may dial."""
    pickup_groups: tuple[str, ...] = ()
    ring_seconds: int = 25
    call_waiting: bool = True
    do_not_disturb: bool = False
    forwards: Forwards = Forwards()
    mailbox: Mailbox | None = None
    srtp: Srtp = Srtp.OPTIONAL
    codecs: tuple[str, ...] = ("opus", "g722", "alaw", "ulaw")
    max_phones: int = 3
    record: bool | None = None
    """None: the tenant's recording rules decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceRoom:
    number: str
    name: str
    pin: str | None = None
    admin_pin: str | None = None
    max_members: int = 50
    record: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Parking:
    """One parking lot: `number` parks, `first`..`last` are the slots that pick up."""

    number: str = "700"
    first: int = 701
    last: int = 720
    seconds: int = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedDial:
    code: str
    number: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureCodes:
    """What a telephone dials for a service. `…_on` codes take the number after the code."""

    voicemail: str = "*97"
    voicemail_any: str = "*98"
    forward_always_on: str = "*21"
    forward_always_off: str = "#21"
    forward_busy_on: str = "*67"
    forward_busy_off: str = "#67"
    forward_no_answer_on: str = "*61"
    forward_no_answer_off: str = "#61"
    do_not_disturb_on: str = "*25"
    do_not_disturb_off: str = "#25"
    pickup_group: str = "*8"
    pickup_extension: str = "**"
    agent_sign_in: str = "*41"
    agent_sign_out: str = "*42"
    agent_pause: str = "*43"
    agent_unpause: str = "*44"
    echo_test: str = "*600"
    record_prompt: str = "*77"
