"""A tenant's plan, put together from each app's part."""

from types import ModuleType
from typing import Any

from conmuta.apps.callflow import api as callflow
from conmuta.apps.extensions import api as extensions
from conmuta.apps.queues import api as queues
from conmuta.apps.routing import api as routing
from conmuta.apps.tenancy import api as tenancy
from conmuta.apps.trunks import api as trunks
from conmuta.platform.scope import Scope
from conmuta.wiring import offers
from conmuta_plan import TenantPlan

_DOORS: tuple[ModuleType, ...] = (tenancy, trunks, routing, extensions, queues, callflow)


def render(scope: Scope) -> TenantPlan:
    """The plan of `scope`'s tenant, as it stands in the database now."""
    parts: dict[str, Any] = {}
    for door in _DOORS:
        part = door.plan_part(scope)
        _refuse_twice(door, parts, part)
        parts |= part
    parts["extensions"] = routing.permitted(scope, parts["extensions"])
    parts["recording"] = tuple(routing.recorded(parts["recording"], parts["classes"]))
    return offers.offered(scope, TenantPlan(**parts))


def _refuse_twice(door: ModuleType, parts: dict[str, Any], part: dict[str, Any]) -> None:
    twice = sorted(parts.keys() & part.keys())
    if twice:
        raise ValueError(f"{door.__name__} gives {', '.join(twice)}, as another app does.")
