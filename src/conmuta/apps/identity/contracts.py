"""What others may see of people and profiles."""

from dataclasses import dataclass
from datetime import datetime

from conmuta.apps.identity.permissions import OperatorPermission, Permission
from conmuta.apps.tenancy.contracts import EVERY_SERVICE, NO_LIMITS, Limits, Service
from conmuta.platform.scope import Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A named set of permissions."""

    name: str
    permissions: frozenset[Permission] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person of a tenant, as the tenant knows them. `profile` by name; `language` "" for
    the tenant's."""

    username: str
    email: str
    name: str
    profile: str
    language: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A tenant that a person may enter, and what they may do there."""

    tenant_id: int
    tenant: str
    title: str
    time_zone: str
    language: str
    permissions: frozenset[Permission]
    helps: int | None = None
    """The operator for which the person is here, who is none of the company's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorPerson:
    """A person of an operator."""

    username: str
    email: str
    name: str
    permissions: frozenset[OperatorPermission]
    language: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorAccess:
    """An operator for which a person may act, and what they may do there."""

    operator_id: int
    operator: str
    title: str
    time_zone: str
    language: str
    permissions: frozenset[OperatorPermission]


@dataclass(frozen=True, slots=True, kw_only=True)
class Administrator:
    """A company's first administrator."""

    name: str
    email: str
    telephone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTenant:
    """A company to be opened at `SUBDOMAIN.` and its operator's domain.

    `slug` "": the subdomain. Country, time zone and language "": the operator's.
    """

    title: str
    subdomain: str
    administrator: Administrator
    slug: str = ""
    country: str = ""
    time_zone: str = ""
    language: str = ""
    services: frozenset[Service] = EVERY_SERVICE
    limits: Limits = NO_LIMITS


@dataclass(frozen=True, slots=True)
class PersonInvited:
    """A person of the scope's tenant or operator is to get a link to set their password."""

    username: str


@dataclass(frozen=True, slots=True)
class SignedInElsewhere:
    """A person signed in from a country from which they never did; `country` "": it is not
    known, and the network is new."""

    user_id: int
    network: str
    at: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class TokenUsedElsewhere:
    """A token of the scope's owner was used in a country where it never was."""

    token: str
    network: str
    at: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenView:
    """An API token as people see it; `prefix` is how it begins. Times None: never."""

    name: str
    prefix: str
    scopes: tuple[str, ...]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenAccess:
    """What a token opens: a tenant's data, an operator's or the platform's (`scope`), and what
    it may do there (`scopes`: `noun:read`, `noun:write`, `noun:*`, `*:read`, `*:write`, `*`)."""

    scope: Scope
    scopes: frozenset[str]
    subject: str
    """Who it is, as the audit says it: `token:ID`."""
