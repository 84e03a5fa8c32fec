"""`python -m conmuta_node`: the agent as a process.

SIGTERM or Ctrl-C stop Asterisk and the agent in order (with `--keep-asterisk`, the agent alone);
when the agent dies of anything else, Asterisk and its calls go on, and the next agent finds them.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import structlog

from conmuta_node.agent import Agent, AgentSettings
from conmuta_node.server import ServerClient
from conmuta_node.spool.tail import ROTATE_BYTES

log = structlog.get_logger()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the agent until it is told to stop."""
    os.umask(0o077)
    given = _parser().parse_args(arguments)
    missing = [name for name in ("state", "server", "token_file") if not getattr(given, name)]
    if missing:
        names = ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        sys.stderr.write(f"Say {names}, on the command line or in the environment.\n")
        return 2
    _write_log_lines()
    settings = AgentSettings(
        state=given.state.absolute(),
        server=given.server,
        token=given.token_file.read_text().strip(),
        asterisk_root=given.asterisk_root.absolute(),
        keep_asterisk=given.keep_asterisk,
        rotate_bytes=given.rotate_bytes,
        drain_seconds=given.drain_seconds,
    )
    asyncio.run(_run(settings))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m conmuta_node", description=__doc__)
    env = os.environ.get
    path_of = {name: Path(text) if text else None for name, text in os.environ.items()}
    parser.add_argument(
        "--state", type=Path, default=path_of.get("CONMUTA_NODE_STATE"), help="CONMUTA_NODE_STATE"
    )
    parser.add_argument("--server", default=env("CONMUTA_NODE_SERVER"), help="CONMUTA_NODE_SERVER")
    parser.add_argument(
        "--token-file",
        type=Path,
        default=path_of.get("CONMUTA_NODE_TOKEN_FILE"),
        help="a file with the node's token (CONMUTA_NODE_TOKEN_FILE)",
    )
    parser.add_argument(
        "--asterisk-root",
        type=Path,
        default=Path(env("CONMUTA_ASTERISK_ROOT", "/")),
        help="Asterisk's root folder (CONMUTA_ASTERISK_ROOT)",
    )
    parser.add_argument(
        "--keep-asterisk",
        action="store_true",
        default=env("CONMUTA_NODE_KEEP_ASTERISK", "") not in ("", "0"),
        help="leave Asterisk and its calls up when told to stop (CONMUTA_NODE_KEEP_ASTERISK)",
    )
    parser.add_argument(
        "--drain-seconds", type=float, default=0.0, help="how long a stop waits for calls to end"
    )
    parser.add_argument(
        "--rotate-bytes",
        type=int,
        default=ROTATE_BYTES,
        help="at which size a file of records is put aside, once it is sent",
    )
    return parser


async def _run(settings: AgentSettings) -> None:
    async with ServerClient(settings.server, settings.token) as server:
        agent = Agent(settings, server)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, agent.stop.set)
        await agent.run()


def _write_log_lines() -> None:
    level = logging.getLevelNamesMapping().get(os.environ.get("CONMUTA_LOG", "INFO"), logging.INFO)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(bool_as_flag=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


if __name__ == "__main__":
    sys.exit(main())
