"""One number rings one thing: the register of a tenant's taken numbers."""

from collections.abc import Iterable, Mapping

from conmuta.apps.extensions import queries, rules
from conmuta.apps.extensions.errors import NumberInUse
from conmuta.apps.extensions.models import TakenNumber
from conmuta.platform.scope import Scope


def take(scope: Scope, taker: str, wanted: Mapping[str, str]) -> None:
    """Makes `wanted` (number → name) all that `taker` holds; in the caller's transaction.

    Raises `NumberInUse` where a number rings something else.
    """
    taken = queries.taken_numbers(scope)
    for number, where in rules.clashes(taken, taker, wanted):
        raise NumberInUse(number=number, where=where)
    held = {number for number, (holder, _) in taken.items() if holder == taker}
    rows = TakenNumber.objects.within(scope)
    given_up = held - wanted.keys()
    if given_up:
        rows.filter(number__in=given_up).delete()
    new = [
        TakenNumber(number=number, taker=taker, name=name)
        for number, name in wanted.items()
        if number not in held
    ]
    rows.bulk_create(new)


def free(scope: Scope, numbers: Iterable[str]) -> None:
    """Forgets who holds these numbers, for whoever is about to take them in this transaction."""
    TakenNumber.objects.within(scope).filter(number__in=list(numbers)).delete()
