"""What carries a mail away."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    SENT = "sent"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Whence and whither, apart from what the headers say."""

    sender: str
    recipients: tuple[str, ...]


class MailRefused(Exception):
    """The other side refused this mail for good; sending it again would not help."""


class Transport(Protocol):
    """Carries one RFC 5322 message.

    Raises `MailRefused`, or any other error where sending it later may help. Returns `KEPT`
    where it leaves the message to be read here.
    """

    def send(self, envelope: Envelope, message: bytes) -> Outcome: ...
