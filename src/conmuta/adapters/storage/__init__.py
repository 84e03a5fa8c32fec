"""Files kept under the SHA-256 of their content: prompts, recordings, mails, faxes."""

from conmuta.adapters.storage.filesystem import FileSystemStorage
from conmuta.adapters.storage.memory import MemoryStorage
from conmuta.adapters.storage.port import (
    DigestMismatch,
    InvalidDigest,
    NotStored,
    Storage,
    StorageError,
    StorageFull,
    TooLarge,
    check_digest,
)

__all__ = [
    "DigestMismatch",
    "FileSystemStorage",
    "InvalidDigest",
    "MemoryStorage",
    "NotStored",
    "Storage",
    "StorageError",
    "StorageFull",
    "TooLarge",
    "check_digest",
]
