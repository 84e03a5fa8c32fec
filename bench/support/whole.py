"""The whole product for a benchmark: server, worker, agent, Asterisk, as `./conmuta up` runs it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.asterisk import asterisk_root

from conmuta.local import here
from conmuta.local.places import CHECKOUT, Places, cache_folder
from conmuta.local.state import RunState, read
from conmuta_node.asterisk import AsteriskHome


@contextmanager
def product(folder: Path, log: Path) -> Iterator[tuple[Places, RunState]]:
    """Everything up, without a demo company; down again at the end."""
    places = Places(CHECKOUT, folder, cache_folder())
    environment = {**os.environ, "CONMUTA_STATE_DIR": str(folder)}
    with log.open("wb") as out:
        line = [sys.executable, "-m", "conmuta", "up", "--no-demo", "--drain", "0"]
        process = subprocess.Popen(
            line, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=CHECKOUT
        )
    try:
        wait_for(lambda: "Everything runs" in log.read_text(errors="replace"), 600, process)
        state = read(places.state_file)
        assert state is not None
        yield places, state
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def wait_for(true: Callable[[], bool], seconds: float, process: subprocess.Popen[bytes]) -> None:
    """Until `true()`; an early death or the end of time is told with an exception."""
    until = time.monotonic() + seconds
    while not true():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the product did not come up: its log tells why")
        time.sleep(0.2)


def as_server(places: Places) -> None:
    """Makes this process one of the server's: settings, database, Django."""
    os.environ.update(here.environment(places))
    import django

    django.setup()


def asterisk(state: RunState) -> AsteriskHome:
    """The running Asterisk, to ask."""
    return AsteriskHome(Path(state.node_state), asterisk_root())
