"""A PDF sent as a fax, and what became of faxes."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conmuta.apps.calls.api import FaxView

HELP = "send a PDF, or list faxes: ./conmuta fax TENANT [NUMBER FILE.pdf --email WHOM]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The company; to send, also whom and what."""
    parser.add_argument("tenant", help="the company's slug")
    parser.add_argument("number", nargs="?", help="as the company's flows dial it")
    parser.add_argument("file", nargs="?", type=Path, help="a PDF")
    parser.add_argument("--station", default="", help="what the far machine shows as sender")
    parser.add_argument("--email", action="append", default=[], help="who is told the result")


def run(args: argparse.Namespace) -> int:
    """Order the fax, or list; 1 where that cannot be done."""
    from conmuta.cli._tenants import ready, refused, tenant_scope

    if args.number and not args.file:
        return refused(args.tenant, "say the file too.")
    ready()
    from conmuta.apps.calls import api as calls
    from conmuta.platform.errors import Problem

    try:
        with tenant_scope(args.tenant, "fax") as scope:
            if not args.number:
                listed = calls.faxes(scope)
                print("\n".join(map(line, listed)) or "No faxes.")
                return 0
            pdf = args.file.read_bytes()
            order = (args.number, pdf, args.station, args.email)
            orders = calls.send_fax(scope, args.tenant, *order)
    except (Problem, OSError) as problem:
        return refused(args.tenant, str(problem))
    return told(args.tenant, orders)


def told(tenant: str, orders: list[int]) -> int:
    """Says the orders, and how to follow them."""
    if not orders:
        print(f"{tenant}: there is no node that could send it.", file=sys.stderr)
        return 1
    print(
        f"Ordered: {', '.join(map(str, orders))}. ./conmuta fax {tenant} tells what became of it."
    )
    return 0


def line(fax: "FaxView") -> str:
    """One fax in one line; its call's story is told by `conmuta call`."""
    kind = f"sent by order {fax.command}" if fax.command is not None else "received"
    end = "ok" if fax.ok else "failed"
    pages = f"{fax.pages} pages"
    return f"{fax.started:%Y-%m-%d %H:%M} {kind}, {end} ({fax.status}), {pages}, call {fax.call}"
