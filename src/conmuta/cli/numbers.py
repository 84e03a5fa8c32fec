"""The operator's stock of numbers: a file joins it, or what it holds is told."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.apps.numbering.api import ImportReport
    from conmuta.platform.scope import Scope

HELP = "an operator's numbers: ./conmuta numbers OPERATOR [FILE.csv or FILE.xlsx]"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Whose stock, and the file that joins it."""
    parser.add_argument("operator", help="the operator's slug")
    parser.add_argument("file", nargs="?", type=Path, help="numbers or ranges, CSV or XLSX")
    told = "of numbers without a country code; the operator's own unless given"
    parser.add_argument("--country", help=told)


def run(args: argparse.Namespace) -> int:
    """0; 1 where there is no such operator or file, or where rows of the file are bad."""
    _tenants.ready()
    from conmuta.platform.errors import Problem

    try:
        with _tenants.operator_scope(args.operator, "numbers") as scope:
            return _import(scope, args) if args.file else _summary(scope)
    except Problem as problem:
        return _tenants.refused(args.operator, str(problem))
    except OSError as error:
        return _tenants.refused(str(args.file), error.strerror or str(error))


def _summary(scope: "Scope") -> int:
    from conmuta.apps.numbering import api as numbering

    for state, count in numbering.summary(scope).items():
        print(f"{count:>10}  {state}")
    return 0


def _import(scope: "Scope", args: argparse.Namespace) -> int:
    from conmuta.apps.numbering import api as numbering
    from conmuta.apps.tenancy import api as tenancy

    country = args.country or tenancy.operator_of(scope).facts.country
    return _told(args.file, numbering.import_numbers(scope, args.file, country))


def _told(path: Path, report: "ImportReport") -> int:
    print(
        f"{path.name}: {report.rows} rows; {report.added} numbers added, {report.changed} changed, "
        f"{report.unchanged} as they were."
    )
    if not report.bad_count:
        return 0
    more = report.bad_count - len(report.bad)
    rows = [*map(str, report.bad), *([f"and {more} more bad rows."] if more else [])]
    return _tenants.refused(path.name, *rows)
