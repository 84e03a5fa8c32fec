"""Calls that are up, kept in this process between a node's batches, so that none is read back.

What is kept is only a shortcut: it holds when this process itself committed the node's batch just
before this one. After a refusal, a restart, or a batch that another process took, it is dropped,
and calls are folded from the database again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock

from django.db import transaction

from conmuta.apps.calls.rules import Folding

MOST_CALLS = 50_000
"""Kept for one node; about 100 MB. The longest unheard of are let go first."""

Key = tuple[int, str]
"""Tenant and linkedid."""


@dataclass(slots=True)
class _Kept:
    batch: int
    calls: dict[Key, Folding] = field(default_factory=dict)


_nodes: dict[int, _Kept] = {}
_lock = Lock()


def take_out(node: int, batch: int) -> dict[Key, Folding]:
    """The calls as they stood before `batch`; empty where this process does not know."""
    with _lock:
        kept = _nodes.pop(node, None)
    return kept.calls if kept and kept.batch == batch - 1 else {}


def put_back(
    node: int, batch: int, calls: dict[Key, Folding], heard: Mapping[Key, Folding]
) -> None:
    """Once this transaction is committed: `calls`, with those `heard` of now, less the ended."""

    def keep() -> None:
        for key, call in heard.items():
            calls.pop(key, None)
            if not call.final:
                calls[key] = call
        for key in list(calls)[: max(0, len(calls) - MOST_CALLS)]:
            del calls[key]
        with _lock:
            _nodes[node] = _Kept(batch, calls)

    transaction.on_commit(keep)
