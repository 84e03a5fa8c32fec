"""What callers, web services and the tenant itself write never becomes dialplan."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.compiler.steps.test_kinds import plan_with, step

from conmuta_compiler import InvalidPlan
from conmuta_compiler.check import check
from conmuta_compiler.flows import render_flows
from conmuta_compiler.steps.common.text import SAFE, clean, shown, template
from conmuta_plan.agendas import Agenda
from conmuta_plan.flows import FlowStep

HOSTILE = ("${SHELL(id)}", "$[1+1]", "x${GLOBAL(a)}y")


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("kind", "fields", "field"),
    [
        ("web_service", {"url": "https://crm.example.test/"}, "body"),
        ("web_service", {}, "url"),
    ],
)
def test_what_asterisk_would_evaluate_is_refused(
    text: str, kind: str, fields: dict[str, Any], field: str
) -> None:
    url = f"https://crm.example.test/{text}" if field == "url" else text
    with pytest.raises(InvalidPlan, match="may not hold"):
        render_flows(plan_with(step(kind, fields | {field: url, "method": "POST"})))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_to_remember_loses_what_would_be_evaluated(text: str) -> None:
    rendered = render_flows(plan_with(step("set", {"values": {"a": text}})))
    line = next(line for line in rendered.splitlines() if "Set(v_a=" in line)
    assert "${SHELL" not in line
    assert "$[" not in line


@pytest.mark.parametrize(
    "zone", ["UTC?x0)", "UTC\nexten => h,1,System(id)", "${X}", "../etc/passwd"]
)
def test_an_agenda_with_a_zone_that_is_none_is_refused(zone: str) -> None:
    agenda = Agenda(name="hours", title="", time_zone=zone, values=("open",), default="open")
    plan = replace(plan_with(step("agenda", {"agenda": "hours"})), agendas=(agenda,))
    with pytest.raises(InvalidPlan, match="is no time zone"):
        render_flows(plan)


@given(st.text())
def test_what_passes_the_filter_cannot_break_out_of_anything(text: str) -> None:
    assert not set(clean(text)) & set("\"'$`{}[]()<>,;:|&=?!\\%\n\r\0")


@given(st.text())
def test_events_have_no_letter_that_would_split_them(text: str) -> None:
    assert not set(shown(text)) & set('"$`{}[]();,|\\\n\r')


def test_a_caller_is_filtered_and_encoded_on_the_way_into_an_address() -> None:
    url = template("https://crm.example.test/?n={caller}", "${URIENCODE({})}")
    caller = "${FILTER(" + SAFE + ",${CALLERID(num)})}"
    assert url == "https://crm.example.test/?n=${URIENCODE(" + caller + ")}"


def test_a_semicolon_does_not_begin_a_comment() -> None:
    fields = {"url": "https://crm.example.test/", "method": "POST", "body": '{"a": ";"}'}
    assert r'Set(web_body={"a": "\;"})' in render_flows(plan_with(step("web_service", fields)))


def test_secrets_of_one_web_service_do_not_reach_another() -> None:
    secret = {"Authorization": "Bearer one"}
    first = {"url": "https://a.example.test/", "headers": secret}
    steps = [
        FlowStep(name="one", kind="web_service", fields=first, exits={"next": "two"}),
        FlowStep(name="two", kind="web_service", fields={"url": "https://b.example.test/"}),
    ]
    plan = plan_with(*steps)
    assert "web_service.headers_differ" in {finding.code for finding in check(plan)}
    with pytest.raises(InvalidPlan, match="would get these headers"):
        render_flows(plan)


def test_a_dialled_number_is_made_of_digits() -> None:
    text = render_flows(plan_with(step("extension", {"number": "dialled"})))
    assert "shapes-ring,${FILTER(0-9*#,${dialled})},1" in text


@pytest.mark.parametrize("number", ["09,1", "${EXTEN}", "9@out", ""])
def test_a_number_outside_that_cannot_be_dialled_is_found(number: str) -> None:
    plan = plan_with(step("external", {"number": number}))
    assert "external.number" in {finding.code for finding in check(plan)}
    assert "shapes-external,none,1" in render_flows(plan)
