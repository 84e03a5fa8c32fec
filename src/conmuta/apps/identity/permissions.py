"""What a profile, or an operator, may allow.

A name is stored and written in tenants' files; it never changes.
"""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that a person may do in a tenant."""

    EXTENSION_MONITORING = "extension_monitoring"
    QUEUE_ANALYSIS = "queue_analysis"
    CALL_ANALYSIS = "call_analysis"
    AGENT_ANALYSIS = "agent_analysis"
    DASHBOARD = "dashboard"
    LISTEN_AUDIO = "listen_audio"
    DOWNLOAD_AUDIO = "download_audio"
    CAMPAIGNS = "campaigns"
    REPORTS = "reports"
    COSTS = "costs"
    MAIL = "mail"
    EXTENSIONS_ADMIN = "extensions_admin"
    DEPARTMENTS_ADMIN = "departments_admin"
    QUEUES_ADMIN = "queues_admin"
    PEOPLE_ADMIN = "people_admin"
    PROFILES_ADMIN = "profiles_admin"
    AGENDAS_ADMIN = "agendas_admin"
    FLOWS_ADMIN = "flows_admin"
    NUMBERS_ADMIN = "numbers_admin"
    GATEWAYS_ADMIN = "gateways_admin"
    SETTINGS_ADMIN = "settings_admin"
    API_ADMIN = "api_admin"


class OperatorPermission(StrEnum):
    """One thing that a person may do for an operator. A stored name never changes."""

    TENANTS_ADMIN = "tenants_admin"
    TENANTS_SUPPORT = "tenants_support"
    TENANTS_AUDIO = "tenants_audio"
    GATEWAYS_ADMIN = "gateways_admin"
    ROUTES_ADMIN = "routes_admin"
    NUMBERS_ADMIN = "numbers_admin"
    RATES_ADMIN = "rates_admin"
    GUARD_ADMIN = "guard_admin"
    BRAND_ADMIN = "brand_admin"
    PEOPLE_ADMIN = "people_admin"
    API_ADMIN = "api_admin"


OPERATOR_TITLES: dict[OperatorPermission, Promise] = {
    OperatorPermission.TENANTS_ADMIN: _("Open, suspend and end companies"),
    OperatorPermission.TENANTS_SUPPORT: _("Enter companies to help"),
    OperatorPermission.TENANTS_AUDIO: _("Hear and read what companies keep"),
    OperatorPermission.GATEWAYS_ADMIN: _("Manage gateways"),
    OperatorPermission.ROUTES_ADMIN: _("Manage routes"),
    OperatorPermission.NUMBERS_ADMIN: _("Manage numbers"),
    OperatorPermission.RATES_ADMIN: _("Manage rates"),
    OperatorPermission.GUARD_ADMIN: _("Manage the fraud guard"),
    OperatorPermission.BRAND_ADMIN: _("Manage the brand"),
    OperatorPermission.PEOPLE_ADMIN: _("Manage people"),
    OperatorPermission.API_ADMIN: _("Manage API tokens"),
}

ROLES: dict[str, frozenset[OperatorPermission]] = {
    "administrator": frozenset(OperatorPermission),
    "support": frozenset({OperatorPermission.TENANTS_SUPPORT}),
    "sales": frozenset({OperatorPermission.TENANTS_ADMIN, OperatorPermission.NUMBERS_ADMIN}),
}
"""Usual sets of permissions, by the name under which people ask for them."""


TITLES: dict[Permission, Promise] = {
    Permission.EXTENSION_MONITORING: _("Monitor extensions"),
    Permission.QUEUE_ANALYSIS: _("Analyse queues"),
    Permission.CALL_ANALYSIS: _("Analyse calls"),
    Permission.AGENT_ANALYSIS: _("Analyse agents"),
    Permission.DASHBOARD: _("Dashboard"),
    Permission.LISTEN_AUDIO: _("Listen to recordings"),
    Permission.DOWNLOAD_AUDIO: _("Download recordings"),
    Permission.CAMPAIGNS: _("Campaigns"),
    Permission.REPORTS: _("Reports"),
    Permission.COSTS: _("Costs"),
    Permission.MAIL: _("Read kept mail"),
    Permission.EXTENSIONS_ADMIN: _("Manage extensions"),
    Permission.DEPARTMENTS_ADMIN: _("Manage departments"),
    Permission.QUEUES_ADMIN: _("Manage queues"),
    Permission.PEOPLE_ADMIN: _("Manage people"),
    Permission.PROFILES_ADMIN: _("Manage access profiles"),
    Permission.AGENDAS_ADMIN: _("Manage agendas"),
    Permission.FLOWS_ADMIN: _("Manage flows"),
    Permission.NUMBERS_ADMIN: _("Manage numbers"),
    Permission.GATEWAYS_ADMIN: _("Manage gateways"),
    Permission.SETTINGS_ADMIN: _("Manage settings"),
    Permission.API_ADMIN: _("Manage API tokens"),
}

PRIVATE = frozenset({Permission.LISTEN_AUDIO, Permission.DOWNLOAD_AUDIO, Permission.MAIL})
"""What a company's people said and wrote: an operator's helpers need `TENANTS_AUDIO` for it."""
