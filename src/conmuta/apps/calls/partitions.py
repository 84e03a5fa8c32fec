"""The tables of calls, by the month (`conmuta.platform.monthly`)."""

from collections.abc import Iterable

from conmuta.platform import monthly
from conmuta.platform.monthly import (
    CreatePartitioned,
    Month,
    Monthly,
    month_of,
    months_ahead,
    months_from,
    partition_name,
)

__all__ = [
    "TABLES",
    "CreatePartitioned",
    "Month",
    "ensure",
    "month_of",
    "months_ahead",
    "months_from",
    "partition_name",
]

TABLES = (
    "calls_event",
    "calls_queueevent",
    "calls_call",
    "calls_queuevisit",
    "calls_agentmark",
    "calls_agentsession",
    "calls_agentpause",
    "calls_recording",
    "calls_fax",
)
_ROOM = {"calls_call": " WITH (fillfactor = 70)"}
"""A call's row changes several times; with room on its page that touches no index."""
_MONTHLY = tuple(Monthly(table, storage=_ROOM.get(table, "")) for table in TABLES)


def ensure(months: Iterable[Month]) -> int:
    """Makes each table's partition for these months where it is missing; how many were made."""
    return monthly.ensure(_MONTHLY, months)
