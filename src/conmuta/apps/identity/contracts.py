"""What others may see of people and profiles."""

from dataclasses import dataclass

from conmuta.apps.identity.permissions import Permission


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
