"""Gateways whose state changed, told to those whose they are."""

from collections.abc import Iterable, Mapping

from conmuta.apps.fleet import units
from conmuta.apps.fleet.contracts import GatewayChanged
from conmuta.apps.fleet.units import Kind
from conmuta.platform import outbox
from conmuta.platform.scope import Scope
from conmuta_plan.node import GatewayStatus, NodeReport

Change = tuple[str, GatewayChanged]
"""The unit, and what became of its gateway."""


def changes(before: NodeReport | None, now: NodeReport, node: str) -> list[Change]:
    """What differs between two reports; a gateway that was not watched before is no news."""
    known = {(each.unit, each.gateway): each.status for each in before.gateways} if before else {}
    found = []
    for each in now.gateways:
        was = known.get((each.unit, each.gateway), each.status)
        if was is not each.status and GatewayStatus.UNWATCHED not in (was, each.status):
            told = GatewayChanged(
                gateway=each.gateway, node=node, was=was.value, now=each.status.value
            )
            found.append((each.unit, told))
    return found


def tell(scope: Scope, kind: Kind, known: Mapping[str, int], changed: Iterable[Change]) -> None:
    """Records the changes of the units of this kind, each in its owner's scope."""
    scope_of = Scope.for_operator if kind is units.OPERATORS else Scope.for_tenant
    for unit, told in changed:
        if unit in known:
            outbox.record(told, scope_of(known[unit], scope.actor))
