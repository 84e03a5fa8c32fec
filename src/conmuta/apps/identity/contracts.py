"""What others may see of people and profiles."""

from dataclasses import dataclass
from datetime import datetime

from conmuta.apps.identity.permissions import Permission
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
