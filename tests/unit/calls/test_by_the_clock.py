"""What time brings: calls whose end never came, months ahead, lines that find their company."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from tests.unit.calls.node import SYSTEM, Node
from tests.unit.calls.scenes import Scene, answered_inside, body, csv_lines, queue_answered

from conmuta.apps.calls import actions, partitions
from conmuta.apps.calls.models import Call, Event, Quarantined, QueueVisit
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope
from conmuta_plan.node import Stream


def close(minutes: float = 2) -> int:
    with SYSTEM.active():
        return actions.close_cut_calls(SYSTEM, timezone.now() + timedelta(minutes=minutes))


def the_call(scope: Scope) -> Call:
    with scope.active():
        return Call.objects.within(scope).get()


@pytest.fixture
def talking(node: Node) -> Scene:
    """A call of two minutes ago that is up: its end is still to come."""
    began = timezone.now().timestamp() - 120
    scene = answered_inside(Scene(linkedid=f"{int(began)}.10", clock=began))
    scene.cel, rest = scene.cel[:9], scene.cel[9:]
    node.send(Stream.CEL, body(csv_lines(scene.cel)))
    scene.cel = rest
    return scene


def starts(node: Node, clock: float) -> None:
    node.send(Stream.QUEUE, f"{int(clock)}|NONE|NONE|NONE|QUEUESTART|\n".encode())


def test_calls_that_died_with_asterisk_are_cut_short(
    node: Node, talking: Scene, two_tenants: tuple[Scope, Scope]
) -> None:
    starts(node, talking.clock + 60)
    assert close(minutes=0.5) == 0
    assert not the_call(two_tenants[0]).cut_short
    assert close() == 1
    call = the_call(two_tenants[0])
    assert (call.cut_short, call.final, call.ended) == (True, False, call.last_at)
    assert close() == 0


def test_a_start_before_the_call_cuts_nothing(
    node: Node, talking: Scene, two_tenants: tuple[Scope, Scope]
) -> None:
    starts(node, talking.clock - 3600)
    assert close() == 0


def test_an_end_that_comes_late_is_believed(
    node: Node, talking: Scene, two_tenants: tuple[Scope, Scope]
) -> None:
    starts(node, talking.clock + 60)
    close()
    node.send(Stream.CEL, body(csv_lines(talking.cel)))
    call = the_call(two_tenants[0])
    assert (call.cut_short, call.final) == (False, True)
    assert call.talk_seconds == pytest.approx(20, abs=0.1)


def test_a_call_of_which_nothing_was_heard_for_a_day_is_over(
    node: Node, talking: Scene, two_tenants: tuple[Scope, Scope]
) -> None:
    last = the_call(two_tenants[0]).last_at
    with SYSTEM.active():
        assert actions.close_cut_calls(SYSTEM, last + timedelta(hours=23)) == 0
        assert actions.close_cut_calls(SYSTEM, last + timedelta(hours=25)) == 1


def test_a_wait_that_died_with_asterisk_is_over(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = queue_answered()
    node.send(Stream.QUEUE, body(scene.queue_log[:1]))
    starts(node, scene.clock + 60)
    close()
    with two_tenants[0].active() as scope:
        visit = QueueVisit.objects.within(scope).get()
    assert visit.result == "cut_short"
    assert visit.ended


def test_partitions_are_made_ahead(system: Scope) -> None:
    now = datetime(2033, 11, 5, tzinfo=UTC)
    assert actions.make_partitions(now) == 4 * len(partitions.TABLES)
    assert actions.make_partitions(now) == 0


def test_lines_of_a_company_made_later_find_it(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = answered_inside(Scene(tenant="gamma"))
    node.send_scene(scene)
    facts = tenancy.TenantFacts(
        domain="gamma.example.test",
        title="Gamma",
        time_zone="America/Montevideo",
        language="es",
        country="UY",
    )
    with SYSTEM.active():
        tenancy.create_tenant(SYSTEM, "gamma", facts)
        assert actions.release_quarantine(SYSTEM, timezone.now()) == 0
        later = timezone.now() + timedelta(minutes=11)
        assert actions.release_quarantine(SYSTEM, later) == len(scene.cel)
        assert Quarantined.objects.count() == 0
        call = Call.objects.within(SYSTEM).get()
        assert (call.disposition, call.final) == ("answered", True)


def test_a_first_line_that_named_no_company_joins_its_call_once_that_is_over(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    scene = answered_inside()
    scene.cel[0][2] = ""
    scene.cel[0][5] = "PJSIP/o-norte-gw-sur-00000001"  # a telephone's name would tell
    lines = csv_lines(scene.cel)
    later = timezone.now() + timedelta(minutes=11)
    node.send(Stream.CEL, body(lines[:1]))
    node.send(Stream.CEL, body(lines[1:5]))
    with SYSTEM.active():
        assert actions.release_quarantine(SYSTEM, later) == 0
    node.send(Stream.CEL, body(lines[5:]))
    assert the_call(two_tenants[0]).caller_name == ""
    with SYSTEM.active():
        assert actions.release_quarantine(SYSTEM, later) == 1
        assert Event.objects.within(SYSTEM).count() == len(lines)
    assert the_call(two_tenants[0]).caller_name == "Ana"


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_in_memory_between_batches_tells_the_same_call(
    node: Node, two_tenants: tuple[Scope, Scope]
) -> None:
    """Each batch is committed, so that the next finds its calls in memory."""
    lines = csv_lines(answered_inside().cel)
    for line in lines:
        node.send(Stream.CEL, body([line]))
    other = Node(id=8)
    other.send(Stream.CEL, body(lines))
    with two_tenants[0].active() as scope:
        kept, whole = Call.objects.within(scope).order_by("node").values()
    assert kept | {"node": 8} == whole
