"""Secrets at rest: AES-256-GCM with a key from a file, which never is in the database.

The key file has one key a line (32 bytes in base64). The first encrypts; all decrypt. To
rotate: put a new line on top, restart, `reencrypt` each value (`rotated`), drop the old line.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import models

_NONCE_BYTES = 12


class SecretUnreadable(Exception):
    """A stored secret cannot be read with the keys at hand."""


class Box:
    """Encrypts and decrypts text. A stored text is `v1.<key's name>.<base64>`."""

    def __init__(self, keys: list[bytes]) -> None:
        if not keys:
            raise SecretUnreadable("The key file has no key.")
        self._first = _key_name(keys[0])
        self._keys: Mapping[str, AESGCM] = {_key_name(key): AESGCM(key) for key in keys}

    def seal(self, text: str) -> str:
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._keys[self._first].encrypt(nonce, text.encode(), None)
        return f"v1.{self._first}.{base64.b64encode(nonce + sealed).decode()}"

    def open(self, stored: str) -> str:
        _, name, body = stored.split(".", 2)
        raw = base64.b64decode(body)
        try:
            return self._keys[name].decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], None).decode()
        except (KeyError, InvalidTag) as error:
            raise SecretUnreadable(f"No key {name} in the key file, or it does not fit.") from error

    def is_current(self, stored: str) -> bool:
        """Whether `stored` was sealed with the first key."""
        return stored.startswith(f"v1.{self._first}.")


def _key_name(key: bytes) -> str:
    return hashlib.sha256(key).hexdigest()[:8]


def new_key() -> str:
    """A line for the key file."""
    return base64.b64encode(os.urandom(32)).decode()


def ensure_key_file(path: Path) -> None:
    """Makes the key file, readable by its owner alone, unless it is there."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(new_key() + "\n")


@cache
def box() -> Box:
    """The box of the key file that the settings name."""
    lines = Path(settings.CONMUTA.key_file).read_text("ascii").split()
    return Box([base64.b64decode(line) for line in lines])


_ST_contra = TypeVar("_ST_contra", contravariant=True)
_GT_co = TypeVar("_GT_co", covariant=True)

if TYPE_CHECKING:
    from django.db.models import TextField as _TextField
else:

    class _TextField(models.TextField):
        """Django's field takes no type arguments at run time."""

        def __class_getitem__(cls, _: object) -> type:
            return cls


class EncryptedTextField(_TextField[_ST_contra, _GT_co]):
    """Text that is encrypted in the database and plain in Python. It cannot be searched."""

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else box().seal(str(value))

    def from_db_value(self, value: str | None, *_: object) -> str | None:
        return None if value is None else box().open(value)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("An encrypted field cannot be searched.")
        return super().get_lookup(lookup_name)
