"""From a node's batches to the record: what came, whose it is, and what is kept aside."""

import pytest
from tests.unit.calls.node import SYSTEM, Node
from tests.unit.calls.scenes import (
    Scene,
    answered_inside,
    answered_on_net,
    body,
    csv_lines,
    queue_answered,
    voicemail_after_no_answer,
)

from conmuta.apps.calls import api as calls
from conmuta.apps.calls.ingest.common import Owners
from conmuta.apps.calls.models import Call, Event, Quarantined, QueueVisit
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta_plan.node import Stream


def the_call(scope: Scope) -> Call:
    with scope.active():
        return Call.objects.within(scope).get()


def test_an_answered_call_is_one_call_with_its_leg(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    node.send_scene(answered_inside())
    call = the_call(two_tenants[0])
    assert (call.caller, call.callee, call.disposition) == ("550", "551", "answered")
    assert call.final
    assert call.talk_seconds == pytest.approx(20, abs=0.1)
    with two_tenants[0].active() as scope:
        [leg] = calls.call(scope, f"{call.node}-{call.linkedid}").legs
    assert (leg.source, leg.destination, leg.disposition) == ("550", "551", "ANSWERED")


def test_another_company_sees_nothing_of_it(node: Node, two_tenants: tuple[Scope, Scope]) -> None:
    node.send_scene(queue_answered())
    with two_tenants[1].active() as beta:
        for model in (Call, Event, QueueVisit):
            assert model.objects.within(beta).count() == 0


def test_of_a_call_within_an_operators_net_each_company_has_its_own_side_alone(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    node.send_scene(answered_on_net("alpha", "beta"))
    alpha, beta = two_tenants
    with alpha.active():
        told = "".join(f"{e.channel} {e.number} {e.peer}" for e in Event.objects.within(alpha))
    assert "570" not in told
    assert "beta" not in told
    assert the_call(alpha).callee != "570"
    assert the_call(alpha).disposition == "answered"
    their = the_call(beta)
    assert (their.callee, their.disposition) == ("570", "answered")
    with beta.active():
        assert not any("alpha" in event.channel for event in Event.objects.within(beta))


def test_of_a_call_within_an_operators_net_each_company_has_its_own_leg(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    node.send_scene(answered_on_net("alpha", "beta"))
    halves = "Local/59824005555@o-norte-within-00000001;"
    for scope, channel, peer in (
        (two_tenants[0], "PJSIP/550@alpha", f"{halves}1"),
        (two_tenants[1], f"{halves}2", "PJSIP/570@beta"),
    ):
        call = the_call(scope)
        with scope.active():
            [leg] = calls.call(scope, f"{call.node}-{call.linkedid}").legs
        assert leg.channel.startswith(channel)
        assert leg.peer_channel.startswith(peer)
        assert (leg.disposition, leg.talk_seconds) == ("ANSWERED", pytest.approx(20, abs=0.1))


def test_who_owns_a_channel_is_told_by_its_name_else_by_its_account() -> None:
    owners = Owners({"acme": 1, "taller": 2}, {"acme.example.test": 1, "taller.test": 2})
    for channel, account, owner in (
        ("PJSIP/550@taller.test-0000000a", "acme", 2),
        ("PJSIP/taller-gw-main-0000000b", "acme", 2),
        ("PJSIP/o-norte-gw-sur-0000000c", "acme", 1),
        ("Local/500@taller-ring-0000000d;2", "acme", 2),
        ("Local/59824005555@o-norte-within-0000000e;1", "acme", 1),
        ("PJSIP/550@strange.test-0000000f", "acme", 1),
        ("PJSIP/550@taller.test-00000010", "gone", None),
        ("PJSIP/550@taller.test-00000011", "", 2),
        ("PJSIP/o-norte-gw-sur-00000012", "", None),
    ):
        assert owners.find(channel, account) == owner, channel


def test_a_call_cut_over_many_batches_is_the_same_call(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = voicemail_after_no_answer()
    for line in csv_lines(scene.cel):
        node.send(Stream.CEL, body([line]))
    call = the_call(two_tenants[0])
    assert (call.disposition, call.direction, call.caller) == ("voicemail", "in", "099123456")


def test_a_line_that_cannot_be_read_is_kept_aside_and_the_others_are_taken(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    lines = csv_lines(answered_inside().cel)
    spoilt = [*lines[:3], '"CHAN_START","never', "", "what?", *lines[3:]]
    node.send(Stream.CEL, body(spoilt) + b'"\xff\xfe\x00')
    assert the_call(two_tenants[0]).final
    with SYSTEM.active():
        kept = list(Quarantined.objects.order_by("line"))
    assert [(row.line, row.reason, row.stream) for row in kept] == [
        (4, "malformed", "cel"),
        (6, "malformed", "cel"),
        (len(spoilt) + 1, "malformed", "cel"),
    ]
    assert kept[0].content == '"CHAN_START","never'


def test_the_calls_of_a_company_that_is_gone_are_kept_aside(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = answered_inside(Scene(tenant="gone"))
    node.send_scene(scene)
    node.send_scene(answered_inside(Scene(linkedid="1795000000.20")))
    assert the_call(two_tenants[0]).linkedid == "1795000000.20"
    with SYSTEM.active():
        kept = Quarantined.objects.filter(reason="unknown_tenant", detail="gone")
        assert kept.count() == len(scene.cel)


def test_a_line_without_a_company_belongs_to_its_calls_company(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = answered_inside()
    for row in scene.cel[1::2]:
        row[2] = ""
    node.send(Stream.CEL, body(csv_lines(scene.cel[:6])))
    node.send(Stream.CEL, body(csv_lines(scene.cel[6:])))
    with two_tenants[0].active() as alpha:
        assert Event.objects.within(alpha).count() == len(scene.cel)


@pytest.mark.parametrize("linkedid", ["1200000000.1", "4100000000.1", "node7-1795000000.3", "odd"])
def test_a_clock_that_jumped_loses_no_call(
    node: Node, two_tenants: tuple[Scope, Scope], linkedid: str
) -> None:
    node.send_scene(answered_inside(Scene(linkedid=linkedid)))
    assert the_call(two_tenants[0]).linkedid == linkedid


@pytest.mark.parametrize("order", ["cel first", "queue first"])
def test_the_agent_is_known_whichever_file_came_first(
    node: Node, two_tenants: tuple[Scope, Scope], order: str
) -> None:
    scene = queue_answered()
    sends = [
        (Stream.CEL, body(csv_lines(scene.cel))),
        (Stream.QUEUE, body(scene.queue_log)),
    ]
    for stream, content in sends if order == "cel first" else reversed(sends):
        node.send(stream, content)
    call = the_call(two_tenants[0])
    assert (call.queue, call.agent, call.disposition) == ("ventas", "601", "answered")
    with two_tenants[0].active() as alpha:
        visit = QueueVisit.objects.within(alpha).get()
    assert (visit.queue, visit.linkedid, visit.result) == ("ventas", call.linkedid, "answered")
    assert (visit.wait_seconds, visit.talk_seconds) == (12, 30)


def test_names_with_tabs_and_backslashes_are_kept_as_they_are(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = Scene()
    name = 'Ana\t"la \\N de \\ventas"\r'
    scene.start(scene.linkedid, "550", name).over()
    node.send(Stream.CEL, body(csv_lines(scene.cel)))
    assert the_call(two_tenants[0]).caller_name == name
    with two_tenants[0].active() as alpha:
        assert Event.objects.within(alpha).filter(name=name).count() == 1


def test_a_company_that_leaves_takes_its_record_along(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    node.send_scene(queue_answered())
    with SYSTEM.active():
        tenancy.remove_tenant(SYSTEM, "alpha")
        for model in (Call, Event, QueueVisit):
            assert model.objects.within(SYSTEM).count() == 0
