"""What an earlier version of the agent left on a node, and nobody needs."""

import shutil
from pathlib import Path

from conmuta_node.memory import Memory


def forget_cdr(state: Path, memory: Memory) -> None:
    """Remove Asterisk's call detail records, sent or not: the events tell the same (ADR 0099).

    Called while Asterisk is down, so that no older configuration writes them any more.
    """
    shutil.rmtree(state / "log/cdr-custom", ignore_errors=True)
    (state / "etc/cdr_custom.conf").unlink(missing_ok=True)
    with memory.transaction() as sql:
        for table in ("batches", "tails"):
            sql.execute(f"DELETE FROM {table} WHERE stream = 'cdr'")  # noqa: S608 — our own names
        sql.execute("DELETE FROM facts WHERE name = 'numbering cdr'")
