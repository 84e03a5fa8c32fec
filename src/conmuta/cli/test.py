"""All checks, then all tests. With words for pytest: those tests alone."""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HELP = "check and test everything; with arguments: pytest alone, with them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `test` is pytest's."""
    parser.prefix_chars = "\0"
    parser.add_argument("words", nargs="*")


def run(args: argparse.Namespace) -> int:
    """0 only when every check and every test passed. The count of all tests comes last."""
    from conmuta.local.asterisk_root import ensure_root
    from conmuta.local.places import CHECKOUT, places

    root = ensure_root(places().cache)
    with tempfile.TemporaryDirectory(prefix="conmuta-test-") as state:
        environment = {"CONMUTA_STATE_DIR": state, "CONMUTA_ASTERISK_ROOT": str(root)}
        if not args.words:
            return _everything(Path(state), environment)
        command = [sys.executable, "-m", "pytest", *args.words]
        outcome = subprocess.run(
            command, cwd=CHECKOUT, env={**os.environ, **environment}, check=False
        )
    return outcome.returncode


def _everything(state: Path, environment: dict[str, str]) -> int:
    from conmuta.local import suite
    from conmuta.local.places import CHECKOUT
    from conmuta.local.sections import of_source, passes

    failed = [each.title for each in of_source() if not passes(each, CHECKOUT, environment)]
    if failed:
        print("Failed before the tests: " + "; ".join(failed), flush=True)
    well = suite.passes(suite.parts(len(os.sched_getaffinity(0))), state, environment)
    return int(bool(failed) or not well)
