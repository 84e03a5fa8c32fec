"""What others may see of blocks."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext


def in_words(reason: str) -> str:
    """Why somebody is blocked, as a sentence in the reader's language."""
    return {
        "money": gettext("The money that may be spent on calls in a day was reached."),
        "minutes": gettext("The minutes that may be called in a day were reached."),
        "countries": gettext("More new countries were called in a day than are allowed."),
    }.get(reason, gettext("A limit of the fraud guard was reached."))


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockView:
    """An extension that is shut, or its whole company where `extension` is "".

    `reason` is `money`, `minutes` or `countries`; `until` None: until somebody lifts it.
    """

    tenant: str
    extension: str
    reason: str
    number: str
    at: datetime
    until: datetime | None

    @property
    def words(self) -> str:
        """The reason as a sentence, in the reader's language."""
        return in_words(self.reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardBlocked:
    """Outbox: the fraud guard shut an extension, or the company where `extension` is ""."""

    extension: str
    reason: str
    number: str
    at: str
    until: str
