"""The calls of a company, latest first."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from conmuta.apps.calls.api import CallView

HELP = "list a company's calls: ./conmuta calls TENANT [--since … --number … --json]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The company, and which of its calls."""
    parser.add_argument("tenant", help="the company's slug")
    parser.add_argument("--since", help="2026-11-22 or 2026-11-22T18:00, in the company's zone")
    parser.add_argument("--until", help="the same; calls before it")
    parser.add_argument("--number", default="", help="calls with a number that ends so")
    parser.add_argument("--direction", choices=("in", "out", "internal"))
    parser.add_argument("--limit", type=int, default=50)
    parser.add_argument("--json", action="store_true", help="for programs")


def run(args: argparse.Namespace) -> int:
    """Print the list; 1 where there is no such company, 2 where a time cannot be read."""
    from conmuta.cli._calls import refused, system_scope, when
    from conmuta.cli._tenants import ready

    ready()
    from zoneinfo import ZoneInfo

    from conmuta.apps.calls import api as calls
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.errors import Problem
    from conmuta.platform.scope import Scope

    try:
        with system_scope() as system:
            tenant = tenancy.tenant_by_slug(system, args.tenant)
        zone = ZoneInfo(tenant.facts.time_zone)
        wanted = calls.CallFilter(
            since=when(args.since, zone),
            until=when(args.until, zone),
            number=args.number,
            direction=calls.Direction(args.direction) if args.direction else None,
            limit=args.limit,
        )
        with Scope.for_tenant(tenant.id, "command:calls").active() as scope:
            found = calls.calls(scope, wanted)
    except (Problem, ValueError) as problem:
        return refused(problem)
    _print(found, zone, as_json=args.json)
    return 0


def _print(found: "list[CallView]", zone: "ZoneInfo", *, as_json: bool) -> None:
    from conmuta.cli._calls import as_text

    if as_json:
        sys.stdout.write(as_text(found))
        return
    for call in found:
        print(line(call, zone))
    if not found:
        print("No calls.")


def line(call: "CallView", zone: "ZoneInfo") -> str:
    """One call in one line: who called what was dialled, and whom that led to."""
    facts = call.facts
    arrow = {"in": "→", "out": "⇒", "internal": "·"}[facts.direction.value]
    at = facts.began.astimezone(zone)
    end = " (cut short)" if facts.cut_short else ""
    other = facts.callee if facts.dialled not in {"", facts.callee} else ""
    more = [f"to {other}"] if other else []
    more += [f"queue {facts.queue}"] if facts.queue else []
    more += [f"agent {call.agent}"] if call.agent else []
    more += [facts.refused] if facts.refused else []
    more += [f"not recorded: {facts.not_recorded}"] if facts.not_recorded else []
    more += ["recorded"] if facts.recorded else []
    told = f"{facts.disposition.value}{end}"
    who = f"{facts.caller or '?':>15} {arrow} {facts.dialled or facts.callee or '?':<15}"
    talk = f"{round(facts.talk_seconds):>5} s"
    return f"{at:%Y-%m-%d %H:%M:%S}  {who} {talk}  {told:<14} {call.id}  {', '.join(more)}".rstrip()
