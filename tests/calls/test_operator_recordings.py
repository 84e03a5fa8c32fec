"""Recording rules that name a class, where some people dial by a plan of their own."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.company import ALL_CLASSES, change_extension
from tests.support.lab import AsteriskLab
from tests.support.labs import CarrierMaker, Labs
from tests.support.operators import by_operator, operator

from conmuta.apps.routing.classes import name_of, recorded
from conmuta_plan import TenantPlan
from conmuta_plan.outside import CallClass, RecordingRule

NORTE = operator()
OLD = "old-days"
"""Who learned to dial 8 before everything."""


def company() -> TenantPlan:
    """Mobiles are recorded; 551 dials them with an 8 before, 550 as everybody else."""
    plan = by_operator("acme", "59824001000")
    plan = replace(plan, classes=tuple(_classes(plan)))
    own = tuple(name_of(OLD, each) if each == "mobile" else each for each in ALL_CLASSES)
    rules = recorded([RecordingRule(record=True, call_class="mobile")], plan.classes)
    return change_extension(replace(plan, recording=tuple(rules)), "551", classes=own)


def _classes(plan: TenantPlan) -> Iterator[CallClass]:
    for each in plan.classes:
        if each.name != "mobile":
            yield each
            continue
        yield replace(each, dial_plan="usual")
        rules = (("809XXXXXXX", 2, "598"),)
        name = name_of(OLD, each.name)
        yield replace(each, name=name, patterns=("809XXXXXXX",), to_e164=rules, dial_plan=OLD)


PLAN = company()


@pytest.fixture(scope="module")
def lab(labs: Labs) -> AsteriskLab:
    return labs(PLAN, operators=(NORTE,))


def recordings(lab: AsteriskLab) -> set[Path]:
    return set((lab.home.state / "recordings").glob("acme__*.wav"))


@pytest.mark.parametrize(
    ("extension", "dialled", "sides"),
    [("550", "099123456", 2), ("551", "8099123456", 2), ("551", "24003333", 0)],
    ids=["a mobile, as usual", "a mobile, by the own plan", "another class"],
)
async def test_a_rule_for_mobiles_holds_however_they_are_dialled(
    lab: AsteriskLab, carriers: CarrierMaker, extension: str, dialled: str, sides: int
) -> None:
    before = recordings(lab)
    far = await carriers(NORTE, "sur" if sides else "centro")
    talk = await (await lab.phone(f"{extension}@acme.example.test")).dial(dialled)
    call = await far.gets_call()
    await call.answer()
    await talk.is_answered()
    talk.say_tone(500)
    await call.hears_tone(500)
    await talk.hang_up()
    await lab.no_calls()
    assert len(recordings(lab) - before) == sides
