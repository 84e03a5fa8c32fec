"""The web server alone, for installations that run their processes themselves."""

import argparse
import os

HELP = "run the web server alone (./conmuta up runs all)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "conmuta.wiring.settings")
    import uvicorn

    uvicorn.run(
        "conmuta.wiring.asgi:application",
        host=args.host,
        port=args.port,
        lifespan="off",
        log_level="warning",
        # A node's long poll must not hold a stop for longer than people wait.
        timeout_graceful_shutdown=3,
    )
    return 0
