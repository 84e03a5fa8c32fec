"""A tenant's plan, put together from each app's part."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from conmuta.platform.scope import Scope
from conmuta_plan import TenantPlan

_APPS = ("tenancy", "trunks", "extensions", "queues", "callflow")


def render(scope: Scope) -> TenantPlan:
    """The plan of `scope`'s tenant, as it stands in the database now."""
    parts: dict[str, Any] = {}
    for app in _APPS:
        if find_spec(f"conmuta.apps.{app}.api"):
            part = import_module(f"conmuta.apps.{app}.api").plan_part(scope)
            _refuse_twice(app, parts, part)
            parts |= part
    return TenantPlan(**parts)


def _refuse_twice(app: str, parts: dict[str, Any], part: dict[str, Any]) -> None:
    twice = sorted(parts.keys() & part.keys())
    if twice:
        raise ValueError(f"{app} gives {', '.join(twice)}, which another app gave already.")
