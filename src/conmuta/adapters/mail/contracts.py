from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MailPosted:
    """A mail waits to be sent."""

    mail_id: int
