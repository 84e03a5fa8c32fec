"""What is dialled inside a company: each number once, and none in the way of an emergency call."""

import re
from collections.abc import Iterator

from conmuta_compiler.errors import InvalidPlan
from conmuta_compiler.operator.patterns import expression
from conmuta_compiler.steps.common.words import words
from conmuta_plan import TenantPlan
from conmuta_plan.outside import ClassKind
from conmuta_plan.people import Parking

LONGEST_LOT = 1000
_THERE = ("{what} {number} is there already.", "ya está {what} {number}.")
_HIDES = ("it would hide an emergency number.", "taparía un número de emergencia.")
_CIRCLE = (
    "it leads to another speed dial, {number}.",
    "lleva a otro marcado rápido, {number}.",
)
_LOT = ("it has 1 to {most} slots.", "tiene de 1 a {most} lugares.")

Dialled = tuple[str, str]
"""A number, and what it is."""


def check_dialled(plan: TenantPlan) -> None:
    """Raises `InvalidPlan` where two things are dialled alike, or one hides an emergency number."""
    if plan.parking:
        _check_lot(plan.parking)
    inbound = [(each.number.replace("-", ""), "inbound number") for each in plan.numbers]
    emergency = [expression(pattern) for pattern in _emergency(plan)]
    for space in (list(_inside(plan)), inbound):
        _check_once(space)
        _check_none_hides(emergency, space)
    _check_speed_dials(plan)


def _check_once(space: list[Dialled]) -> None:
    seen: dict[str, str] = {}
    for number, what in space:
        if number in seen:
            raise InvalidPlan(f"{what} {number}", words(*_THERE, what=seen[number], number=number))
        seen[number] = what


def _check_none_hides(emergency: list[re.Pattern[str]], space: list[Dialled]) -> None:
    for number, what in space:
        if any(each.fullmatch(number) for each in emergency):
            raise InvalidPlan(f"{what} {number}", words(*_HIDES))


def _check_speed_dials(plan: TenantPlan) -> None:
    """Two that lead to each other would keep a processor busy."""
    codes = {each.code for each in plan.speed_dials}
    for each in plan.speed_dials:
        if each.number in codes:
            raise InvalidPlan(f"speed dial {each.code}", words(*_CIRCLE, number=each.number))


def _check_lot(parking: Parking) -> None:
    if not 0 <= parking.last - parking.first < LONGEST_LOT:
        raise InvalidPlan("parking", words(*_LOT, most=LONGEST_LOT))


def _inside(plan: TenantPlan) -> Iterator[Dialled]:
    yield from ((each.number, "number") for each in plan.extensions)
    yield from ((each.number, "number") for each in plan.conferences)
    yield from ((each.number, "number") for each in plan.queues if each.number)
    yield from ((each.number, "mailbox") for each in plan.mailboxes)
    if plan.parking:
        yield plan.parking.number, "parking"
        slots = range(plan.parking.first, plan.parking.last + 1)
        yield from ((str(slot), "parking slot") for slot in slots)
    codes = plan.features.__dataclass_fields__
    yield from ((getattr(plan.features, name), "feature code") for name in codes)
    yield from ((each.code, "speed dial") for each in plan.speed_dials)


def _emergency(plan: TenantPlan) -> Iterator[str]:
    for each in plan.classes:
        if each.kind is ClassKind.EMERGENCY:
            yield from each.patterns
