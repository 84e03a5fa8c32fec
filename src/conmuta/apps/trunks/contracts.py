"""Gateways, inbound numbers, call classes and what is recorded, as others may see them."""

from dataclasses import dataclass

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
    "ClassKind",
    "Direction",
    "Gateway",
    "InboundNumber",
    "OutgoingClass",
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
