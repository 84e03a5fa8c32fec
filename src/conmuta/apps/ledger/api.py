"""The door of the ledger."""

from conmuta.apps.ledger.actions import tell_funds, unblock
from conmuta.apps.ledger.contracts import BlockView, GuardBlocked
from conmuta.apps.ledger.queries import block, blocks, was_blocked
from conmuta.apps.ledger.taking import BATCH_HANDLERS

__all__ = [
    "BATCH_HANDLERS",
    "BlockView",
    "GuardBlocked",
    "block",
    "blocks",
    "tell_funds",
    "unblock",
    "was_blocked",
]
