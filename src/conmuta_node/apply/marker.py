"""A context that says which dialplan is loaded: the proof that Asterisk took it.

It names the dialplan's content and not the plan, so that a change elsewhere reloads nothing.
"""

import hashlib
from collections.abc import Mapping

from conmuta_node.apply.reloads import without_comments

_FILE = "extensions.conf"
_DIGITS = 16


def with_marker(tenant: str, texts: Mapping[str, str]) -> dict[str, str]:
    """`texts` with the marker at the end of the dialplan."""
    text = texts.get(_FILE, "")
    marker = (
        "\n; What the node agent asks for, to see which dialplan is loaded\n"
        f"[{tenant}-loaded]\nexten => {_digest(text)},1,NoOp()\n"
    )
    return {**texts, _FILE: text + marker}


def marker_of(text: str) -> str:
    """The marker that a dialplan carries, "" where it has none."""
    _, found, rest = text.rpartition("-loaded]\nexten => ")
    return rest.partition(",")[0] if found else ""


def question(tenant: str, marker: str) -> str:
    """The console command whose answer shows whether the marker is loaded."""
    return f"dialplan show {marker}@{tenant}-loaded"


def is_loaded(marker: str, answer: str) -> bool:
    """Whether the answer to `question` shows the marker."""
    return f"'{marker}'" in answer


def _digest(text: str) -> str:
    """Of what Asterisk reads: a name in a comment is no other dialplan."""
    return hashlib.sha256(without_comments(text).encode()).hexdigest()[:_DIGITS]
