"""What `./conmuta status` finds wrong, and how it says so."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from conmuta.apps.fleet.contracts import NodeView, TenantOnNode
from conmuta.apps.ledger.contracts import BlockView
from conmuta.local.status import Status, as_json, as_text, problems
from conmuta_plan.node import NodeReport, NodeSettings

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACME = TenantOnNode(
    tenant="bootcamp",
    title="ACME S.A.",
    wanted=7,
    in_force=7,
    in_force_at=NOON,
    refused=None,
    reason="",
    problem="",
)
REPORT = NodeReport(
    revision=7,
    asterisk_up=True,
    asterisk_version="22.10.1",
    calls_up=2,
    registered=6,
    free_bytes=80 * 2**30,
)
NODE = NodeView(
    id=1,
    name="local",
    settings=NodeSettings(),
    seen_at=NOON,
    reported_at=NOON - timedelta(seconds=5),
    report=REPORT,
    tenants=(ACME,),
)
WELL = Status(
    running=True,
    web="http://127.0.0.1:8000",
    web_answers=True,
    services={"postgresql": True, "server": True, "worker": True, "node": True},
    restarts={},
    nodes=[NODE],
    fault="",
    at=NOON,
)


def test_when_all_is_well_the_revision_in_force_is_told() -> None:
    text = as_text(WELL)
    assert "ACME S.A.: revision 7 in force" in text
    assert text.endswith("Nothing is wrong.")
    assert as_json(WELL)["ok"] is True


def test_stored_files_that_cannot_be_deleted_are_told() -> None:
    one = replace(WELL, stuck_files=[("ab12", "Permission denied")])
    assert problems(one) == [
        "A stored file of removed companies cannot be deleted; it is ab12: Permission denied"
    ]
    two = replace(WELL, stuck_files=[*one.stuck_files, ("cd34", "Input/output error")])
    (told,) = problems(two)
    assert told.startswith("2 stored files of removed companies cannot be deleted; the first is ab")
    assert as_json(two)["ok"] is False


def test_nothing_running_is_said_with_the_way_to_start() -> None:
    nothing = replace(WELL, running=False, services={}, nodes=[])
    assert problems(nothing) == ["Conmuta does not run here. ./conmuta up starts it."]


def test_a_change_on_its_way_is_pending_and_not_wrong() -> None:
    pending = replace(WELL, nodes=[replace(NODE, tenants=(replace(ACME, wanted=8),))])
    assert problems(pending) == []
    assert "revision 7 in force, revision 8 pending" in as_text(pending)


def test_a_refused_revision_says_why_and_what_stays_in_force() -> None:
    tenant = replace(ACME, wanted=8, refused=8, reason="Unknown prompt msjSaludo")
    wrong = problems(replace(WELL, nodes=[replace(NODE, tenants=(tenant,))]))
    assert wrong == [
        (
            "Node local refused revision 8 of ACME S.A. (revision 7 stays in force): "
            "Unknown prompt msjSaludo"
        )
    ]


def test_a_refusal_that_a_newer_program_took_back_is_over() -> None:
    tenant = replace(ACME, refused=7, reason="Unknown prompt msjSaludo")
    assert problems(replace(WELL, nodes=[replace(NODE, tenants=(tenant,))])) == []


def test_a_plan_that_cannot_be_made_is_named() -> None:
    tenant = replace(ACME, problem="queue ventas has no agents")
    wrong = problems(replace(WELL, nodes=[replace(NODE, tenants=(tenant,))]))
    assert wrong == ["The plan of ACME S.A. cannot be made: queue ventas has no agents"]


def test_each_part_that_is_down_is_named() -> None:
    report = replace(
        REPORT, asterisk_up=False, free_bytes=2**30, pending_batches=900, problems=("no timing",)
    )
    ill = replace(
        WELL,
        web_answers=False,
        services={**WELL.services, "worker": False},
        nodes=[replace(NODE, report=report)],
    )
    assert problems(ill) == [
        "The worker does not run.",
        "The web server does not answer at http://127.0.0.1:8000.",
        "Asterisk is down on node local.",
        "Node local: no timing",
        "Node local has 1.0 GiB left.",
        "Node local holds 900 batches unsent.",
    ]


def test_a_silent_node_keeps_its_calls() -> None:
    silent = replace(NODE, reported_at=NOON - timedelta(minutes=3))
    assert problems(replace(WELL, nodes=[silent])) == [
        "Node local has been silent for 180 s; its calls go on by what it has."
    ]
    new = replace(NODE, report=None, reported_at=None)
    assert problems(replace(WELL, nodes=[new])) == ["Node local has not reported yet."]


def test_who_the_guard_shut_is_told_with_the_reason_and_the_way_to_lift_it() -> None:
    one = BlockView(
        tenant="bootcamp",
        extension="550",
        reason="money",
        number="5352345678",
        at=NOON,
        until=None,
    )
    whole = replace(one, extension="", reason="minutes", until=NOON + timedelta(hours=12))
    seen = replace(WELL, blocks=[one, whole])
    text = as_text(seen)
    assert "Blocked by the fraud guard:" in text
    assert "bootcamp, extension 550, since 2026-11-22 12:00 UTC, until it is lifted." in text
    assert "The money that may be spent on calls in a day was reached." in text
    assert "It met +5352345678. Lift it: ./conmuta unblock bootcamp 550" in text
    assert "the whole company, since 2026-11-22 12:00 UTC, until 2026-11-23 00:00 UTC." in text
    assert "Lift it: ./conmuta unblock bootcamp all" in text
    assert text.endswith("Nothing is wrong.")
    told = as_json(seen)
    assert told["ok"] is True
    assert told["blocks"][0] == {
        "tenant": "bootcamp",
        "extension": "550",
        "reason": "money",
        "words": "The money that may be spent on calls in a day was reached.",
        "number": "5352345678",
        "at": "2026-11-22T12:00:00+00:00",
        "until": None,
        "lift": "./conmuta unblock bootcamp 550",
    }
    assert "Blocked" not in as_text(WELL)
