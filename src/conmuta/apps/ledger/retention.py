"""What of the nodes' charges nobody needs any more.

Accounts and rated calls are the books, and stay. A charge is a node's word on money until the
call is rated; then it only says up to where that node was heard, and its latest one says so.
"""

from datetime import datetime, timedelta

from django.db.models import Max

from conmuta.apps.ledger.models import Charge
from conmuta.apps.rating import api as rating
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform.scope import Scope

KEPT = timedelta(days=90)
"""So long a node's own word can be laid beside the bill that somebody doubts."""
AT_ONCE = 2000


def forget_charges(scope: Scope, now: datetime) -> int:
    """Deletes charges older than `KEPT` whose calls are in the account, but for each node's
    latest; how many. Those that were never rated stay: they still count. Needs the system's
    scope."""
    gone = 0
    for tenant in tenancy.slugs(scope).values():
        with Scope.for_tenant(tenant, scope.actor).active() as own:
            _note_rated(own, now - KEPT)
            gone += _forget(own, now - KEPT)
    return gone


def _note_rated(scope: Scope, until: datetime) -> None:
    """A company without a limit is never told its funds, which is when this is noted else."""
    rows = Charge.objects.within(scope).filter(rated=False, at__lt=until)
    for node in list(rows.values_list("node", flat=True).distinct()):
        legs = list(rows.filter(node=node).values_list("leg", flat=True))
        for start in range(0, len(legs), AT_ONCE):
            rated = rating.rated_legs(scope, node, legs[start : start + AT_ONCE])
            rows.filter(node=node, leg__in=rated).update(rated=True)


def _forget(scope: Scope, until: datetime) -> int:
    rows = Charge.objects.within(scope)
    gone = 0
    for row in list(rows.values("node").annotate(last=Max("entry"))):
        old = rows.filter(node=row["node"], entry__lt=row["last"], rated=True, at__lt=until)
        gone += old.delete()[0]
    return gone
