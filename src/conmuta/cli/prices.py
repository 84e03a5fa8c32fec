"""An operator's price lists: a file joins a table, or calls are rated anew."""

import argparse
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from conmuta.cli import _tenants

if TYPE_CHECKING:
    from conmuta.platform.scope import Scope

HELP = "an operator's prices: ./conmuta prices OPERATOR TABLE FILE, or --rate-anew SINCE"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The table and its list, or the days to rate anew."""
    parser.add_argument("operator", help="the operator's slug")
    parser.add_argument("table", nargs="?", help="a price table that there is")
    parser.add_argument("file", nargs="?", type=Path, help="a price list, CSV or XLSX")
    days: dict[str, Any] = {"type": date.fromisoformat, "metavar": "DAY"}
    parser.add_argument("--valid-from", **days, help="of rows that say no day")
    parser.add_argument(
        "--complete", action="store_true", help="prices that the list does not have end then"
    )
    parser.add_argument("--rate-anew", **days, help="rate the calls since this day again")
    parser.add_argument("--until", **days, help="and up to this one; today unless given")


def run(args: argparse.Namespace) -> int:
    """0; 1 where something is not there, or where rows of the list are bad."""
    _tenants.ready()
    from conmuta.platform.errors import Problem

    if not args.rate_anew and not (args.table and args.file):
        return _tenants.refused(args.operator, "give a TABLE and a FILE, or --rate-anew DAY.")
    try:
        with _tenants.operator_scope(args.operator, "prices") as scope:
            return _rate_anew(scope, args) if args.rate_anew else _import(scope, args)
    except Problem as problem:
        return _tenants.refused(args.operator, str(problem))
    except OSError as error:
        return _tenants.refused(str(args.file), error.strerror or str(error))


def _import(scope: "Scope", args: argparse.Namespace) -> int:
    from conmuta.apps.rating import api as rating

    days = {"valid_from": args.valid_from} if args.valid_from else {}
    report = rating.import_prices(scope, args.table, args.file, complete=args.complete, **days)
    print(
        f"{args.file.name}: {report.rows} rows; {report.added} prices added, {report.changed} "
        f"changed, {report.ended} ended."
    )
    return _tenants.refused(args.file.name, *map(str, report.bad)) if report.bad_count else 0


def _rate_anew(scope: "Scope", args: argparse.Namespace) -> int:
    from conmuta.apps.rating import api as rating
    from conmuta.apps.tenancy import api as tenancy

    zone = ZoneInfo(tenancy.operator_of(scope).facts.time_zone)
    last = args.until or datetime.now(zone).date()
    since, until = (
        datetime.combine(day, time(), zone) for day in (args.rate_anew, last + timedelta(days=1))
    )
    told = rating.rerate(scope, since, until)
    print(f"{told.looked_at} calls looked at, {told.changed} of them cost something else now.")
    for currency in sorted({*told.before, *told.after}):
        before, after = told.before.get(currency, 0), told.after.get(currency, 0)
        if currency:
            print(f"{rating.money(before, currency)} before, {rating.money(after, currency)} now.")
    return 0
