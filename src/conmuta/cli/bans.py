"""Addresses that nodes shut out: listed, and let in again by one word."""

import argparse
import os
from datetime import UTC, datetime

HELP = "addresses that nodes shut out, or let one in again: ./conmuta bans [--lift ADDRESS]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The address to let in."""
    parser.add_argument("--lift", metavar="ADDRESS", help="let this address in again, on all nodes")


def run(args: argparse.Namespace) -> int:
    """List, or lift; 1 for what is no address."""
    from ipaddress import ip_network

    from conmuta.cli._tenants import ready, refused

    if args.lift:
        try:
            ip_network(args.lift, strict=False)
        except ValueError:
            return refused(args.lift, "this is no address.")
    ready()
    from conmuta.apps.fleet import api as fleet
    from conmuta.platform.scope import Scope
    from conmuta_plan.codec import encode
    from conmuta_plan.node import Unban

    with Scope.system(f"shell:{os.environ.get('USER', 'root')}").active() as scope:
        if args.lift:
            body = encode(Unban(address=args.lift)).decode()
            fleet.command_each(scope, "unban", "", lambda _: body)
            print(f"{args.lift} is let in again.")
            return 0
        told = [
            f"{node.name}: {ban.address} ({ban.reason}) since {_time(ban.at)}, until "
            f"{_time(ban.until)} UTC"
            for node in fleet.nodes(scope)
            if node.report
            for ban in node.report.bans
        ]
    print("\n".join(told) or "Nobody is shut out.")
    return 0


def _time(at: float) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M}"
