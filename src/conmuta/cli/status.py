"""What runs here, and what is wrong."""

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.apps.fleet.contracts import NodeView
    from conmuta.apps.ledger.contracts import BlockView
    from conmuta.local.places import Places
    from conmuta.local.state import RunState
    from conmuta.local.status import Status

HELP = "what runs, which revision each node has in force, and what is wrong"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--json` for programs."""
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """0 when nothing is wrong, else 1."""
    from conmuta.local import here, state
    from conmuta.local.places import places

    machine = places()
    kept = state.read(machine.state_file)
    running = kept if kept and kept.running else None
    private = here.given_database(machine) is None
    os.environ |= here.environment(machine) | here.ONE_CONNECTION
    import django

    django.setup()
    seen = _look(machine, running, private=private)
    from conmuta.local import status

    told = status.as_json(seen)
    plain = json.dumps(told, indent=2, ensure_ascii=False, default=str)
    print(plain if args.json else status.as_text(seen))
    return 0 if told["ok"] else 1


def _look(machine: "Places", running: "RunState | None", *, private: bool) -> "Status":
    from conmuta.local.machine import answers
    from conmuta.local.status import Status

    # The private database stops with `up`: there is nobody to ask then.
    told = known() if running or not private else Known()
    return Status(
        running=running is not None,
        web=running.web if running else "",
        web_answers=bool(running and answers(running.web)),
        services=_services(machine, running, private=private) if running else {},
        restarts=running.restarts if running else {},
        nodes=told.nodes,
        blocks=told.blocks,
        stuck_files=told.stuck_files,
        fault=told.fault,
        at=datetime.now(UTC),
    )


def _services(machine: "Places", running: "RunState", *, private: bool) -> dict[str, bool]:
    from conmuta.local import services
    from conmuta.local.processes import alive

    database = {"postgresql": services.cluster_of(machine).pid() is not None} if private else {}
    return database | {name: alive(mark) for name, mark in running.services.items()}


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows; `fault`: why it could not be asked."""

    nodes: "Sequence[NodeView]" = ()
    blocks: "Sequence[BlockView]" = ()
    stuck_files: Sequence[tuple[str, str]] = ()
    fault: str = ""


def known() -> Known:
    """What it tells now. Django is set up."""
    from django.db import DatabaseError

    from conmuta.apps.fleet import api as fleet
    from conmuta.apps.ledger import api as ledger
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    try:
        with Scope.system("system:status").active() as scope:
            return Known(fleet.nodes(scope), ledger.blocks(scope), tenancy.stuck_files())
    except DatabaseError as error:
        return Known(fault=f"The database does not answer: {str(error).splitlines()[0]}")
