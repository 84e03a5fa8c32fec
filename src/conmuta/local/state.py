"""`var/run/state.json`: what `./conmuta up` runs, for `./conmuta status` and the next start."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conmuta.local.processes import Mark, alive, mark


@dataclass(frozen=True, slots=True)
class RunState:
    """`supervisor` is the process of `./conmuta up`; `services` are its children by name."""

    supervisor: Mark
    services: Mapping[str, Mark] = field(default_factory=dict)
    ports: Mapping[str, int] = field(default_factory=dict)
    web: str = ""
    database_url: str = ""
    node_state: str = ""
    restarts: Mapping[str, int] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        return alive(self.supervisor)

    def leftovers(self) -> dict[str, Mark]:
        """Children that outlived a supervisor which did not stop in order."""
        return {name: each for name, each in self.services.items() if alive(each)}


def write(path: Path, state: RunState) -> None:
    """Replace the file whole; a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new")
    new.write_text(json.dumps(_plain(state), indent=2) + "\n")
    new.replace(path)


def read(path: Path) -> RunState | None:
    """The state last written; None where there is none, or none that can be read."""
    try:
        given = json.loads(path.read_text())
        return RunState(
            supervisor=Mark(*given["supervisor"]),
            services={name: Mark(*pair) for name, pair in given["services"].items()},
            ports=given["ports"],
            web=given["web"],
            database_url=given["database_url"],
            node_state=given["node_state"],
            restarts=given["restarts"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget(path: Path) -> None:
    """Remove this process's own state; another run's is left alone."""
    kept = read(path)
    if kept is not None and kept.supervisor == this_process():
        path.unlink(missing_ok=True)


def _plain(state: RunState) -> dict[str, Any]:
    return {
        "supervisor": _pair(state.supervisor),
        "services": {name: _pair(each) for name, each in state.services.items()},
        "ports": dict(state.ports),
        "web": state.web,
        "database_url": state.database_url,
        "node_state": state.node_state,
        "restarts": dict(state.restarts),
    }


def _pair(process: Mark) -> list[int]:
    return [process.pid, process.began]


def this_process() -> Mark:
    """The running process's own mark."""
    own = mark(os.getpid())
    if own is None:  # /proc is not mounted
        return Mark(os.getpid(), 0)
    return own
