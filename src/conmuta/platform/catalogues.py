"""Translations: `.po` files are kept, `.mo` files are made from them at start where they are
missing or older. Babel makes them, so that no gettext tools are needed."""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

import structlog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

log = structlog.get_logger()


def compile_stale(folders: Iterable[str | Path]) -> list[Path]:
    """Makes each missing or outdated `.mo` file under `folders`; those made."""
    files = [file for folder in folders for file in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))]
    return [file for file in files if _is_stale(file) and _compile(file)]


def _is_stale(source: Path) -> bool:
    made = source.with_suffix(".mo")
    return not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> bool:
    """Written beside and renamed into place: many processes may start at once."""
    with source.open("rb") as file:
        catalogue = read_po(file)
    try:
        handle, name = tempfile.mkstemp(dir=source.parent, suffix=".tmp")
    except OSError as error:
        log.warning("catalogues.not_written", folder=str(source.parent), error=str(error))
        return False
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalogue)
    Path(name).chmod(0o644)
    Path(name).replace(source.with_suffix(".mo"))
    return True
