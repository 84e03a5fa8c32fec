"""A call played through a tenant's plan, in words."""

import argparse
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta_plan import TenantPlan

HELP = 'play a call in words: ./conmuta rehearse TENANT NUMBER --at "2026-12-24 18:30" --keys 1,0'


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tenant, the call, and what is assumed of the world."""
    parser.add_argument("tenant", help="the tenant's slug")
    parser.add_argument("number", help="the inbound number, or what an extension dials")
    parser.add_argument("--at", metavar="TIME", help="in the tenant's zone; now unless given")
    parser.add_argument(
        "--keys",
        default="",
        help="what the caller presses each time that the call listens: 1,550,,0 (empty: nothing)",
    )
    parser.add_argument("--from", dest="caller", default="", metavar="NUMBER", help="the caller")
    for name, what in (("extension", "no_answer"), ("queue", "timeout"), ("outside", "busy")):
        parser.add_argument(
            f"--{name}",
            action="append",
            default=[],
            metavar="NAME=RESULT",
            help=f"how it ends there, such as {what}; all answer otherwise",
        )
    _tenants.add_language(parser)


def run(args: argparse.Namespace) -> int:
    """0, or 1 where there is no such tenant, 2 where an argument cannot be read."""
    return _tenants.on_plan(args, "rehearse", lambda plan: _play(plan, args))


def _play(plan: "TenantPlan", args: argparse.Namespace) -> int:
    from conmuta_compiler.errors import InvalidPlan
    from conmuta_compiler.rehearse import World, rehearse

    try:
        world = World(
            extensions=_pairs(args.extension),
            queues=_pairs(args.queue),
            numbers=_pairs(args.outside),
        )
        at = when(args.at, plan.time_zone)
        keys = args.keys.split(",") if args.keys else ()
        told = rehearse(plan, args.number, at, keys, world, args.caller)
    except InvalidPlan as error:
        return _tenants.refused(args.tenant, error.text(args.language or plan.language))
    except ValueError as error:
        print(f"conmuta rehearse: {error}", file=sys.stderr)
        return _tenants.UNREADABLE
    print(told.text(args.language or plan.language))
    return 0


def when(text: str | None, zone: str) -> datetime:
    """A time as people type it, in the tenant's zone unless it has an offset."""
    from zoneinfo import ZoneInfo

    if text is None:
        return datetime.now(ZoneInfo(zone))
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'--at {text}: write it as "2026-12-24 18:30".') from None
    return at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))


def _pairs(words: list[str]) -> Mapping[str, str]:
    pairs = [word.partition("=") for word in words]
    for name, sign, result in pairs:
        if not (name and sign and result):
            raise ValueError(f"`{name}{sign}{result}`: write it as NAME=RESULT.")
    return {name: result for name, _, result in pairs}
