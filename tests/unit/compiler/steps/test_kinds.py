"""Every kind of step keeps the same promises."""

from typing import Any

import pytest
from hypothesis import given
from tests.support.flow_shapes import PEOPLE, QUEUES, flow_plans, plan_of

from conmuta_compiler import InvalidPlan
from conmuta_compiler.flows import queue_keys, render_flows
from conmuta_compiler.steps import fields_of, kind_of, kinds, placed, schema
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep

EXAMPLES: dict[str, dict[str, Any]] = {
    "say": {"prompts": ["beep", "digits:balance"]},
    "wait": {"seconds": 3, "music": True},
    "menu": {"prompts": ["beep"], "dial_by_extension": True},
    "dial_by_extension": {"prompts": ["beep"]},
    "ask": {"variable": "document", "prompts": ["beep"]},
    "agenda": {"agenda": "hours"},
    "condition": {"cases": [{"variable": "caller", "value": "09", "exit": "mobile"}]},
    "set": {"values": {"name": "{caller}"}, "add": {"tries": 1}},
    "web_service": {"url": "https://crm.example.test/{caller}", "read": {"name": "person.name"}},
    "queue": {"queue": QUEUES[0].name},
    "extension": {"number": PEOPLE[0].number, "seconds": 20},
    "voicemail": {"mailbox": "dialled"},
    "external": {"number": "099123456"},
    "conference": {"room": "800"},
    "transfer": {"number": "550"},
    "fax": {"emails": ["fax@example.test"]},
    "language": {"language": "en"},
    "flow": {"flow": "first"},
    "hangup": {"cause": "busy"},
}


def plan_with(*steps: FlowStep) -> TenantPlan:
    flow = Flow(name="first", title="First", start=steps[0].name, steps=steps)
    return plan_of((flow,), ())


def step(kind: str, fields: dict[str, Any], **exits: str) -> FlowStep:
    return FlowStep(name="one", kind=kind, fields=fields, exits=exits)


def test_every_kind_has_an_example_here() -> None:
    assert set(EXAMPLES) == set(kinds())


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_kind_compiles_and_explains_itself_in_both_languages(kind: str) -> None:
    one = step(kind, EXAMPLES[kind])
    plan = plan_with(one)
    assert "exten => start,1," in render_flows(plan)
    told = kind_of(one).explain(placed(plan, plan.flows[0], one))
    assert told.text("es")
    assert told.text("en") != told.text("es")


@pytest.mark.parametrize("kind", EXAMPLES)
def test_a_field_that_does_not_exist_is_refused_with_a_sentence(kind: str) -> None:
    with pytest.raises(InvalidPlan, match=f"kind {kind} has no field colour"):
        fields_of(step(kind, EXAMPLES[kind] | {"colour": "red"}))


def test_an_unknown_kind_names_the_known_ones() -> None:
    with pytest.raises(InvalidPlan, match=r"no kind of step “teleport”.*voicemail"):
        kind_of(step("teleport", {}))


def test_a_wrong_value_is_refused_where_it_stands() -> None:
    with pytest.raises(InvalidPlan, match=r"flow first, step one: .*\$\.seconds"):
        render_flows(plan_with(step("wait", {"seconds": "a while"})))


def test_forms_can_be_made_from_a_schema() -> None:
    fields = schema("queue")["$defs"]["EnterQueue"]
    assert fields["required"] == ["queue"]


def test_an_exit_to_nowhere_is_refused() -> None:
    with pytest.raises(InvalidPlan, match="“gone”, which is no step of this flow"):
        render_flows(plan_with(step("say", {"prompts": ["beep"]}, next="gone")))


@pytest.mark.parametrize("name", ["", "a b", "a,1", "ñ", "h]", "-", "a" * 200])
def test_a_name_that_asterisk_would_misread_is_refused(name: str) -> None:
    one = FlowStep(name=name, kind="hangup")
    with pytest.raises(InvalidPlan, match="cannot name a step"):
        render_flows(plan_with(one))


def test_names_that_asterisk_takes_for_one_stay_apart() -> None:
    steps = [FlowStep(name=n, kind="hangup") for n in ("start-here", "ab", "a-b", "a_b", "h")]
    text = render_flows(plan_with(*steps))
    assert text.count("exten => ") == len(steps)
    assert "exten => step_a.b,1" in text
    assert "exten => h," not in text


def test_the_keys_that_leave_a_queue_are_told_to_who_compiles_queues() -> None:
    queue = FlowStep(
        name="one", kind="queue", fields={"queue": "slow"}, exits={"key:1": "one", "full": "one"}
    )
    assert queue_keys(plan_with(queue)) == {"slow": frozenset({"1"})}


def test_an_agenda_and_an_extension_take_the_shortest_way() -> None:
    """The plain call: nothing between the agenda's test and the ringing but two events."""
    ring = FlowStep(name="ring", kind="extension", fields={"number": "550"})
    steps = (step("agenda", {"agenda": "hours"}, open="ring", closed="ring"), ring)
    plan = plan_with(*steps)
    from tests.unit.compiler.steps.test_agendas import event, hours

    office = hours(event("open", "09:00", "18:00"))
    agenda = type(office)(
        name="hours",
        title="",
        time_zone="UTC",
        values=("open", "closed"),
        default="closed",
        events=office.events,
    )
    lines = render_flows(plan_of(plan.flows, (agenda,))).splitlines()
    at = lines.index("exten => start,1,GotoIfTime(09:00-17:59,*,*,*,UTC?x0)")
    assert lines[at + 3 : at + 5] == [
        " same => n(x0),CELGenUserEvent(took,first|one|open)",
        " same => n,Goto(shapes-flow-first,step_ring,1)",
    ]


@given(flow_plans())
def test_any_flow_compiles_to_lines_that_asterisk_can_hold(plan: TenantPlan) -> None:
    text = render_flows(plan)
    assert all(len(line) < 4000 for line in text.splitlines())
    assert text.count("[shapes-flow-") == len(plan.flows)
