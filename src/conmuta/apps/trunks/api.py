"""The door of trunks."""

from typing import Any

from conmuta.apps.trunks import queries
from conmuta.apps.trunks.actions import (
    remove_classes,
    remove_gateways,
    remove_numbers,
    remove_operator_gateways,
    save_classes,
    save_gateways,
    save_numbers,
    save_operator_gateways,
    save_recording,
)
from conmuta.apps.trunks.presets import PRESETS, GatewayPreset, with_format
from conmuta.apps.trunks.presets import gateway as preset_gateway
from conmuta.apps.trunks.queries import (
    CLASSES,
    GATEWAYS,
    NUMBERS,
    OPERATOR_GATEWAYS,
    RECORDING,
    classes,
    gateways,
    numbers,
    operator_gateways,
    recording,
)
from conmuta.apps.trunks.rules import (
    class_faults,
    gateway_faults,
    number_faults,
    number_rule_faults,
    operator_gateway_faults,
    recording_faults,
)
from conmuta.platform.nouns import as_plans
from conmuta.platform.scope import Scope
from conmuta_plan.outside import Gateway, InboundNumber

__all__ = [
    "CLASSES",
    "GATEWAYS",
    "NUMBERS",
    "OPERATOR_GATEWAYS",
    "PRESETS",
    "RECORDING",
    "GatewayPreset",
    "class_faults",
    "classes",
    "gateway_faults",
    "gateways",
    "number_faults",
    "number_rule_faults",
    "numbers",
    "operator_gateway_faults",
    "operator_gateways",
    "plan_part",
    "preset_gateway",
    "recording",
    "recording_faults",
    "remove_classes",
    "remove_gateways",
    "remove_numbers",
    "remove_operator_gateways",
    "save_classes",
    "save_gateways",
    "save_numbers",
    "save_operator_gateways",
    "save_recording",
    "with_format",
]


def plan_part(scope: Scope) -> dict[str, Any]:
    """Gateways, numbers and recording, as keyword arguments of `TenantPlan`: three queries.

    The classes are `routing`'s part: an operator's dial plan may complete them.
    """
    policy = queries.recording(scope).get("recording")
    return {
        "gateways": as_plans(Gateway, queries.gateways(scope)),
        "numbers": as_plans(InboundNumber, queries.numbers(scope)),
        "recording": policy.rules if policy else (),
    }
