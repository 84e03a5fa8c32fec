"""What others may see of blocks."""

from dataclasses import dataclass
from datetime import datetime


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


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardBlocked:
    """Outbox: the fraud guard shut an extension, or the company where `extension` is ""."""

    extension: str
    reason: str
    number: str
    at: str
    until: str
