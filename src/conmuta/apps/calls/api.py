"""The door of calls."""

from conmuta.apps.calls.contracts import (
    CallFacts,
    CallStory,
    CallView,
    Direction,
    Disposition,
    EndedCall,
    FaxView,
    OutsideLeg,
    RecordingView,
)
from conmuta.apps.calls.ended import ended_calls, settle
from conmuta.apps.calls.faxes import faxes, send_fax
from conmuta.apps.calls.files import files_of, files_used, forget_late
from conmuta.apps.calls.ingest import BATCH_HANDLERS
from conmuta.apps.calls.queries import CallFilter, call, calls
from conmuta.apps.calls.recordings import download, export, listen, stored_bytes

__all__ = [
    "BATCH_HANDLERS",
    "CallFacts",
    "CallFilter",
    "CallStory",
    "CallView",
    "Direction",
    "Disposition",
    "EndedCall",
    "FaxView",
    "OutsideLeg",
    "RecordingView",
    "call",
    "calls",
    "download",
    "ended_calls",
    "export",
    "faxes",
    "files_of",
    "files_used",
    "forget_late",
    "listen",
    "send_fax",
    "settle",
    "stored_bytes",
]
