"""All checks, then all tests. With words for pytest: those tests alone."""

import argparse
import os
import subprocess
import sys
import tempfile

HELP = "check and test everything; with arguments: pytest alone, with them"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Everything after `test` is pytest's."""
    parser.prefix_chars = "\0"
    parser.add_argument("words", nargs="*")


def run(args: argparse.Namespace) -> int:
    """0 only when every check and every test passed. pytest's closing line comes last."""
    from conmuta.local.asterisk_root import ensure_root
    from conmuta.local.places import CHECKOUT, places
    from conmuta.local.sections import heading, of_source, passes

    root = ensure_root(places().cache)
    with tempfile.TemporaryDirectory(prefix="conmuta-test-") as state:
        environment = {"CONMUTA_STATE_DIR": state, "CONMUTA_ASTERISK_ROOT": str(root)}
        sections = () if args.words else of_source()
        failed = [each.title for each in sections if not passes(each, CHECKOUT, environment)]
        heading("Tests (pytest), on a PostgreSQL and Asterisks of their own")
        if failed:
            print("Failed before the tests: " + "; ".join(failed), flush=True)
        command = [sys.executable, "-m", "pytest", *args.words]
        outcome = subprocess.run(
            command, cwd=CHECKOUT, env={**os.environ, **environment}, check=False
        )
    return outcome.returncode or int(bool(failed))
