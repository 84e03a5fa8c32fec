"""What must happen elsewhere: recorded in the transaction, delivered after it, at least once.

An event is a frozen dataclass in an app's `contracts.py`. `wiring/events.py` lists who hears it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
import structlog
from django.db import connection, transaction
from django.utils import timezone

from conmuta.platform.models import OutboxEvent
from conmuta.platform.scope import Scope

CHANNEL = "conmuta_outbox"
CLAIM = timedelta(minutes=5)  # a worker that dies gives its events back after this
LONGEST_PAUSE = timedelta(hours=1)

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a handler gets. `key` is the same at each attempt: use it to do a thing once."""

    key: str
    scope: Scope
    event: Any


@dataclass(frozen=True, slots=True)
class Subscription:
    """`name` is stored with what was delivered; it must not change."""

    event: type
    name: str
    handler: Callable[[Delivery], None]


def kind_of(event: type) -> str:
    """`tenancy.TenantSuspended` for that class of `conmuta.apps.tenancy.contracts`."""
    parts = event.__module__.split(".")
    return f"{parts[-2] if len(parts) > 1 else parts[0]}.{event.__name__}"


def record(event: object, scope: Scope) -> None:
    """Keeps `event` to be told after this transaction."""
    OutboxEvent.guarded.create(
        kind=kind_of(type(event)),
        tenant_id=scope.tenant_id,
        operator_id=scope.operator_id,
        actor=scope.actor,
        body=msgspec.json.encode(event),
        due_at=timezone.now(),
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def deliver_due(subscriptions: Sequence[Subscription], limit: int = 50) -> int:
    """Delivers what is due; how many events were tried. Runs in scopes of its own."""
    system = Scope.system("system:outbox")
    with system.active():
        rows = _claim(system, limit)
    for row in rows:
        _deliver(row, [s for s in subscriptions if kind_of(s.event) == row.kind])
    return len(rows)


def next_due() -> datetime | None:
    """When the earliest waiting event is due."""
    system = Scope.system("system:outbox")
    with system.active():
        waiting = OutboxEvent.objects.within(system).filter(done_at=None)
        return waiting.order_by("due_at").values_list("due_at", flat=True).first()


def _claim(scope: Scope, limit: int) -> list[OutboxEvent]:
    now = timezone.now()
    with transaction.atomic():
        due = OutboxEvent.objects.within(scope).filter(done_at=None, due_at__lte=now)
        rows = list(due.order_by("due_at", "id").select_for_update(skip_locked=True)[:limit])
        for row in rows:
            row.attempts += 1
            row.due_at = now + CLAIM
            row.save(update_fields=["attempts", "due_at"])
    return rows


def _deliver(row: OutboxEvent, subscriptions: Iterable[Subscription]) -> None:
    scope = Scope(row.tenant_id, row.actor, row.operator_id)
    problems = []
    with scope.active():
        for subscription in subscriptions:
            if subscription.name not in row.told:
                problems += _tell(row, subscription, scope)
    with Scope.system("system:outbox").active():
        _settle(row, problems)


def _tell(row: OutboxEvent, subscription: Subscription, scope: Scope) -> list[str]:
    event: object = msgspec.json.decode(bytes(row.body), type=subscription.event)
    try:
        subscription.handler(Delivery(f"{row.pk}:{subscription.name}", scope, event))
    except Exception as error:  # noqa: BLE001 — whatever a handler does, the event is kept
        log.warning("outbox.refused", id=row.pk, handler=subscription.name, error=repr(error))
        return [f"{subscription.name}: {error!r}"]
    row.told.append(subscription.name)
    return []


def _settle(row: OutboxEvent, problems: list[str]) -> None:
    now = timezone.now()
    row.problem = "\n".join(problems)
    if problems:
        row.due_at = now + min(LONGEST_PAUSE, timedelta(seconds=2 ** min(row.attempts, 12)))
    else:
        row.done_at = now
    row.save(update_fields=["told", "problem", "due_at", "done_at"])
