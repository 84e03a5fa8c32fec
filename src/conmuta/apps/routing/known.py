"""An operator's plan, ready for many questions: read once, kept until something changes.

Kept within a process, by the moment of the operator's last change (`fleet.touched_at`) and by the
day, for prices begin and end on days. Both are asked before anything is read, so what is kept is
never older than the database was when the question came.
"""

from collections import OrderedDict
from datetime import date, datetime
from threading import Lock
from typing import Final

from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import api as rating
from conmuta.apps.routing import rendering
from conmuta.platform.scope import Scope
from conmuta_compiler.operator.decide import Router
from conmuta_plan.operator import OperatorPlan

MOST_KEPT: Final = 8
"""Operators whose plans a process keeps."""

Mark = tuple[datetime, date]


_kept: OrderedDict[int, tuple[Mark, Router]] = OrderedDict()
_lock = Lock()


def router_of(scope: Scope) -> Router:
    """The plan of `scope`'s operator, as it stands in the database now."""
    at, owner = fleet.touched_at(scope), scope.operator_id
    if at is None or owner is None:
        return _read(scope)
    mark = at, rating.today(scope)
    with _lock:
        held = _kept.get(owner)
        if held is not None and held[0] == mark:
            _kept.move_to_end(owner)
            return held[1]
    router = _read(scope)
    with _lock:
        _kept[owner] = mark, router
        _kept.move_to_end(owner)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return router


def _read(scope: Scope) -> Router:
    """From the stored plan where that is what would be rendered now: it takes far less time."""
    stored = fleet.settled(scope) if rating.has_turned(scope) else None
    return Router(stored if isinstance(stored, OperatorPlan) else rendering.operator_plan(scope))
