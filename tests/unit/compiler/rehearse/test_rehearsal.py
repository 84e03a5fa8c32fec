"""Rehearsal: the boot camp company's calls, told as a person would."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from tests.support.examples import example
from tests.support.flow_shapes import extension

from conmuta_compiler.rehearse import Rehearsal, World, rehearse
from conmuta_plan import TenantPlan
from conmuta_plan.flows import Flow, FlowStep
from conmuta_plan.people import Forwards

MONTEVIDEO = ZoneInfo("America/Montevideo")
TUESDAY_MORNING = datetime(2026, 11, 24, 10, 0, tzinfo=MONTEVIDEO)
TUESDAY_NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=MONTEVIDEO)
CHRISTMAS = datetime(2026, 12, 25, 10, 0, tzinfo=MONTEVIDEO)


@pytest.fixture(scope="module")
def company() -> TenantPlan:
    return example("bootcamp")


def path(told: Rehearsal) -> list[tuple[str, str | None]]:
    return [(moment.step, moment.exit) for moment in told.moments if moment.step]


def test_in_the_morning_one_leads_to_customer_service(company: TenantPlan) -> None:
    told = rehearse(company, "24002000", TUESDAY_MORNING, ["1"])
    assert path(told) == [
        ("horario", "matutino"),
        ("saludo-matutino", "next"),
        ("menu-diurno", "1"),
        ("cola-atencion", None),
    ]
    text = told.text("es")
    assert "Entra una llamada por el número 24002000." in text
    assert "«Atención al cliente» dice «matutino», por el evento «Matutino»" in text
    assert "En la cola «atencion», atiende un agente." in text


def test_on_a_holiday_the_night_greeting_tells_which_holiday_it_is(company: TenantPlan) -> None:
    told = rehearse(company, "24002000", CHRISTMAS)
    assert path(told)[0] == ("horario", "nocturno")
    assert "por el evento «Navidad»" in told.text("es")
    assert "because of the event “Navidad”" in told.text("en")
    assert path(told)[-1] == ("mensaje", None)


def test_at_night_no_event_is_the_reason(company: TenantPlan) -> None:
    told = rehearse(company, "24002000", TUESDAY_NIGHT)
    assert "porque ningún evento cubre este momento" in told.text("es")


def test_a_dialled_extension_that_does_not_answer_takes_a_message(company: TenantPlan) -> None:
    away = World(extensions={"770": "no_answer"})
    told = rehearse(company, "24002000", TUESDAY_MORNING, ["770", "1"], away)
    assert path(told)[-3:] == [("aviso", "next"), ("opciones", "1"), ("mensaje", None)]
    assert "Se deja un mensaje en el buzón 770." in told.text("es")
    assert told.pressed == ("770", "1")


def test_who_waits_for_an_extension_that_never_answers_goes_round(company: TenantPlan) -> None:
    away = World(extensions={"770": "no_answer"})
    told = rehearse(company, "24002000", TUESDAY_MORNING, ["770"], away)
    assert told.loops
    assert "se repite hasta que se cuelgue" in told.text("es")


def test_a_wrong_extension_is_sent_back_to_the_menu(company: TenantPlan) -> None:
    told = rehearse(company, "24002000", TUESDAY_MORNING, ["779", "1"])
    assert ("llamar-interno", "invalid") in path(told)
    assert path(told)[-1] == ("cola-atencion", None)


def test_a_key_leaves_the_queue(company: TenantPlan) -> None:
    full = rehearse(company, "24002000", TUESDAY_MORNING, ["1", "1"])
    assert ("cola-atencion", "key:1") in path(full)
    assert "Se deja un mensaje en el buzón 500." in full.text("es")


def test_wrong_keys_are_told_before_the_one_that_counts(company: TenantPlan) -> None:
    told = rehearse(company, "24002000", TUESDAY_MORNING, ["9", "8", "2"])
    assert "Tras «9», «8» en vano: Se oprime 2." in told.text("es")


def test_an_extension_dials_another_that_is_busy(company: TenantPlan) -> None:
    told = rehearse(company, "551", TUESDAY_MORNING, ["1"], World(extensions={"551": "busy"}))
    assert "La extensión 551 está ocupada." in told.text("es")
    assert next(moment.flow for moment in told.moments if moment.flow) == "interno-ocupado"
    assert "Se deja un mensaje en el buzón 551." in told.text("es")


def test_a_forward_is_followed_and_told() -> None:
    people = (extension("1", forwards=Forwards(busy="2")), extension("2"))
    plan = replace(example("bootcamp"), extensions=people)
    told = rehearse(plan, "1", TUESDAY_MORNING, (), World(extensions={"1": "busy"}))
    assert "está ocupada. 1 está desviada a 2. La extensión 2 atiende." in told.text("es")


def test_a_result_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueError, match="extension 550: “bussy” is none of answered, no_answer"):
        World(extensions={"550": "bussy"})


def test_forwards_in_a_circle_end() -> None:
    people = (
        extension("1", forwards=Forwards(always="2")),
        extension("2", forwards=Forwards(always="1")),
    )
    plan = replace(example("bootcamp"), extensions=people)
    told = rehearse(plan, "1", TUESDAY_MORNING)
    assert "no está disponible" in told.text("es")


def test_a_circle_of_steps_is_not_walked_for_ever() -> None:
    steps = (
        FlowStep(name="count", kind="set", fields={"add": {"n": 1}}, exits={"next": "say"}),
        FlowStep(name="say", kind="say", fields={"prompts": []}, exits={"next": "count"}),
    )
    flow = Flow(name="round", title="", start="count", steps=steps)
    plan = example("bootcamp")
    number = plan.numbers[0]
    plan = replace(
        plan,
        flows=(flow,),
        numbers=(replace(number, target=replace(number.target, name="round")),),
    )
    told = rehearse(plan, number.number, TUESDAY_MORNING)
    assert told.loops
    assert len(told.moments) <= 501


def test_what_a_web_service_answers_can_be_supposed() -> None:
    fields = {
        "url": "https://crm.example.test/{caller}",
        "read": {"state": "customer.state"},
        "cases": [{"variable": "state", "value": "vip", "exit": "vip"}],
    }
    steps = (
        FlowStep(
            name="ask", kind="web_service", fields=fields, exits={"vip": "end", "failure": "end"}
        ),
        FlowStep(name="end", kind="hangup"),
    )
    plan = example("bootcamp")
    flow = Flow(name="crm", title="", start="ask", steps=steps)
    number = replace(plan.numbers[0], target=replace(plan.numbers[0].target, name="crm"))
    plan = replace(plan, flows=(flow,), numbers=(number,))
    for answer, way in (({"customer": {"state": "vip"}}, "vip"), (None, "failure"), ({}, None)):
        world = World(services={"ask": answer})
        assert path(rehearse(plan, number.number, TUESDAY_NIGHT, (), world))[0] == ("ask", way)
