"""Verbs on what is kept: done by the clock (`tasks`), in the system's scope."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, QuerySet, Subquery

from conmuta.apps.calls import partitions
from conmuta.apps.calls.contracts import VisitResult
from conmuta.apps.calls.ingest import again
from conmuta.apps.calls.ingest.cel import folded_anew, write_calls
from conmuta.apps.calls.models import Call, NodeStart, Quarantined, QueueVisit
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

GRACE = timedelta(minutes=1)
"""After Asterisk's start is heard of: the last events from before it may still be on their way."""

LONGEST_SILENCE = timedelta(hours=24)
"""A call of which nothing was heard for so long is over, whatever became of its end."""

SETTLED = timedelta(minutes=10)
KEPT_TRYING = timedelta(days=7)
AT_ONCE = 1000


def make_partitions(now: datetime) -> int:
    """This month's partitions and those of the months ahead; how many were made. Daily."""
    with transaction.atomic():
        return partitions.ensure(partitions.months_ahead(now))


def close_cut_calls(scope: Scope, now: datetime) -> int:
    """Closes calls whose end will never come; how many. Every minute.

    Asterisk started anew after their last event, or nothing was heard of them for a day. Should
    an event come all the same, the call is folded anew from what there is.
    """
    with transaction.atomic():
        rows = [*_before_a_start(scope, now), *_silent(scope, now)]
        by_node: dict[int, set[str]] = defaultdict(set)
        for row in rows:
            by_node[row.node].add(row.linkedid)
        for node, linkedids in by_node.items():
            calls = folded_anew(node, linkedids)
            write_calls(node, {key: call.facts(cut_short=True) for key, call in calls.items()})
        _close_visits(scope, now)
    return len(rows)


def release_quarantine(scope: Scope, now: datetime) -> int:
    """Takes lines again whose tenant was not known; how many have found theirs. Every ten minutes.

    A line waits until its call is over, so that no server process that keeps the call in memory
    is contradicted.
    """
    with transaction.atomic():
        waiting = Quarantined.objects.filter(
            reason=Quarantined.UNKNOWN_TENANT,
            detail__in=["", *tenancy.slugs(scope)],
            noted_at__range=(now - KEPT_TRYING, now - SETTLED),
        )
        rows = list(waiting.order_by("id").select_for_update(skip_locked=True)[:AT_ONCE])
        released = [row.pk for row in again.take(scope, rows)]
        Quarantined.objects.filter(pk__in=released).delete()
    return len(released)


def _before_a_start(scope: Scope, now: datetime) -> list[Call]:
    cut = _open(scope).annotate(start=_latest_start(now)).filter(last_at__lt=F("start"))
    return list(cut[:AT_ONCE])


def _silent(scope: Scope, now: datetime) -> list[Call]:
    return list(_open(scope).filter(last_at__lt=now - LONGEST_SILENCE)[:AT_ONCE])


def _open(scope: Scope) -> QuerySet[Call]:
    return Call.objects.within(scope).filter(final=False, cut_short=False)


def _close_visits(scope: Scope, now: datetime) -> None:
    visits = QueueVisit.objects.within(scope)
    cut = visits.filter(ended=None).annotate(start=_latest_start(now))
    for row in cut.filter(entered__lt=F("start"))[:AT_ONCE]:
        place = {"node": row.node, "started": row.started, "ordinal": row.ordinal}
        visits.filter(uniqueid=row.uniqueid, **place).update(
            ended=row.start, result=VisitResult.CUT_SHORT.value
        )


def _latest_start(now: datetime) -> Subquery:
    starts = NodeStart.objects.filter(node=OuterRef("node"), noted_at__lte=now - GRACE)
    return Subquery(starts.order_by("-at").values("at")[:1])
