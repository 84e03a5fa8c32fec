"""Plans and node messages as canonical JSON, and their digest.

Canonical means: the same value gives the same bytes, so that a digest names a value.
"""

import hashlib
from typing import TypeVar

import msgspec

T = TypeVar("T")

_encoder = msgspec.json.Encoder(order="deterministic")


def encode(value: object) -> bytes:
    """`value` (any frozen dataclass of this package) as canonical UTF-8 JSON."""
    return _encoder.encode(value)


def decode(data: bytes, kind: type[T]) -> T:
    """The value of type `kind` that `data` holds.

    Raises `msgspec.ValidationError`, whose text names the path of the wrong field.
    """
    return msgspec.json.decode(data, type=kind)


def digest(value: object) -> str:
    """SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(encode(value)).hexdigest()
