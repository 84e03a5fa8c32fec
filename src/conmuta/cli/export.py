"""A tenant or an operator as a file."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.documents.api import Choices

HELP = "write a tenant's file, or an operator's: ./conmuta export NAME [--operator] [--output FILE]"
PRIVATE = 0o600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tenant, and where to."""
    parser.add_argument("tenant", metavar="NAME", help="the tenant's slug, or the operator's")
    parser.add_argument("--operator", action="store_true", help="NAME is an operator's")
    parser.add_argument(
        "--output",
        metavar="FILE",
        type=Path,
        help="with recorded audio and long price lists beside it",
    )
    parser.add_argument(
        "--with-secrets", action="store_true", help="passwords and PINs too; guard the file"
    )


def run(args: argparse.Namespace) -> int:
    """0, or 1 where there is no such name or the file cannot be written."""
    _tenants.ready()
    from conmuta.documents import api as documents
    from conmuta.platform.errors import Problem

    folder = args.output.absolute().parent if args.output else None
    choices = documents.Choices(with_secrets=args.with_secrets, folder=folder)
    try:
        text = _text(args, choices)
        _write(text, args.output)
    except Problem as problem:
        return _tenants.refused(args.tenant, str(problem))
    except OSError as error:
        return _tenants.refused(str(args.output), error.strerror or str(error))
    return 0


def _text(args: argparse.Namespace, choices: "Choices") -> str:
    from conmuta.documents import api as documents
    from conmuta.documents.operators import api as operators

    if args.operator:
        with _tenants.operator_scope(args.tenant, "export") as scope:
            return operators.export(scope, choices)
    with _tenants.tenant_scope(args.tenant, "export") as scope:
        return documents.export(scope, choices)


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    output.touch(mode=PRIVATE)
    output.write_text(text, "utf-8")
