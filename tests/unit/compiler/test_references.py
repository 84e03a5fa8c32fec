"""A plan that names what is not there, or the same thing twice, is refused in a sentence."""

from dataclasses import replace

import pytest
from tests.unit.compiler.companies import company, extension

from conmuta_compiler import InvalidPlan, compile_tenant
from conmuta_plan.outside import InboundNumber, Target, TargetKind
from conmuta_plan.queues import Agent, QueueMembership


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
    with pytest.raises(InvalidPlan, match="number 10: it is there 2 times"):
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
