"""What runs here, and what is wrong."""

import argparse
import json
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.apps.fleet.contracts import NodeView
    from conmuta.local.places import Places
    from conmuta.local.state import RunState

HELP = "what runs, which revision each node has in force, and what is wrong"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--json` for programs."""
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """0 when nothing is wrong, else 1."""
    from datetime import UTC, datetime

    from conmuta.local import state
    from conmuta.local.machine import answers
    from conmuta.local.places import places

    here = places()
    kept = state.read(here.state_file)
    running = kept is not None and kept.running
    parts = _services(here, kept) if kept and running else {}
    nodes, fault = _nodes(here, kept)
    from conmuta.local import status

    seen = status.Status(
        running=running,
        web=kept.web if kept else "",
        web_answers=bool(kept and running and answers(kept.web)),
        services=parts,
        restarts=kept.restarts if kept and running else {},
        nodes=nodes,
        fault=fault,
        at=datetime.now(UTC),
    )
    told = status.as_json(seen)
    print(
        json.dumps(told, indent=2, ensure_ascii=False, default=str)
        if args.json
        else status.as_text(seen)
    )
    return 0 if told["ok"] else 1


def _services(here: "Places", kept: "RunState") -> dict[str, bool]:
    from conmuta.local import services
    from conmuta.local.processes import alive

    found = {name: alive(mark) for name, mark in kept.services.items()}
    if services.given_database(here) is None:
        found = {"postgresql": services.cluster_of(here).pid() is not None, **found}
    return found


def _nodes(here: "Places", kept: "RunState | None") -> tuple[list["NodeView"], str]:
    """The nodes as the database knows them, and why it could not be asked."""
    from conmuta.local import services

    url = kept.database_url if kept else services.given_database(here)
    if url is None or (kept and not kept.running and services.given_database(here) is None):
        return [], ""
    os.environ |= {"CONMUTA_STATE_DIR": str(here.var), "CONMUTA_DATABASE_URL": url}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    import django
    from django.db import DatabaseError

    django.setup()
    from conmuta.apps.fleet import api as fleet
    from conmuta.platform.scope import Scope

    try:
        with Scope.system("system:status").active() as scope:
            return fleet.nodes(scope), ""
    except DatabaseError as error:
        return [], f"The database does not answer: {str(error).splitlines()[0]}"
