"""The far channels of a call that went out by an operator: whom they reached, and for how long.

An `out` event names the gateway and the number; the next channel that begins at that gateway is
the one that was tried. It is paid from its answer to its end, whatever becomes of the caller.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from conmuta.apps.calls.contracts import OutsideLeg
from conmuta.apps.calls.parsing import SECOND_HALF, Event

OPERATOR = "o-"
ON_NET = "on-net"
"""A local channel has two ends; the first is the one that is rung."""


@dataclass(slots=True)
class _Try:
    """An `out` event of one channel, until its far channel begins."""

    tenant: int
    gateway: str
    number: str
    caller: str

    def rings(self, channel: str) -> bool:
        unit, _, name = self.gateway.partition(":")
        if name == ON_NET:
            return channel.startswith(f"Local/{self.number}@{unit}-within-")
        return channel.startswith(f"PJSIP/{unit}-gw-{name}-")


@dataclass(slots=True)
class _Reading:
    waiting: dict[str, _Try] = field(default_factory=dict)
    """By the channel that calls: it tries one gateway after another."""
    begun: dict[str, _Try] = field(default_factory=dict)
    answered: dict[str, datetime] = field(default_factory=dict)
    ended: dict[str, datetime] = field(default_factory=dict)
    last: datetime | None = None


def outside_legs(events: Iterable[tuple[int, Event]]) -> list[OutsideLeg]:
    """The answered far channels of one ended call, from its events and each one's tenant."""
    reading = _Reading()
    for tenant, event in sorted(events, key=_place):
        reading.last = event.at
        _take(reading, tenant, event)
    last = reading.last
    return [
        OutsideLeg(
            tenant=each.tenant,
            leg=leg,
            caller=each.caller,
            number=each.number,
            gateway=each.gateway,
            answered=reading.answered[leg],
            ended=reading.ended.get(leg, last or reading.answered[leg]),
        )
        for leg, each in reading.begun.items()
        if leg in reading.answered
    ]


def _place(owned: tuple[int, Event]) -> tuple[int, int]:
    return owned[1].batch, owned[1].line


def _take(reading: _Reading, tenant: int, event: Event) -> None:
    if event.user_kind == "out":
        _tried(reading, tenant, event)
    elif event.kind == "CHAN_START":
        _began(reading, event)
    elif event.uniqueid in reading.begun:
        if event.kind == "ANSWER":
            reading.answered.setdefault(event.uniqueid, event.at)
        elif event.kind in ("HANGUP", "CHAN_END"):
            reading.ended.setdefault(event.uniqueid, event.at)


def _tried(reading: _Reading, tenant: int, event: Event) -> None:
    _, _, gateway, number, *_ = [*event.extra.split("|"), "", "", ""]
    if gateway.startswith(OPERATOR):
        reading.waiting[event.uniqueid] = _Try(tenant, gateway, number, event.number)


def _began(reading: _Reading, event: Event) -> None:
    if event.channel.endswith(SECOND_HALF):
        return
    for caller, each in reading.waiting.items():
        if each.rings(event.channel):
            reading.begun[event.uniqueid] = reading.waiting.pop(caller)
            return
