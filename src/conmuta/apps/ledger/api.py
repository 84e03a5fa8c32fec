"""The door of the ledger."""

from conmuta.apps.ledger.actions import blocks, tell_funds, unblock
from conmuta.apps.ledger.contracts import BlockView, GuardBlocked
from conmuta.apps.ledger.taking import BATCH_HANDLERS

__all__ = ["BATCH_HANDLERS", "BlockView", "GuardBlocked", "blocks", "tell_funds", "unblock"]
