"""Gateways, inbound numbers, call classes and what is recorded, as others may see them."""

from dataclasses import dataclass
from enum import StrEnum

from conmuta_plan.operator import (
    CallerIdRule,
    NumberRule,
    OperatorGateway,
    Privacy,
)
from conmuta_plan.outside import (
    CallClass,
    ClassKind,
    Direction,
    Gateway,
    InboundNumber,
    RecordingRule,
    Target,
    TargetKind,
    Transport,
)

__all__ = [
    "CallerIdRule",
    "CarrierGateway",
    "ClassKind",
    "Direction",
    "Gateway",
    "GatewayKind",
    "InboundNumber",
    "NumberRule",
    "OutgoingClass",
    "Privacy",
    "RecordingPolicy",
    "RecordingRule",
    "Target",
    "TargetKind",
    "Transport",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingClass(CallClass):
    """A class of calls; `for_flows`: flows, and forwards of outside callers, may dial it too."""

    patterns: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    for_flows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingPolicy:
    """A tenant's recording rules, in order."""

    name: str = "recording"
    rules: tuple[RecordingRule, ...] = ()


class GatewayKind(StrEnum):
    """What stands at the other end; decides which guidance stands beside the fields."""

    CARRIER = "carrier"
    SBC = "sbc"
    E1 = "e1"
    GSM = "gsm"


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierGateway(OperatorGateway):
    """An operator's gateway, and what its people noted of it."""

    kind: GatewayKind = GatewayKind.CARRIER
    note: str = ""
