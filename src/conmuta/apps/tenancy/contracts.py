"""What others may see of a tenant."""

from dataclasses import dataclass


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
class TenantView:
    id: int
    slug: str
    facts: TenantFacts
    active: bool
