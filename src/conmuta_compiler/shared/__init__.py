"""The contexts `c-…` that all tenants of a node share: what a call does, once.

The tenants' own contexts say with which numbers. A subroutine's arguments are named above it.
"""

from conmuta_compiler.shared import (
    agents,
    codes,
    features,
    ledger,
    operator,
    outside,
    recording,
    ring,
    rooms,
)
from conmuta_compiler.text import Section, file, setting, settings, tenants_include

RESULTS = {
    "": "no_answer",
    "ANSWER": "answered",
    "BUSY": "busy",
    "NOANSWER": "no_answer",
    "CANCEL": "no_answer",
    "CHANUNAVAIL": "unavailable",
    "CONGESTION": "unavailable",
    "DONTCALL": "unavailable",
    "TORTURE": "unavailable",
    "INVALIDARGS": "unavailable",
}
QUEUE_RESULTS = {
    "TIMEOUT": "timeout",
    "FULL": "full",
    "JOINEMPTY": "empty",
    "LEAVEEMPTY": "empty",
    "JOINUNAVAIL": "empty",
    "LEAVEUNAVAIL": "empty",
    "CONTINUE": "answered",
    "WITHDRAWN": "timeout",
}
CAUSES = {
    "busy": 17,
    "no_answer": 19,
    "unavailable": 20,
    "stopped": 20,
    "invalid": 1,
    "limit": 34,
    "route": 3,
}


def extensions() -> str:
    """extensions.conf of a node."""
    words = {f"c_{status}": result for status, result in RESULTS.items()}
    words |= {f"c_queue_{status}": result for status, result in QUEUE_RESULTS.items()}
    words |= {f"c_cause_{result}": str(cause) for result, cause in CAUSES.items()}
    lines = tuple(setting(*each) for each in words.items())
    general = settings(static=True, writeprotect=True, clearglobalvars=False)
    parts = (ring, outside, operator, ledger, recording, rooms, features, agents)
    return file(
        "What calls do on this node",
        [
            Section(name="general", lines=general),
            Section(
                name="globals", note="Asterisk's words for how a call ended, in ours", lines=lines
            ),
            Section(name="c-nowhere", note="Where callers from outside may transfer to"),
            codes.usual(),
            *(part.DIALPLAN.strip() + "\n" for part in parts),
            tenants_include("extensions.conf"),
        ],
    )
