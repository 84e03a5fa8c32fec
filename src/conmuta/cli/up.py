"""Everything on one machine, until Ctrl-C."""

import argparse
from pathlib import Path

HELP = "put everything up on this machine, tell how to use it, and keep it running"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What differs from the usual."""
    parser.add_argument("--no-demo", action="store_true", help="without the boot camp company")
    parser.add_argument(
        "--listen",
        metavar="ADDRESS",
        default="127.0.0.1",
        help="where the web server listens (0.0.0.0: on every network; put TLS in front)",
    )
    parser.add_argument(
        "--drain",
        metavar="SECONDS",
        type=int,
        default=60,
        help="how long Ctrl-C waits for calls that are up (60)",
    )


def run(args: argparse.Namespace) -> int:
    """0 after a stop in order; 1 when something could not start."""
    from conmuta.local import running
    from conmuta.local.machine import Choice
    from conmuta.local.places import CHECKOUT, places

    demo: Path | None = None if args.no_demo else CHECKOUT / "examples" / "bootcamp.yaml"
    return running.run(places(), Choice(demo=demo, listen=args.listen), args.drain)
