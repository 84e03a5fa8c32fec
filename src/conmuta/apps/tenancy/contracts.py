"""What others may see of operators and tenants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Service(StrEnum):
    """What a tenant may have or not. Names are stored and written in files; they never change."""

    RECORDING = "recording"
    VOICEMAIL = "voicemail"
    FAX = "fax"
    QUEUES = "queues"
    CONFERENCE = "conference"
    CONTACT_CENTRE = "contact_centre"
    CAMPAIGNS = "campaigns"
    CHANNELS = "channels"
    API = "api"


EVERY_SERVICE = frozenset(Service)


class State(StrEnum):
    """Where a tenant stands. Suspended and ending, it calls inside and emergencies alone."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    ENDING = "ending"


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantFacts:
    """What describes a tenant; `max_calls` 0: no limit."""

    domain: str
    title: str
    time_zone: str
    language: str
    country: str
    max_calls: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much a tenant may have or use; None: as much as it likes.

    Money is in millionths of the currency's unit; days are the tenant's own.
    """

    extensions: int | None = None
    agents: int | None = None
    max_calls_in: int | None = None
    max_calls_out: int | None = None
    storage_megabytes: int | None = None
    minutes_per_day: int | None = None
    money_per_day: int | None = None


NO_LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantView:
    """`operator` is its slug. `ends_at`: when an ending tenant is removed."""

    id: int
    slug: str
    facts: TenantFacts
    operator: str = "operator"
    operator_id: int = 0
    state: State = State.ACTIVE
    services: frozenset[Service] = EVERY_SERVICE
    limits: Limits = NO_LIMITS
    ends_at: datetime | None = None

    @property
    def active(self) -> bool:
        return self.state is State.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFacts:
    """What describes an operator.

    Its tenants are at `SUBDOMAIN.domain`; "": none can be opened. Its people and its tenants'
    sign in at `host`; "": where everybody does.
    """

    title: str
    domain: str = ""
    host: str = ""
    country: str = ""
    time_zone: str = "UTC"
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """How an operator looks to its customers; "" is the product's own.

    `colour` is behind `ink`: both `#rrggbb`. `support` is an e-mail address, `sender` the one
    that mails come from.
    """

    name: str = ""
    colour: str = ""
    ink: str = ""
    support: str = ""
    sender: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorView:
    """`logo` is its picture's SHA-256 in the store, "" where there is none."""

    id: int
    slug: str
    facts: OperatorFacts
    brand: Brand
    logo: str = ""
    logo_type: str = ""

    @property
    def shown(self) -> str:
        """The name that its customers know."""
        return self.brand.name or self.facts.title


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportView:
    """A file with what a tenant had."""

    id: int
    tenant: str
    title: str
    made_at: datetime
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TenantStateChanged:
    """`ends_at`: ISO 8601, "" where it does not end."""

    state: State
    ends_at: str = ""
