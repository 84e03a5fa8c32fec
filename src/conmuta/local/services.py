"""The processes of one machine, and the settings that each starts with."""

import fcntl
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from conmuta.local import here
from conmuta.local.places import Places
from conmuta.local.postgres import PostgresCluster
from conmuta.local.seed import node_token_file
from conmuta.local.supervisor import Service

LOOPBACK = "127.0.0.1"
NODE_STOP_SECONDS = 45  # Asterisk stops, and its last records are sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where this run's parts are."""

    places: Places
    listen: str
    ports: Mapping[str, int]
    asterisk_root: Path
    database_url: str

    @property
    def node_state(self) -> Path:
        return self.places.var / "node"

    @property
    def web(self) -> str:
        host = LOOPBACK if self.listen in {"0.0.0.0", "::"} else self.listen  # noqa: S104
        return f"http://{host}:{self.ports['web']}"


def cluster_of(places: Places) -> PostgresCluster:
    """The machine's private PostgreSQL."""
    return PostgresCluster(places.postgres)


def server_environment(layout: Layout) -> dict[str, str]:
    """What every process of the server is given; a person's own settings stay."""
    given = {**here.environment(layout.places), "CONMUTA_DATABASE_URL": layout.database_url}
    if here.setting(layout.places, "public_url") is None:
        given["CONMUTA_PUBLIC_URL"] = layout.web
    return given


def environment() -> dict[str, str]:
    """This process's environment, for a child."""
    return dict(os.environ)


def asterisk_runs(node_state: Path) -> bool:
    """Whether an Asterisk holds the node's state folder: it locks a file as long as it lives."""
    lock = node_state / "run" / "asterisk.lock"
    if not lock.exists():
        return False
    with lock.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def node(layout: Layout) -> Service:
    """The agent, which runs Asterisk."""
    environment = {
        "CONMUTA_NODE_SERVER": layout.web,
        "CONMUTA_NODE_TOKEN_FILE": str(node_token_file(layout.places.var)),
        "CONMUTA_NODE_STATE": str(layout.node_state),
        "CONMUTA_ASTERISK_ROOT": str(layout.asterisk_root),
    }
    return Service("node", (sys.executable, "-m", "conmuta_node"), environment, NODE_STOP_SECONDS)


def server(layout: Layout) -> Service:
    """The web server."""
    words = ("--host", layout.listen, "--port", str(layout.ports["web"]))
    return Service("server", _conmuta("server", *words), server_environment(layout))


def worker(layout: Layout) -> Service:
    """Outbox, jobs, schedules."""
    return Service("worker", _conmuta("worker"), server_environment(layout))


def _conmuta(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "conmuta", *words)
