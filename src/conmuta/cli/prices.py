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
    _tenants.add_operator(parser)
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

    def work(scope: "Scope") -> int:
        from conmuta.platform.sentences import said

        if args.rate_anew:
            return _rate_anew(scope, args)
        if args.table and args.file:
            return _import(scope, args)
        return _tenants.refused(args.operator, said("give a TABLE and a FILE, or --rate-anew DAY."))

    return _tenants.on_operator(args, "prices", work)


def _import(scope: "Scope", args: argparse.Namespace) -> int:
    from conmuta.apps.rating import api as rating
    from conmuta.platform.sentences import said

    days = {"valid_from": args.valid_from} if args.valid_from else {}
    report = rating.import_prices(scope, args.table, args.file, complete=args.complete, **days)
    counts = said(
        "{rows} rows; {added} prices added, {changed} changed, {ended} ended.",
        rows=report.rows,
        added=report.added,
        changed=report.changed,
        ended=report.ended,
    )
    return _tenants.imported(args.file, counts, report.bad, report.bad_count)


def _rate_anew(scope: "Scope", args: argparse.Namespace) -> int:
    from conmuta.apps.rating import api as rating
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.sentences import said

    zone = ZoneInfo(tenancy.operator_of(scope).facts.time_zone)
    last = args.until or datetime.now(zone).date()
    since, until = (
        datetime.combine(day, time(), zone) for day in (args.rate_anew, last + timedelta(days=1))
    )
    told = rating.rerate(scope, since, until)
    print(
        said(
            "{count} calls looked at, {changed} of them cost something else now.",
            count=told.looked_at,
            changed=told.changed,
        )
    )
    for currency in sorted({*told.before, *told.after}):
        was, now = (sums.get(currency, 0) for sums in (told.before, told.after))
        if currency:
            amounts = {"was": rating.money(was, currency), "now": rating.money(now, currency)}
            print(said("{was} before, {now} now.", **amounts))
    return 0
