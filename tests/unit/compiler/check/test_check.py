"""Check: what would go wrong on the telephone is found at the desk."""

from dataclasses import replace
from typing import Any

import pytest
from tests.support.examples import example
from tests.support.flow_shapes import extension, plan_of

from conmuta_compiler.check import Finding, Severity, check
from conmuta_plan import TenantPlan
from conmuta_plan.agendas import Agenda, AgendaEvent
from conmuta_plan.flows import Flow, FlowStep
from conmuta_plan.outside import InboundNumber, Target, TargetKind
from conmuta_plan.people import Mailbox
from conmuta_plan.queues import Agent, QueueMembership


def step(name: str, kind: str, fields: dict[str, Any] | None = None, **exits: str) -> FlowStep:
    ways = {way.replace("key_", "key:").removeprefix("k"): to for way, to in exits.items()}
    return FlowStep(name=name, kind=kind, fields=fields or {}, exits=ways)


def flow_of(*steps: FlowStep, start: str = "") -> TenantPlan:
    flow = Flow(name="main", title="Main", start=start or steps[0].name, steps=steps)
    return served(plan_of((flow,), ()))


def served(plan: TenantPlan) -> TenantPlan:
    """With agents in every queue, so that nothing else is found."""
    queues = tuple(QueueMembership(queue=queue.name) for queue in plan.queues)
    return replace(plan, agents=(Agent(number="1", name="Ana", extension="550", queues=queues),))


def found(plan: TenantPlan) -> dict[str, Finding]:
    return {finding.code: finding for finding in check(plan)}


END = step("end", "hangup")


def test_nothing_is_wrong_with_the_boot_camp_company() -> None:
    assert [str(finding.words) for finding in check(example("bootcamp"))] == []


def test_nothing_is_found_in_a_plain_flow() -> None:
    assert found(flow_of(step("hello", "say", {"prompts": ["beep"]}, next="end"), END)) == {}


@pytest.mark.parametrize(
    ("code", "steps"),
    [
        ("step.dead_end", [step("hello", "say", {"prompts": ["beep"]})]),
        ("step.unreachable", [END, step("alone", "hangup")]),
        ("step.exit_unknown", [step("end", "hangup", next="end")]),
        ("step.exit_nowhere", [step("hello", "say", {"prompts": ["beep"]}, next="gone")]),
        ("step.kind", [step("hello", "teleport")]),
        ("step.fields", [step("hello", "say", {"prompt": "beep"})]),
        ("prompt.missing", [step("hello", "say", {"prompts": ["nothing"]}, next="end"), END]),
        ("extension.missing", [step("ring", "extension", {"number": "999"})]),
        ("mailbox.missing", [step("mail", "voicemail", {"mailbox": "999"})]),
        ("queue.missing", [step("wait", "queue", {"queue": "none"})]),
        ("agenda.missing", [step("when", "agenda", {"agenda": "none"})]),
        ("conference.missing", [step("room", "conference", {"room": "999"})]),
        ("transfer.missing", [step("pass", "transfer", {"number": "999"})]),
        ("flow.missing", [step("go", "flow", {"flow": "none"})]),
        ("external.no_class", [step("out", "external", {"number": "099123456"})]),
        ("fax.emails", [step("fax", "fax", {"emails": ["nobody"]})]),
        ("menu.no_keys", [step("menu", "menu", {"prompts": ["beep"]}, timeout="menu")]),
        ("menu.bad_key", [step("menu", "menu", {"repeat_key": "x"}, k1="menu")]),
        ("condition.value", [step("if", "condition", {"cases": [
            {"variable": "a", "value": "a;b", "exit": "yes"}]})]),
        ("step.variable", [step("set", "set", {"values": {"caller": "1"}})]),
        ("web_service.url", [step("ask", "web_service", {"url": "ftp://x.example.test"})]),
        ("web_service.path", [step("ask", "web_service", {
            "url": "http://x.example.test", "read": {"a": "x,y"}})]),
        ("web_service.body", [step("ask", "web_service", {
            "url": "http://x.example.test", "method": "POST", "body": ":)"})]),
    ],
)  # fmt: skip
def test_a_fault_of_a_flow_is_found(code: str, steps: list[FlowStep]) -> None:
    finding = found(flow_of(*steps))[code]
    assert finding.where.startswith("flow main")
    assert finding.text("es") != finding.text("en")


def test_a_flow_must_begin_somewhere() -> None:
    finding = found(flow_of(END, start="beginning"))["flow.start"]
    assert "“beginning”" in finding.text("en")


def test_a_key_that_begins_an_extension_s_number_makes_callers_wait() -> None:
    menu = step("menu", "menu", {"dial_by_extension": True}, k5="end", k1="end")
    finding = found(flow_of(menu, END))["menu.shadowed_key"]
    assert finding.severity is Severity.HINT
    assert "key 5 " in finding.text("en")


def test_steps_that_lead_to_each_other_without_waiting_never_end() -> None:
    one = step("one", "set", {"values": {"a": "1"}}, next="two")
    two = step("two", "language", {"language": "es"}, next="one")
    finding = found(flow_of(one, two))["flow.endless_loop"]
    assert finding.severity is Severity.ERROR
    assert "one, two" in finding.text("es")


def test_a_circle_with_a_message_in_it_is_no_endless_one() -> None:
    one = step("one", "say", {"prompts": ["beep"]}, next="two")
    two = step("two", "language", {"language": "es"}, next="one")
    assert "flow.endless_loop" not in found(flow_of(one, two))


def test_an_extension_tried_again_at_once_spins_while_its_telephone_is_off() -> None:
    ring = step("ring", "extension", {"number": "550"}, unavailable="ring", no_answer="ring")
    assert found(flow_of(ring))["flow.endless_loop"].severity is Severity.WARNING


def test_a_value_of_the_agenda_without_an_exit_cuts_calls() -> None:
    agenda = Agenda(
        name="hours", title="", time_zone="UTC", values=("open", "closed"), default="closed",
        events=(AgendaEvent(name="e", value="open"),),
    )  # fmt: skip
    when = step("when", "agenda", {"agenda": "hours"}, open="end")
    flow = Flow(name="main", title="", start="when", steps=(when, END))
    finding = found(served(plan_of((flow,), (agenda,))))["step.dead_end"]
    assert "“closed”" in finding.text("en")


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("agenda.zone", {"time_zone": "Mars/Olympus"}),
        ("agenda.value_unused", {"values": ("open", "closed", "lunch")}),
        ("agenda.value_unknown", {"events": (AgendaEvent(name="e", value="shut"),)}),
        ("agenda.time", {"events": (AgendaEvent(name="e", value="open", starts="9:00"),)}),
        ("agenda.date", {"events": (AgendaEvent(name="e", value="open", from_date="25/12"),)}),
        ("agenda.yearly", {"events": (AgendaEvent(name="e", value="open", yearly=True),)}),
        (
            "agenda.order",
            {
                "events": (
                    AgendaEvent(
                        name="e", value="open", from_date="2027-01-02", until_date="2027-01-01"
                    ),
                )
            },
        ),
    ],
)
def test_a_fault_of_an_agenda_is_found(code: str, changes: dict[str, Any]) -> None:
    agenda = Agenda(
        name="hours", title="", time_zone="UTC", values=("open", "closed"), default="closed",
        events=(AgendaEvent(name="e", value="open"),),
    )  # fmt: skip
    assert code in found(served(plan_of((), (replace(agenda, **changes),))))


def test_a_queue_without_agents_and_a_number_to_nothing_are_found() -> None:
    plan = plan_of((), ())
    lost = InboundNumber(number="1", target=Target(kind=TargetKind.EXTENSION, name="999"))
    codes = [finding.code for finding in check(replace(plan, numbers=(lost,)))]
    assert codes.count("queue.no_agents") == len(plan.queues)
    assert "number.nowhere" in codes


def test_classes_and_reception_that_do_not_exist_are_found() -> None:
    plan = served(plan_of((), ()))
    people = (extension("550", classes=("moon",), mailbox=Mailbox(number="550", name="", pin="1")),)
    plan = replace(
        plan, extensions=people, reception=replace(plan.reception, busy="none"), flow_classes=("x",)
    )
    assert {"extension.class", "reception.nowhere", "flows.class"} <= set(found(plan))


def test_the_worst_comes_first() -> None:
    menu = step("menu", "menu", {"dial_by_extension": True, "prompts": ["none"]}, k5="end")
    severities = [finding.severity for finding in check(flow_of(menu, END))]
    assert severities == sorted(severities, key=list(Severity).index)
    assert {Severity.ERROR, Severity.WARNING, Severity.HINT} == set(severities)
