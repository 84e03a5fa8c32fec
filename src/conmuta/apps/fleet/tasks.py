"""What the fleet does by the clock."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Window
from django.db.models.functions import RowNumber
from django.utils import timezone
from procrastinate.contrib.django import app

from conmuta.apps.fleet.models import NodeCommand
from conmuta.apps.fleet.units import KINDS, Kind
from conmuta.platform.scope import Scope

KEPT_REVISIONS = 20
KEPT_COMMANDS = timedelta(days=30)
LATEST_COUNTS = ("funds",)
"""Orders that say all anew: of those to a node for a tenant, the latest is the word."""


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="fleet.forget_old_revisions", pass_context=False)
def forget_old_revisions(timestamp: int) -> int:
    """Deletes all but each unit's newest revisions and those in force; how many."""
    del timestamp
    with Scope.system("system:tasks").active() as scope:
        return sum(_forget(scope, kind) for kind in KINDS)


def _forget(scope: Scope, kind: Kind) -> int:
    owner = F(kind.owner_id)
    newest = Window(RowNumber(), partition_by=owner, order_by=F("revision").desc())
    ranked = kind.revisions_in(scope).annotate(rank=newest)
    old = ranked.filter(rank__gt=KEPT_REVISIONS).values_list("pk", flat=True)
    used = kind.states_in(scope).exclude(revision=None).values("revision")
    live = kind.on_node_in(scope).exclude(in_force=None).values("in_force")
    rows = kind.revisions_in(scope).filter(pk__in=list(old))
    return rows.exclude(revision__in=used).exclude(revision__in=live).delete()[0]


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="fleet.forget_old_commands", pass_context=False)
def forget_old_commands(timestamp: int) -> int:
    """Deletes orders that their node took long ago; how many."""
    del timestamp
    taken = NodeCommand.objects.filter(pk__lte=F("node__commands_taken"))
    return taken.filter(created_at__lt=timezone.now() - KEPT_COMMANDS).delete()[0]


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="fleet.forget_old_words", pass_context=False)
def forget_old_words(timestamp: int) -> int:
    """Deletes orders that a later one says anew, taken or not; how many. A prepaid company's
    funds are told to each node every minute that it calls."""
    del timestamp
    later = NodeCommand.objects.filter(
        node=OuterRef("node"),
        kind=OuterRef("kind"),
        tenant_slug=OuterRef("tenant_slug"),
        pk__gt=OuterRef("pk"),
    )
    words = NodeCommand.objects.filter(kind__in=LATEST_COUNTS)
    return words.filter(Exists(later)).delete()[0]
