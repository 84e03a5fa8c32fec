"""Rated calls and their costs lie in the month that the far channel's id tells (ADR 0041)."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from conmuta.platform import monthly
from conmuta.platform.monthly import Month, Monthly

TABLES: Final = (
    Monthly("rating_ratedcall", tenant="tenant_id", operator="operator_id"),
    Monthly("rating_callcost", tenant=None, operator="operator_id"),
)


def ensure(months: Iterable[Month]) -> int:
    """Makes both tables' partitions for these months where they are missing; how many."""
    return monthly.ensure(TABLES, months)


def ensure_for(legs: Iterable[str]) -> None:
    """Makes the partitions in which these far channels lie."""
    ensure({monthly.month_of(monthly.started_of(leg)) for leg in legs})


def span_of(legs: Iterable[str]) -> tuple[datetime, datetime]:
    """The earliest and the latest start of these far channels: a query that says them looks
    into those months alone."""
    starts = [monthly.started_of(leg) for leg in legs] or [monthly.UNDATED]
    return min(starts), max(starts)
