"""What was recorded is told, at least once, and survives who fails to hear it."""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.utils import timezone

from conmuta.platform import outbox
from conmuta.platform.models import OutboxEvent
from conmuta.platform.outbox import Delivery, Subscription
from conmuta.platform.scope import Scope, in_force


@dataclass(frozen=True, slots=True)
class TenantMoved:
    to: str


class Listener:
    def __init__(self) -> None:
        self.heard: list[Delivery] = []
        self.is_deaf = False

    def __call__(self, delivery: Delivery) -> None:
        if self.is_deaf:
            raise ConnectionError("away")
        assert in_force() == delivery.scope
        self.heard.append(delivery)


def make_all_due() -> None:
    with Scope.system("test").active() as system:
        OutboxEvent.objects.within(system).update(due_at=timezone.now())


def test_an_event_is_told_in_the_scope_of_its_tenant(alpha: Scope) -> None:
    listener = Listener()
    outbox.record(TenantMoved("Montevideo"), alpha)
    outbox.deliver_due([Subscription(TenantMoved, "listener", listener)])
    [delivery] = listener.heard
    assert delivery.event == TenantMoved("Montevideo")
    assert delivery.scope.tenant_id == alpha.tenant_id


def test_what_was_rolled_back_is_not_told(alpha: Scope) -> None:
    listener = Listener()
    with pytest.raises(RuntimeError):
        _record_and_fail(alpha)
    outbox.deliver_due([Subscription(TenantMoved, "listener", listener)])
    assert listener.heard == []


@transaction.atomic
def _record_and_fail(scope: Scope) -> None:
    outbox.record(TenantMoved("Montevideo"), scope)
    raise RuntimeError


def test_only_who_did_not_hear_is_told_again(alpha: Scope) -> None:
    good, deaf = Listener(), Listener()
    deaf.is_deaf = True
    both = [Subscription(TenantMoved, "good", good), Subscription(TenantMoved, "deaf", deaf)]
    outbox.record(TenantMoved("Montevideo"), alpha)
    outbox.deliver_due(both)
    deaf.is_deaf = False
    make_all_due()
    outbox.deliver_due(both)
    assert (len(good.heard), len(deaf.heard)) == (1, 1)


def test_a_second_try_has_the_same_key(alpha: Scope) -> None:
    listener = Listener()
    both = [Subscription(TenantMoved, "listener", listener)]
    outbox.record(TenantMoved("Montevideo"), alpha)
    outbox.deliver_due(both)
    with Scope.system("test").active() as system:
        OutboxEvent.objects.within(system).update(due_at=timezone.now(), done_at=None, told=[])
    outbox.deliver_due(both)
    first, second = listener.heard
    assert first.key == second.key


def test_a_failure_waits_before_it_is_tried_again(alpha: Scope) -> None:
    listener = Listener()
    listener.is_deaf = True
    both = [Subscription(TenantMoved, "listener", listener)]
    outbox.record(TenantMoved("Montevideo"), alpha)
    assert [outbox.deliver_due(both), outbox.deliver_due(both)] == [1, 0]
    with Scope.system("test").active() as system:
        row = OutboxEvent.objects.within(system).get()
    assert "ConnectionError" in row.problem
    assert row.due_at > timezone.now()
