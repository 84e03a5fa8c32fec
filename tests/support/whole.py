"""A whole machine, as `./conmuta up` runs it: PostgreSQL, server, worker, agent and Asterisk."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.asterisk import asterisk_root
from tests.support.phones import Server

from conmuta.local.postgres import PostgresCluster
from conmuta_node.asterisk import AsteriskHome

UP_SECONDS = 300
LOCAL = "127.0.0.1"


@dataclass
class WholeMachine:
    """The machine's supervisor process, and the folder that holds all its state."""

    process: subprocess.Popen[bytes]
    state: Path

    @property
    def told(self) -> str:
        return (self.state / "told").read_text()

    def remembered(self) -> dict[str, Any]:
        """What the supervisor knows of its services and ports."""
        return dict(json.loads((self.state / "run/state.json").read_text()))

    @property
    def server(self) -> Server:
        ports = self.remembered()["ports"]
        return Server(LOCAL, ports["sip"], ports["sip"], ports["sip_tls"])

    @property
    def asterisk(self) -> AsteriskHome:
        return AsteriskHome(self.state / "node", asterisk_root())

    @property
    def postgres(self) -> PostgresCluster:
        return PostgresCluster(self.state / "postgres")

    def conmuta(self, *words: str) -> str:
        """A command's answer; fails with what it said."""
        done = self.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """A command, whether it succeeds or not."""
        line = [sys.executable, "-m", "conmuta", *words]
        return subprocess.run(
            line, env=environment(self.state), capture_output=True, text=True, check=False
        )

    def calls(self, tenant: str) -> list[dict[str, Any]]:
        """Every call that the server knows of."""
        told = json.loads(self.conmuta("calls", tenant, "--json", "--limit", "100000"))
        return list(told)

    # Harm

    def kill(self, service: str) -> None:
        """Signal 9 to the process of one service, once it runs."""
        mark = self.wait(lambda: self.remembered()["services"].get(service))
        assert isinstance(mark, list), f"the {service} does not run"
        os.kill(mark[0], signal.SIGKILL)

    @contextmanager
    def without_server_and_database(self) -> Iterator[None]:
        """Server, worker and PostgreSQL are dead meanwhile; nobody starts them again."""
        self.process.send_signal(signal.SIGSTOP)
        for service in ("server", "worker"):
            self.kill(service)
        self.postgres.stop("immediate")
        try:
            yield
        finally:
            self.postgres.up()
            self.process.send_signal(signal.SIGCONT)

    def wait(self, test: Callable[[], object], seconds: float = 90) -> object:
        """The first true answer of `test`; its last one when time is over."""
        until = time.monotonic() + seconds
        while not (answer := test()) and time.monotonic() < until:
            time.sleep(0.5)
        return answer

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(90)
        finally:
            self.process.kill()


def environment(state: Path) -> dict[str, str]:
    """This process's environment, with that state folder and this Asterisk root."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONMUTA_", "DJANGO_"))}
    root = str(asterisk_root())
    return {**kept, "CONMUTA_STATE_DIR": str(state), "CONMUTA_ASTERISK_ROOT": root}


def start_machine(state: Path) -> WholeMachine:
    """`./conmuta up` with the demo company, ready for calls."""
    state.mkdir(parents=True)
    state.chmod(0o755)  # PostgreSQL runs as another user
    with (state / "printed").open("wb") as out, (state / "told").open("wb") as err:
        line = [sys.executable, "-m", "conmuta", "up", "--drain", "1"]
        process = subprocess.Popen(line, env=environment(state), stdout=out, stderr=err)
    machine = WholeMachine(process, state)
    until = time.monotonic() + UP_SECONDS
    while "Ctrl-C stops" not in (state / "printed").read_text():
        assert process.poll() is None, machine.told
        assert time.monotonic() < until, machine.told
        time.sleep(0.2)
    return machine


@contextmanager
def whole_machine(state: Path) -> Iterator[WholeMachine]:
    """A running machine, taken down and removed at the end."""
    machine = start_machine(state)
    try:
        yield machine
    finally:
        machine.stop()
        shutil.rmtree(state, ignore_errors=True)
