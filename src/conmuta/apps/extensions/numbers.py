"""One number rings one thing: the register of a tenant's taken numbers."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from conmuta.apps.extensions import queries, rules
from conmuta.apps.extensions.errors import NumberInUse
from conmuta.apps.extensions.models import TakenNumber
from conmuta.platform.scope import Scope

Holding = Mapping[str, str]
"""Number → the name of what rings there."""

_waiting: ContextVar[dict[str, Holding] | None] = ContextVar("conmuta_numbers", default=None)


def take(scope: Scope, taker: str, wanted: Holding) -> None:
    """Makes `wanted` all that `taker` holds; in the caller's transaction.

    Raises `NumberInUse` where a number rings something else.
    """
    waiting = _waiting.get()
    if waiting is None:
        _settle(scope, {taker: wanted})
    else:
        waiting[taker] = wanted


@contextmanager
def taken_together(scope: Scope) -> Iterator[None]:
    """Numbers are settled at the end of the block, so that they may change hands within it."""
    waiting: dict[str, Holding] = {}
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    if waiting:
        _settle(scope, waiting)


def _settle(scope: Scope, wanted: Mapping[str, Holding]) -> None:
    taken = queries.taken_numbers(scope)
    final = {number: held for number, held in taken.items() if held[0] not in wanted}
    for taker, holding in wanted.items():
        for number, where in rules.clashes(final, taker, holding):
            raise NumberInUse(number=number, where=where)
        final |= {number: (taker, name) for number, name in holding.items()}
    rows = TakenNumber.objects.within(scope)
    rows.filter(number__in=[n for n, held in taken.items() if final.get(n) != held]).delete()
    rows.bulk_create(
        TakenNumber(number=number, taker=held[0], name=held[1])
        for number, held in final.items()
        if taken.get(number) != held
    )
