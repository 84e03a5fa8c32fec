"""Verbs on gateways, classes, numbers and recording. Each returns what it changed."""

from collections.abc import Sequence

from django.db import transaction

from conmuta.apps.fleet import api as fleet
from conmuta.apps.trunks import addresses, ports, queries, rules
from conmuta.apps.trunks.contracts import (
    CarrierGateway,
    Gateway,
    InboundNumber,
    OutgoingClass,
    RecordingPolicy,
)
from conmuta.apps.trunks.errors import AddressTaken, NotAssigned
from conmuta.platform import nouns
from conmuta.platform.nouns import Change
from conmuta.platform.scope import Scope


@transaction.atomic
def save_gateways(scope: Scope, gateways: Sequence[Gateway]) -> list[Change[Gateway]]:
    """Makes or changes gateways. None has an address that is another company's too."""
    nouns.refuse(queries.GATEWAYS, gateways, rules.gateway_faults)
    changes = nouns.put(scope, queries.GATEWAYS, gateways)
    _refuse_shared(scope, [change.after for change in changes if change.after is not None])
    return fleet.touched(scope, changes)


def _refuse_shared(scope: Scope, changed: Sequence[Gateway]) -> None:
    """Looks at everybody's gateways, and names none of them."""
    if not changed:
        return
    nouns.lock_name("gateways' addresses")
    others = queries.gateways_elsewhere(scope)
    for gateway in changed:
        address = addresses.shared(gateway, others)
        if address is not None:
            raise AddressTaken(gateway=gateway.name, address=address)


@transaction.atomic
def remove_gateways(scope: Scope, names: Sequence[str]) -> list[Change[Gateway]]:
    """Removes gateways that no class and no number names."""
    return fleet.touched(scope, nouns.remove(scope, queries.GATEWAYS, names))


@transaction.atomic
def save_operator_gateways(
    scope: Scope, gateways: Sequence[CarrierGateway]
) -> list[Change[CarrierGateway]]:
    """Makes or changes an operator's gateways, in its scope."""
    nouns.refuse(queries.OPERATOR_GATEWAYS, gateways, rules.operator_gateway_faults)
    changes = nouns.put(scope, queries.OPERATOR_GATEWAYS, gateways)
    _refuse_shared(scope, [change.after for change in changes if change.after is not None])
    return fleet.touched(scope, changes)


@transaction.atomic
def remove_operator_gateways(scope: Scope, names: Sequence[str]) -> list[Change[CarrierGateway]]:
    """Removes gateways that no route names."""
    return fleet.touched(scope, nouns.remove(scope, queries.OPERATOR_GATEWAYS, names))


@transaction.atomic
def save_classes(scope: Scope, classes: Sequence[OutgoingClass]) -> list[Change[OutgoingClass]]:
    """Makes or changes call classes."""
    nouns.refuse(queries.CLASSES, classes, rules.class_faults)
    return fleet.touched(scope, nouns.put(scope, queries.CLASSES, classes))


@transaction.atomic
def remove_classes(scope: Scope, names: Sequence[str]) -> list[Change[OutgoingClass]]:
    """Removes call classes that no extension and no recording rule names."""
    return fleet.touched(scope, nouns.remove(scope, queries.CLASSES, names))


@transaction.atomic
def save_numbers(scope: Scope, numbers: Sequence[InboundNumber]) -> list[Change[InboundNumber]]:
    """Makes or changes inbound numbers."""
    nouns.refuse(queries.NUMBERS, numbers, rules.number_faults)
    changes = nouns.put(scope, queries.NUMBERS, numbers)
    _refuse_not_its_own(scope, [change.after for change in changes if change.after is not None])
    return fleet.touched(scope, changes)


def _refuse_not_its_own(scope: Scope, changed: Sequence[InboundNumber]) -> None:
    """A number of the operator's stock rings where it is assigned, and nowhere else."""
    stock = [number.number for number in changed if number.stock]
    if stock and (strange := ports.unassigned.get()(scope, stock)):
        raise NotAssigned(number=strange[0])


@transaction.atomic
def remove_numbers(scope: Scope, numbers: Sequence[str]) -> list[Change[InboundNumber]]:
    """Removes inbound numbers: calls to them are refused from now on."""
    return fleet.touched(scope, nouns.remove(scope, queries.NUMBERS, numbers))


@transaction.atomic
def save_recording(
    scope: Scope, policies: Sequence[RecordingPolicy]
) -> list[Change[RecordingPolicy]]:
    """Sets the recording rules, whole."""
    nouns.refuse(queries.RECORDING, policies, rules.recording_faults)
    return fleet.touched(scope, nouns.put(scope, queries.RECORDING, policies))
