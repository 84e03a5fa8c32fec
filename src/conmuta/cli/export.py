"""A tenant as a file."""

import argparse
import sys
from pathlib import Path

from conmuta.cli import _tenants

HELP = "write a tenant's file: ./conmuta export TENANT [--output FILE] [--with-secrets]"
PRIVATE = 0o600


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The tenant, and where to."""
    parser.add_argument("tenant", help="the tenant's slug")
    parser.add_argument(
        "--output", metavar="FILE", type=Path, help="with recorded audio in `audio/` beside it"
    )
    parser.add_argument(
        "--with-secrets", action="store_true", help="passwords and PINs too; guard the file"
    )


def run(args: argparse.Namespace) -> int:
    """0, or 1 where there is no such tenant or the file cannot be written."""
    _tenants.ready()
    from conmuta.documents import api as documents
    from conmuta.platform.errors import Problem

    folder = args.output.absolute().parent if args.output else None
    choices = documents.Choices(with_secrets=args.with_secrets, folder=folder)
    try:
        with _tenants.tenant_scope(args.tenant, "export") as scope:
            text = documents.export(scope, choices)
        _write(text, args.output)
    except Problem as problem:
        return _tenants.refused(args.tenant, str(problem))
    except OSError as error:
        return _tenants.refused(str(args.output), error.strerror or str(error))
    return 0


def _write(text: str, output: Path | None) -> None:
    if output is None:
        sys.stdout.write(text)
        return
    output.touch(mode=PRIVATE)
    output.write_text(text, "utf-8")
