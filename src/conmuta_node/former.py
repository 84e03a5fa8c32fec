"""What an earlier version of the agent left on a node, and nobody needs."""

import contextlib
import shutil
import sqlite3
from pathlib import Path

from conmuta_node.memory import Memory


def forget_cdr(state: Path, memory: Memory) -> None:
    """Remove Asterisk's call detail records, sent or not: the events tell the same (ADR 0099).

    Called while Asterisk is down, so that no older configuration writes them any more. Their folder
    goes last, and with it the reason to look: what fails is done at the next start.
    """
    folder = state / "log/cdr-custom"
    if not folder.exists():
        return
    with contextlib.suppress(OSError, sqlite3.Error):  # calls do not wait for a full disk
        (state / "etc/cdr_custom.conf").unlink(missing_ok=True)
        with memory.transaction() as sql:
            for table in ("batches", "tails"):
                sql.execute(f"DELETE FROM {table} WHERE stream = 'cdr'")  # noqa: S608 — our own names
            sql.execute("DELETE FROM facts WHERE name = 'numbering cdr'")
        shutil.rmtree(folder)
