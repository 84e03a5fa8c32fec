"""The door of calls."""

from conmuta.apps.calls.ingest import BATCH_HANDLERS

__all__ = ["BATCH_HANDLERS"]
