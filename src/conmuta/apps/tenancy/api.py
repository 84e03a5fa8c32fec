"""The door of tenancy."""

from typing import Any

from conmuta.apps.tenancy.actions import change_tenant, create_tenant, remove_tenant
from conmuta.apps.tenancy.contracts import (
    EVERY_SERVICE,
    Brand,
    ExportView,
    Limits,
    OperatorFacts,
    OperatorView,
    Service,
    State,
    TenantFacts,
    TenantView,
)
from conmuta.apps.tenancy.files import delete_left_files, keep_file, leave_files, stuck_files
from conmuta.apps.tenancy.offers import (
    has_service,
    require_room,
    require_service,
    set_limits,
    set_services,
)
from conmuta.apps.tenancy.operators import (
    change_operator,
    create_operator,
    logo_of,
    remove_operator,
    set_brand,
    set_logo,
)
from conmuta.apps.tenancy.queries import (
    domains,
    exports,
    operator_at,
    operator_by_slug,
    operator_of,
    operator_slugs,
    operators,
    slugs,
    tenant_by_slug,
    tenant_of,
    tenants,
)
from conmuta.apps.tenancy.rules import wrong_brand, wrong_facts, wrong_operator
from conmuta.apps.tenancy.states import (
    call_back_tenant,
    end_tenant,
    reactivate_tenant,
    read_export,
    set_state,
    suspend_tenant,
)
from conmuta.platform.scope import Scope

__all__ = [
    "EVERY_SERVICE",
    "Brand",
    "ExportView",
    "Limits",
    "OperatorFacts",
    "OperatorView",
    "Service",
    "State",
    "TenantFacts",
    "TenantView",
    "call_back_tenant",
    "change_operator",
    "change_tenant",
    "create_operator",
    "create_tenant",
    "delete_left_files",
    "domains",
    "end_tenant",
    "exports",
    "has_service",
    "keep_file",
    "leave_files",
    "logo_of",
    "operator_at",
    "operator_by_slug",
    "operator_of",
    "operator_slugs",
    "operators",
    "plan_part",
    "reactivate_tenant",
    "read_export",
    "remove_operator",
    "remove_tenant",
    "require_room",
    "require_service",
    "set_brand",
    "set_limits",
    "set_logo",
    "set_services",
    "set_state",
    "slugs",
    "stuck_files",
    "suspend_tenant",
    "tenant_by_slug",
    "tenant_of",
    "tenants",
    "wrong_brand",
    "wrong_facts",
    "wrong_operator",
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
