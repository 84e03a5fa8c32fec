"""What the status page says in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conmuta.apps.fleet.contracts import NodeView, TenantOnNode
from conmuta.wiring.pages.status import MOST_LINES, SILENT, card, summary
from conmuta_plan.node import NodeReport, NodeSettings

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
LIVE = TenantOnNode(
    tenant="alpha",
    title="Alpha",
    wanted=7,
    in_force=7,
    in_force_at=NOW,
    refused=None,
    reason="",
    problem="",
)
REPORT = NodeReport(
    revision=7, asterisk_up=True, asterisk_version="22.10.0", calls_up=0, registered=0
)


def node(*tenants: TenantOnNode, **facts: object) -> NodeView:
    given = {
        "id": 1,
        "name": "central",
        "settings": NodeSettings(),
        "seen_at": NOW,
        "reported_at": NOW,
        "report": REPORT,
        "tenants": tenants,
    }
    return NodeView(**(given | facts))


def word(tenant: TenantOnNode) -> str:
    return card(node(tenant), NOW).lines[0].state.word


def test_a_saved_change_is_live_only_when_the_node_says_so() -> None:
    assert word(LIVE) == "Live"
    assert word(replace(LIVE, wanted=8)) == "On its way"


def test_a_refusal_is_of_the_newest_change_only() -> None:
    refused = replace(LIVE, wanted=8, refused=8, reason="Menu main has no exits.")
    assert word(refused) == "Refused"
    assert card(node(refused), NOW).lines[0].reason == "Menu main has no exits."
    assert word(replace(refused, wanted=9)) == "On its way"


def test_a_plan_that_cannot_be_prepared_says_why() -> None:
    assert word(replace(LIVE, problem="Queue sales has no name.")) == "Cannot be prepared"


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, "Up"),
        ({"report": replace(REPORT, asterisk_up=False)}, "Asterisk is down"),
        ({"report": replace(REPORT, problems=("Disk full.",))}, "Up, with problems"),
        ({"reported_at": NOW - SILENT - timedelta(seconds=1)}, "Silent"),
        ({"report": None, "reported_at": None}, "Never heard"),
    ],
)
def test_a_nodes_state_in_words(facts: dict[str, object], expected: str) -> None:
    assert card(node(LIVE, **facts), NOW).state.word == expected


def test_the_worst_comes_first_and_the_rest_is_counted() -> None:
    many = [replace(LIVE, tenant=f"t{n}", title=f"T{n}") for n in range(MOST_LINES)]
    shown = card(node(*many, replace(LIVE, wanted=9, refused=9)), NOW)
    assert shown.lines[0].state.word == "Refused"
    assert (len(shown.lines), shown.unshown) == (MOST_LINES, 1)


def test_a_company_is_found_by_a_part_of_its_name() -> None:
    both = node(LIVE, replace(LIVE, tenant="beta", title="Beta"))
    assert [line.tenant.tenant for line in card(both, NOW, "BET").lines] == ["beta"]


def test_one_sentence_says_how_all_of_it_is() -> None:
    good = card(node(LIVE), NOW)
    late = card(node(replace(LIVE, wanted=8)), NOW)
    down = card(node(LIVE, report=replace(REPORT, asterisk_up=False)), NOW)
    assert summary([]).word == "No node is set up yet."
    assert summary([good]).kind == "good"
    assert summary([good, late]).kind == "waiting"
    assert summary([late, down]).word == "Not working: central."
