"""Addresses that nodes shut out: listed, and let in again by one word."""

import argparse
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.apps.fleet.api import BanView

HELP = "addresses that nodes shut out, or let one in again: ./conmuta bans [--lift ADDRESS]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The address to let in."""
    parser.add_argument("--lift", metavar="ADDRESS", help="let this address in again, on all nodes")


def run(args: argparse.Namespace) -> int:
    """List, or lift; 1 for what is no address."""
    from conmuta.cli._tenants import ready, refused

    ready()
    from conmuta.apps.fleet import api as fleet
    from conmuta.platform.errors import Problem
    from conmuta.platform.scope import Scope

    with Scope.system(f"shell:{os.environ.get('USER', 'root')}").active() as scope:
        if not args.lift:
            print("\n".join(map(line, fleet.bans(scope))) or "Nobody is shut out.")
            return 0
        try:
            fleet.unban(scope, args.lift)
        except Problem as problem:
            return refused(args.lift, str(problem))
    print(f"{args.lift} is let in again.")
    return 0


def line(ban: "BanView") -> str:
    """One address in one line."""
    times = f"since {ban.at:%Y-%m-%d %H:%M}, until {ban.until:%Y-%m-%d %H:%M} UTC"
    return f"{', '.join(ban.nodes)}: {ban.address} ({ban.reason}) {times}. {ban.words}"
