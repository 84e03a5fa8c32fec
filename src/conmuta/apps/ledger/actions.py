"""Verbs on ledgers: nodes are told of funds, blocks are lifted."""

from django.db import transaction
from django.db.models import Max, Sum
from django.utils import timezone

from conmuta.apps.fleet import api as fleet
from conmuta.apps.ledger import queries
from conmuta.apps.ledger.errors import NoSuchBlock
from conmuta.apps.ledger.models import Block, Charge
from conmuta.apps.rating import api as rating
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit
from conmuta.platform.outbox import Delivery
from conmuta.platform.scope import Scope
from conmuta_plan.codec import encode
from conmuta_plan.node import FundsTold, Unblock

MOST_AT_ONCE = 2000


def hear_of_funds(delivery: Delivery) -> None:
    """Hears `FundsChanged`."""
    tell_funds(delivery.scope)


@transaction.atomic
def tell_funds(scope: Scope) -> list[int]:
    """Tells every node what `scope`'s tenant may spend; the orders' ids, none without a limit.

    Charges whose calls are not rated yet are taken off here, so that the node need take off only
    what it charges from now on.
    """
    funds = rating.funds(scope)
    if funds is None or funds.left is None:
        return []
    _note_rated(scope)
    amount, currency = funds.left - _unrated(scope), funds.currency
    rows = Charge.objects.within(scope).values("node").annotate(last=Max("entry"))
    last = {row["node"]: row["last"] for row in rows}
    return fleet.command_each(
        scope,
        "funds",
        tenancy.tenant_of(scope).slug,
        lambda node: encode(
            FundsTold(amount=amount, currency=currency, as_of=last.get(node, 0))
        ).decode(),
    )


def _note_rated(scope: Scope) -> None:
    """Charges that the account has meanwhile count no more."""
    rows = Charge.objects.within(scope).filter(rated=False).order_by("pk")
    named, last = rows.values_list("pk", "node", "leg"), 0
    while waiting := list(named.filter(pk__gt=last)[:MOST_AT_ONCE]):
        last = waiting[-1][0]
        for node in {node for _, node, _ in waiting}:
            legs = rating.rated_legs(scope, node, [leg for _, at, leg in waiting if at == node])
            rows.filter(node=node, leg__in=legs).update(rated=True)


def _unrated(scope: Scope) -> int:
    rows = Charge.objects.within(scope).filter(rated=False)
    return rows.aggregate(sum=Sum("amount"))["sum"] or 0


@transaction.atomic
def unblock(scope: Scope, extension: str = "") -> list[int]:
    """Lifts the block of an extension, or of the whole company; the orders' ids.

    What counted towards the ceiling counts no more. Raises `NoSuchBlock`; of two that lift the
    same block at once, for the second one.
    """
    slug = tenancy.tenant_of(scope).slug
    rows = queries.still_open(Block.objects.within(scope).filter(extension=extension))
    if not rows.update(lifted_at=timezone.now()):
        raise NoSuchBlock(who=extension or slug)
    audit.record(scope, "unblocked", f"ledger.block:{extension}")
    body = encode(Unblock(extension=extension)).decode()
    return fleet.command_each(scope, "unblock", slug, lambda _: body)
