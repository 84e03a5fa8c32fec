"""Blocks of the fraud guard: listed, and lifted by one word."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.apps.ledger.api import BlockView

HELP = "lift a block of the fraud guard, or list them: ./conmuta unblock TENANT [EXTENSION | all]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The company, and whose block."""
    parser.add_argument("tenant", help="the company's slug")
    parser.add_argument("who", nargs="?", help="an extension; `all` for the whole company's block")


def run(args: argparse.Namespace) -> int:
    """Lift, or list; 1 where there is no such block."""
    from conmuta.cli._tenants import ready, refused, tenant_scope

    ready()
    from conmuta.apps.ledger import api as ledger
    from conmuta.platform.errors import Problem

    try:
        with tenant_scope(args.tenant, "unblock") as scope:
            if args.who is None:
                print("\n".join(map(line, ledger.blocks(scope))) or "Nobody is blocked.")
                return 0
            ledger.unblock(scope, "" if args.who == "all" else args.who)
    except Problem as problem:
        return refused(args.tenant, str(problem))
    print("Lifted. It counts anew from now on.")
    return 0


def line(block: "BlockView") -> str:
    """One block in one line."""
    who = f"extension {block.extension}" if block.extension else "the whole company (all)"
    until = f"until {block.until:%Y-%m-%d %H:%M} UTC" if block.until else "until it is lifted"
    told = f"{block.words} It met +{block.number}."
    return f"{block.at:%Y-%m-%d %H:%M} UTC {who}, {until}: {told}"
