"""One start at a time in a folder: a lock that its process holds as long as it lives."""

import fcntl
import os
from pathlib import Path
from typing import TextIO


class TakenBy(Exception):
    """Another process has the turn."""

    def __init__(self, process: str) -> None:
        self.process = process
        super().__init__(f"process {process}")


def take(lock: Path) -> TextIO:
    """The turn; it ends when the file that is returned is closed. Raises `TakenBy`."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    file = lock.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        with file:
            raise TakenBy(file.read().strip()) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
