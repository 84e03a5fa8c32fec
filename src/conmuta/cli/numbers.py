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
    _tenants.add_operator(parser)
    parser.add_argument("file", nargs="?", type=Path, help="numbers or ranges, CSV or XLSX")
    told = "of numbers without a country code; the operator's own unless given"
    parser.add_argument("--country", help=told)


def run(args: argparse.Namespace) -> int:
    """0; 1 where there is no such operator or file, or where rows of the file are bad."""

    def work(scope: "Scope") -> int:
        return _import(scope, args) if args.file else _summary(scope)

    return _tenants.on_operator(args, "numbers", work)


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
    from conmuta.platform.sentences import said

    counts = said(
        "{rows} rows; {added} numbers added, {changed} changed, {unchanged} as they were.",
        rows=report.rows,
        added=report.added,
        changed=report.changed,
        unchanged=report.unchanged,
    )
    return _tenants.imported(path, counts, report.bad, report.bad_count)
