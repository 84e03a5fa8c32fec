"""What becomes of a call out: which gateways are tried and why, what is dialled, what it costs."""

import argparse
import json
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conmuta.cli import _tenants
from conmuta.cli.rehearse import when

if TYPE_CHECKING:
    from conmuta.apps.routing.api import Explained

HELP = "explain a call out: ./conmuta route TENANT NUMBER [--from EXTENSION] [--at TIME]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tenant, what is dialled, by whom and when."""
    parser.add_argument("tenant", help="the tenant's slug")
    parser.add_argument("number", help="what is dialled")
    parser.add_argument(
        "--from", dest="caller", metavar="EXTENSION", help="who dials; a flow unless given"
    )
    parser.add_argument("--at", metavar="TIME", help="in the tenant's zone; now unless given")
    parser.add_argument("--json", action="store_true", help="one JSON object instead of words")
    _tenants.add_language(parser)


def run(args: argparse.Namespace) -> int:
    """0 where some gateway or another tenant gets the call, 1 where it is refused or there is no
    such tenant, 2 where an argument cannot be read."""
    _tenants.ready()
    from conmuta.apps.routing import api as routing
    from conmuta.platform.errors import Problem
    from conmuta.wiring.plans import render

    try:
        with _tenants.tenant_scope(args.tenant, "route") as scope:
            plan = render(scope)
            at = when(args.at, plan.time_zone)
            found = routing.explain(scope, plan, args.number, at, args.caller)
    except Problem as problem:
        return _tenants.refused(args.tenant, str(problem))
    except KeyError:
        return _tenants.refused(args.tenant, f"there is no extension {args.caller}.")
    except ValueError as error:
        print(f"conmuta route: {error}", file=sys.stderr)
        return _tenants.UNREADABLE
    language = args.language or plan.language
    print(as_json(found, at, language) if args.json else found.text(language))
    return 0 if found.goes_out else 1


def as_json(found: "Explained", at: datetime, language: str) -> str:
    """The decision as values, and the same sentences."""
    import msgspec

    trace = found.trace
    decision: dict[str, Any] = {}
    if trace.decision is not None:
        decision = msgspec.to_builtins(trace.decision)
        del decision["call"]
    told = {
        "dialled": trace.dialled,
        "number": trace.number,
        "extension": trace.extension,
        "at": at.isoformat(),
        "inside": trace.inside,
        "class": trace.item.name if trace.item else None,
        "pattern": trace.pattern,
        "goes_out": found.goes_out,
        "words": [each.text(language) for each in found.sentences],
    }
    refused = decision.pop("refused", None) or trace.refused
    return json.dumps({**told, **decision, "refused": refused}, ensure_ascii=False)
