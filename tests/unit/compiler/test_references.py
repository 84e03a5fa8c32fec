"""A plan that names what is not there, or the same thing twice, is refused in a sentence."""

from dataclasses import replace
from typing import Any

import pytest
from tests.unit.compiler.companies import company, extension

from conmuta_compiler import InvalidPlan, compile_tenant
from conmuta_plan.flows import Flow, FlowStep
from conmuta_plan.outside import CallClass, ClassKind, InboundNumber, Target, TargetKind
from conmuta_plan.people import FeatureCodes, Mailbox, Parking, SpeedDial
from conmuta_plan.queues import Agent, QueueMembership
from conmuta_plan.tenant import Reception


def test_a_number_that_leads_to_nobody() -> None:
    target = Target(kind=TargetKind.EXTENSION, name="999")
    with pytest.raises(InvalidPlan, match="number 2400: there is no extension '999'"):
        compile_tenant(company(numbers=(InboundNumber(number="2400", target=target),)))


def test_an_agent_of_a_queue_that_is_gone() -> None:
    agent = Agent(
        number="1", name="A", extension="550", queues=(QueueMembership(queue="cobranzas"),)
    )
    with pytest.raises(InvalidPlan, match="there is no queue 'cobranzas'"):
        compile_tenant(company(agents=(agent,)))


def test_a_class_that_leaves_by_a_gateway_that_is_gone() -> None:
    plan = company()
    classes = tuple(replace(each, gateways=("viejo",)) for each in plan.classes)
    with pytest.raises(InvalidPlan, match="there is no gateway 'viejo'"):
        compile_tenant(replace(plan, classes=classes))


def test_two_extensions_with_one_number() -> None:
    with pytest.raises(InvalidPlan, match="number 10: number 10 is there already"):
        compile_tenant(
            company(
                extensions=(*company().extensions, extension("10"), extension("10", account="x"))
            )
        )


def test_a_plan_of_another_time_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="version 99"):
        compile_tenant(company(version=99))


def test_a_refusal_never_repeats_a_secret() -> None:
    plan = company(extensions=(extension("10", secret="se\ncreto"),))
    with pytest.raises(InvalidPlan) as refusal:
        compile_tenant(plan)
    assert "creto" not in str(refusal.value)


@pytest.mark.parametrize(
    ("twice", "said"),
    [
        ({"parking": Parking(number="700", first=545, last=560)}, "slot 550: number 550 is there"),
        ({"parking": Parking(number="550")}, "parking 550: number 550 is there"),
        ({"speed_dials": (SpeedDial(code="552", number="551", name="x"),)}, "speed dial 552"),
        ({"speed_dials": (SpeedDial(code="*8", number="551", name="x"),)}, "speed dial [*]8"),
        ({"features": FeatureCodes(echo_test="551")}, "feature code 551: number 551"),
        ({"features": FeatureCodes(echo_test="*97")}, "feature code [*]97"),
        ({"mailboxes": (Mailbox(number="800", name="x", pin="1"),), "numbers": ()}, "mailbox 800"),
        ({"parking": Parking(first=701, last=9_000_000_000)}, "parking: it has 1 to"),
    ],
)
def test_what_is_dialled_is_one_thing(twice: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidPlan, match=said):
        compile_tenant(company(**twice))


def test_one_number_of_ours_leads_to_one_place() -> None:
    numbers = company().numbers
    with pytest.raises(InvalidPlan, match="inbound number 24002000: inbound number 24002000"):
        compile_tenant(company(numbers=(*numbers, numbers[0])))


@pytest.mark.parametrize("pattern", ["911", "9XX", "[19]1.", "9-1-1", "91!"])
def test_nothing_hides_an_emergency_number(pattern: str) -> None:
    emergency = CallClass(
        name="emergency", kind=ClassKind.EMERGENCY, patterns=(pattern,), gateways=("gsm",)
    )
    plan = company(classes=(*company().classes[:-1], emergency), queues=(), agents=())
    for hides in (
        {"extensions": (*plan.extensions, extension("911"))},
        {"speed_dials": (SpeedDial(code="911", number="550", name="x"),)},
    ):
        with pytest.raises(InvalidPlan, match="911: it would hide an emergency number"):
            compile_tenant(replace(plan, flows=(), numbers=(), reception=Reception(), **hides))


@pytest.mark.parametrize("chain", [{"*11": "*12", "*12": "*11"}, {"*11": "*11"}])
def test_a_speed_dial_leads_to_no_speed_dial(chain: dict[str, str]) -> None:
    dials = tuple(SpeedDial(code=code, number=to, name="x") for code, to in chain.items())
    with pytest.raises(InvalidPlan, match="leads to another speed dial"):
        compile_tenant(company(speed_dials=dials))


def test_a_flow_that_would_never_end_is_refused() -> None:
    def counts(name: str, then: str) -> FlowStep:
        return FlowStep(name=name, kind="set", fields={"values": {"x": "1"}}, exits={"next": then})

    steps = (counts("a", "b"), counts("b", "a"))
    endless = Flow(name="endless", title="Endless", start="a", steps=steps)
    with pytest.raises(InvalidPlan, match="without ever waiting: a, b"):
        compile_tenant(company(flows=(*company().flows, endless)))
