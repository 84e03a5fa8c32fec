"""Which names mean secrets, and values without them."""

import re
from collections.abc import Mapping
from typing import Any

MASK = "•••"
_SECRET = re.compile(
    r"secret|password|passphrase|token|\bpins?\b|_pins?\b|private|credential|authorization",
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
    return value
