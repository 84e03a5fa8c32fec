"""Which names mean secrets, and values without them.

What a web service is sent (headers, body, the query of its address) is taken for secret whole.
"""

import re
from collections.abc import Mapping
from typing import Any

MASK = "•••"
_URL = re.compile(r"https?://", re.IGNORECASE)
_SECRET = re.compile(
    r"secret|password|passphrase|token|\bpins?\b|_pins?\b|private|credential|authorization"
    r"|api[-_ ]?key|access[-_ ]?key|\bx-.*key|cookie|^headers$|^body$",
    re.IGNORECASE,
)


def is_secret(name: str) -> bool:
    """Whether what has this name is a secret."""
    return _SECRET.search(name) is not None


def masked(value: Any, key: str = "") -> Any:
    """`value` with every non-empty value under a secret's name replaced."""
    if value and is_secret(key):
        return MASK
    if isinstance(value, Mapping):
        return {str(name): masked(item, str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item) for item in value]
    return _without_query(value) if isinstance(value, str) and _URL.match(value) else value


def _without_query(url: str) -> str:
    """A web service's address may hold a name and a password, or a key behind its `?`."""
    start, rest = url.split("//", 1)
    end = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
    host = rest[:end].rpartition("@")
    place = f"{MASK}@{host[2]}" if host[1] else host[2]
    path, mark, _ = rest[end:].replace("#", "?").partition("?")
    return f"{start}//{place}{path}{mark and f'?{MASK}'}"
