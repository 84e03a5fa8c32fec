"""Files that only their owner reads."""

import os
from pathlib import Path


def keep_secret(path: Path, text: str, *, replace: bool) -> None:
    """Write `text`, whole or not at all; where it is there already, only to `replace` it."""
    if path.exists() and not replace:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text + "\n")
    new.replace(path)
