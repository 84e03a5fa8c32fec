"""Real Asterisks for the agent's tests, in folders that go away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.ports import free_port
from tests.support_node import minimal

from conmuta_node.asterisk import AsteriskHome

CACHE = Path(os.environ.get("CONMUTA_CACHE", "/var/cache/conmuta"))


def asterisk_root() -> Path:
    """Asterisk's root folder: what the environment says, else the newest in the cache."""
    named = os.environ.get("CONMUTA_ASTERISK_ROOT")
    if named:
        return Path(named)
    built = sorted(CACHE.glob("asterisk-root-*"), key=lambda path: path.stat().st_mtime)
    complete = [path for path in built if (path / "usr/sbin/asterisk").exists()]
    return complete[-1] if complete else CACHE / "try-root"


@contextmanager
def running_asterisk(state: Path) -> Iterator[tuple[AsteriskHome, int]]:
    """A plain Asterisk that runs in `state`, and its manager's port; stopped at the end."""
    home = AsteriskHome(state, asterisk_root())
    port = free_port()
    home.install(minimal.files(port))
    home.start()
    try:
        yield home, port
    finally:
        home.stop()
