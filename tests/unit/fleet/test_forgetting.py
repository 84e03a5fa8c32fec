"""What is kept for ever, and what is not."""

from datetime import timedelta

from django.test import Client
from django.utils import timezone
from tests.unit.fleet.test_plans import manifest, retitle
from tests.unit.platform.test_outbox import TenantMoved

from conmuta.apps.fleet import api as fleet
from conmuta.apps.fleet.models import Node, NodeCommand, PlanRevision
from conmuta.apps.fleet.tasks import KEPT_REVISIONS, forget_old_commands, forget_old_revisions
from conmuta.platform import outbox
from conmuta.platform.models import OutboxEvent
from conmuta.platform.scope import Scope
from conmuta.platform.tasks import forget_told_events
from conmuta_plan import encode
from conmuta_plan.node import NodeReport, Outcome, TenantOutcome


def test_old_revisions_go_but_not_the_one_in_force(
    agent: Client, two_tenants: tuple[Scope, Scope]
) -> None:
    alpha, _ = two_tenants
    first = manifest(agent).changed[0]
    live = TenantOutcome(tenant="alpha", revision=first.revision, outcome=Outcome.IN_FORCE)
    report = NodeReport(
        revision=first.revision,
        asterisk_up=True,
        asterisk_version="22.10.0",
        calls_up=0,
        registered=0,
        outcomes=(live,),
    )
    agent.post("/node/v1/report", encode(report), content_type="application/json")
    for turn in range(KEPT_REVISIONS + 2):
        retitle(alpha, f"Alpha {turn}")
        manifest(agent, have=first.revision)
    assert forget_old_revisions(timestamp=0) == 2
    with alpha.active():
        kept = set(PlanRevision.objects.within(alpha).values_list("revision", flat=True))
    assert first.revision in kept
    assert len(kept) == KEPT_REVISIONS + 1


def test_only_orders_that_were_taken_long_ago_go(agent: Client) -> None:
    with Scope.system("test").active() as scope:
        [taken] = fleet.command(scope, "send_fax", "alpha", "{}")
        [waiting] = fleet.command(scope, "send_fax", "alpha", "{}")
    NodeCommand.objects.update(created_at=timezone.now() - timedelta(days=31))
    Node.objects.update(commands_taken=taken)
    assert forget_old_commands(timestamp=0) == 1
    assert [order.pk for order in NodeCommand.objects.all()] == [waiting]


def test_only_events_told_long_ago_go(alpha: Scope) -> None:
    for place in ("Salto", "Rivera"):
        outbox.record(TenantMoved(place), alpha)
    with Scope.system("test").active() as system:
        events = OutboxEvent.objects.within(system)
        first = events.order_by("pk").first()
        assert first is not None
        events.filter(pk=first.pk).update(done_at=timezone.now() - timedelta(days=31))
        assert forget_told_events(timestamp=0) == 1
        assert events.count() == 1
