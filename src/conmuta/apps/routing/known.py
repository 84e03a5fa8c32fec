"""An operator's routing, ready for many questions: rendered once, kept until something changes.

Kept within a process, by the moment of the operator's last change (`fleet.touched_at`) and by the
day, for prices begin and end on days. Both are asked before anything is read, so what is kept is
never older than the database was when the question came.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from threading import Lock
from typing import Final

from conmuta.apps.fleet import api as fleet
from conmuta.apps.rating import api as rating
from conmuta.apps.routing import queries, rendering
from conmuta.apps.routing.contracts import CarrierRoute
from conmuta.apps.routing.resolve import Costs
from conmuta.platform.scope import Scope
from conmuta_compiler.operator.decide import Router

MOST_KEPT: Final = 8
"""Operators whose routing a process keeps: 100,000 prefixes take some 60 MB."""

Mark = tuple[datetime, date]


@dataclass(frozen=True, slots=True)
class Known:
    """`costs` are what gateways cost where a route asks; `currencies`, in what."""

    router: Router
    routes: Mapping[str, CarrierRoute]
    costs: Costs
    currencies: Mapping[str, str]


_kept: OrderedDict[int, tuple[Mark, Known]] = OrderedDict()
_lock = Lock()


def of_operator(scope: Scope) -> Known:
    """The routing of `scope`'s operator, as it stands in the database now."""
    at, owner = fleet.touched_at(scope), scope.operator_id
    if at is None or owner is None:
        return _read(scope)
    mark = at, rating.today(scope)
    with _lock:
        held = _kept.get(owner)
        if held is not None and held[0] == mark:
            _kept.move_to_end(owner)
            return held[1]
    known = _read(scope)
    with _lock:
        _kept[owner] = mark, known
        _kept.move_to_end(owner)
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return known


def _read(scope: Scope) -> Known:
    routes = queries.routes(scope)
    tables = rating.tables(scope).values()
    return Known(
        router=Router(rendering.operator_plan(scope)),
        routes=routes,
        costs=rendering.costs(scope, routes),
        currencies={name: table.currency for table in tables for name in table.gateways},
    )
