"""The command: each module here is one subcommand.

A subcommand's module has `HELP` (a plain string), `add_arguments(parser)` and
`run(args) -> int`. Only the module asked for is imported, so that `./conmuta doctor` works
where nothing is installed yet; its name is the module's, with `-` for `_`.
"""

import argparse
import ast
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, cast

HERE = Path(__file__).parent
ORDER = ("up", "status", "doctor", "apply", "plan", "export", "check", "rehearse", "calls", "call")
BY_THEMSELVES = frozenset(
    {"up", "status", "doctor", "test", "bench"}
)  # these find it, or need none
SERVING = frozenset({"server", "worker"})
FAILED = 2
INTERRUPTED = 130


class Subcommand(Protocol):
    """What a module in this folder offers."""

    HELP: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments on `parser`."""

    def run(self, args: argparse.Namespace) -> int:
        """Do it; the answer is the exit code."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the subcommand that `argv` (or the command line) names; its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(overview())
        return 0
    name, rest = words[0], words[1:]
    if name not in names():
        print(f"conmuta: there is no command {name!r}.\n\n{overview()}", file=sys.stderr)
        return FAILED
    try:
        return run(name, rest)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of our output (`head`, a pager) left; nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if _say_if_database_is_away(error):
            return FAILED
        raise


def run(name: str, words: Sequence[str]) -> int:
    """Import the subcommand `name`, read its arguments from `words`, and run it."""
    if name not in BY_THEMSELVES:
        _find_this_machine(pool=name in SERVING)
    module = cast("Subcommand", importlib.import_module(f"{__name__}.{name.replace('-', '_')}"))
    parser = argparse.ArgumentParser(prog=f"conmuta {name}", description=module.HELP)
    module.add_arguments(parser)
    return module.run(parser.parse_args(words))


def _find_this_machine(*, pool: bool) -> None:
    """Tell Django's settings where this machine's state and private database are."""
    from conmuta.local import here
    from conmuta.local.places import places

    os.environ |= here.environment(places()) | ({} if pool else here.ONE_CONNECTION)


def _say_if_database_is_away(error: Exception) -> bool:
    """A sentence instead of a traceback for the commonest fault; whether it was that."""
    if type(error).__name__ != "OperationalError":
        return False
    reason = str(error).strip().splitlines() or ["no reason given"]
    print(f"conmuta: the database does not answer ({reason[0]}).", file=sys.stderr)
    print("Does ./conmuta up run? ./conmuta status tells.", file=sys.stderr)
    return True


def names() -> list[str]:
    """The subcommands that there are, those of every day first."""
    modules = (path.stem.replace("_", "-") for path in HERE.glob("[!_]*.py"))
    found = {name for name in modules if help_of(name)}
    first = [name for name in ORDER if name in found]
    return first + sorted(found - set(first))


def overview() -> str:
    """What `--help` prints."""
    lines = [f"  {name:<10} {help_of(name)}" for name in names()]
    return "\n".join(
        [
            "Conmuta: a company's telephones, its contact centre and their record, on Asterisk.",
            "",
            "usage: ./conmuta COMMAND …      ./conmuta COMMAND --help",
            "",
            *lines,
        ]
    )


def help_of(name: str) -> str:
    """The `HELP` of a subcommand, read without importing it; "" for a helper module."""
    tree = ast.parse((HERE / f"{name.replace('-', '_')}.py").read_text())
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "HELP":
            return str(ast.literal_eval(node.value))
    return ""
