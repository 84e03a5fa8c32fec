"""The door of tenancy."""

from typing import Any

from conmuta.apps.tenancy.actions import change_tenant, create_tenant, remove_tenant, set_state
from conmuta.apps.tenancy.contracts import TenantFacts, TenantView
from conmuta.apps.tenancy.queries import operator_slugs, slugs, tenant_by_slug, tenant_of, tenants
from conmuta.apps.tenancy.rules import wrong_facts
from conmuta.platform.scope import Scope

__all__ = [
    "TenantFacts",
    "TenantView",
    "change_tenant",
    "create_tenant",
    "operator_slugs",
    "plan_part",
    "remove_tenant",
    "set_state",
    "slugs",
    "tenant_by_slug",
    "tenant_of",
    "tenants",
    "wrong_facts",
]


def plan_part(scope: Scope) -> dict[str, Any]:
    """The tenant's own facts, as keyword arguments of `TenantPlan`."""
    tenant = tenant_of(scope)
    facts = tenant.facts
    return {
        "tenant": tenant.slug,
        "domain": facts.domain,
        "title": facts.title,
        "time_zone": facts.time_zone,
        "language": facts.language,
        "country": facts.country,
        "max_calls": facts.max_calls,
        "suspended": not tenant.active,
    }
