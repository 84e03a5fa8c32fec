"""Seconds from a file of numbers to the operator's stock, and the memory that it takes."""

# ruff: noqa: A005 — the benchmark's name

import argparse
import csv
import os
import random
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.support import report
from conmuta.local.postgres import PostgresCluster

SEED = 11
FIRST = 598_2000_0000
"""Montevideo's numbers: eight digits that begin with 2; nine million of them are in use."""
OPERATORS = ("north", "south")


@dataclass(frozen=True, slots=True)
class Taken:
    """One import: how long, how much, and the most memory that the process had before and after."""

    seconds: float
    added: int
    bad: int
    rss_before_mb: float
    rss_mb: float


def numbers(count: int) -> Iterator[int]:
    """Numbers in no order, none twice."""
    chance = random.Random(SEED)
    from conmuta.apps.numbering import api as numbering

    made = 0
    for offset in chance.sample(range(10_000_000), min(10_000_000, count * 2)):
        if made == count:
            return
        if numbering.is_valid(str(FIRST + offset)):
            made += 1
            yield FIRST + offset


def write_csv(path: Path, count: int, bad: int) -> None:
    """A file as a carrier sends it; `bad` of its rows are no numbers."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["number", "emergency_location", "note"])
        for index, number in enumerate(numbers(count)):
            writer.writerow([f"+{number}", f"Street {index % 997}", ""])
        writer.writerows([[f"12{index}", "", ""] for index in range(bad)])


def write_plain(path: Path, count: int) -> None:
    """One number a line and nothing else."""
    with path.open("w") as file:
        file.write("number\n")
        file.writelines(f"{number}\n" for number in numbers(count))


def write_xlsx(path: Path, count: int) -> None:
    """The same as a workbook."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["number", "emergency_location"])
    for index, number in enumerate(numbers(count)):
        sheet.append([number, f"Street {index % 997}"])
    book.save(path)


def taken(path: Path) -> Taken:
    """Imports `path` in a process of its own, so that its memory is its own."""
    from django.db import connections

    connections.close_all()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, _import(path).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as told:
        text = told.read()
    os.waitpid(child, 0)
    seconds, added, bad, before, after = text.split()
    return Taken(float(seconds), int(added), int(bad), float(before), float(after))


def _import(path: Path) -> str:
    from conmuta.apps.numbering import api as numbering
    from conmuta.apps.tenancy import api as tenancy
    from conmuta.platform.scope import Scope

    with Scope.system("bench:numbers").active() as system:
        operator = tenancy.operator_slugs(system)[OPERATORS[0]]
    with Scope.for_operator(operator, "bench:numbers").active() as scope:
        before, began = _rss_mb(), time.perf_counter()
        told = numbering.import_numbers(scope, path, "UY")
        seconds = time.perf_counter() - began
    return f"{seconds} {told.added} {told.bad_count} {before} {_rss_mb()}"


def _rss_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def prepare_database(url: str, folder: Path) -> None:
    """Tables and two operators."""
    os.environ["CONMUTA_DATABASE_URL"] = url
    os.environ["CONMUTA_DATABASE_POOL"] = "0"
    os.environ["CONMUTA_STATE_DIR"] = str(folder)
    os.environ["CONMUTA_LOG_LEVEL"] = "WARNING"
    os.environ["DJANGO_SETTINGS_MODULE"] = "conmuta.wiring.settings"
    import django
    from django.core.management import call_command

    django.setup()
    from django.conf import settings

    from conmuta.apps.tenancy.models import Operator
    from conmuta.platform import secrets
    from conmuta.platform.scope import Scope

    secrets.ensure_key_file(settings.CONMUTA.key_file)
    with Scope.system("bench:numbers").active():
        call_command("migrate", verbosity=0)
        for slug in OPERATORS:
            Operator.guarded.create(slug=slug, title=slug)


def empty() -> None:
    """The stock as it was before."""
    from django.db import connection

    from conmuta.platform.scope import Scope

    with Scope.system("bench:numbers").active(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE numbering_stocknumber")


def main(argv: Sequence[str]) -> int:
    """Write the files, take them, count."""
    args = _arguments(argv)
    where = report.machine()
    folder = Path(tempfile.mkdtemp(prefix="conmuta-numbers-"))
    folder.chmod(0o755)
    cluster = PostgresCluster(folder / "postgres")
    try:
        cluster.up()
        cluster.ensure_database()
        prepare_database(cluster.url(), folder)
        found = _measured(folder, args)
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return _show(args, found, where)


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = report.parser("numbers", "seconds from a file of numbers to the stock")
    parser.add_argument("--numbers", type=int, default=1_000_000)
    parser.add_argument("--xlsx", type=int, default=100_000, help="numbers in the workbook")
    parser.add_argument("--bad", type=int, default=1000, help="bad rows in the CSV file")
    return parser.parse_args(argv)


def _measured(folder: Path, args: argparse.Namespace) -> dict[str, Taken]:
    found = {}
    plain, small, full = folder / "plain.csv", folder / "small.csv", folder / "full.csv"
    write_plain(plain, args.numbers)
    write_plain(small, args.numbers // 10)
    write_csv(full, args.numbers, args.bad)
    paths = {"tenth": small, "plain": plain, "full": full}
    if args.xlsx:
        paths["xlsx"] = folder / "numbers.xlsx"
        write_xlsx(paths["xlsx"], args.xlsx)
    for name, path in paths.items():
        empty()
        found[name] = taken(path)
    found["again"] = taken(paths["full"]) if not args.xlsx else _twice(full)
    return found


def _twice(path: Path) -> Taken:
    empty()
    taken(path)
    return taken(path)


def _show(args: argparse.Namespace, found: dict[str, Taken], where: dict[str, object]) -> int:
    full = found["full"]
    figures = {
        "seconds": round(full.seconds, 2),
        "rss_mb": round(full.rss_mb, 1),
        "numbers": args.numbers,
        "bad_rows_told": full.bad,
        "rss_mb_of_a_tenth": round(found["tenth"].rss_mb, 1),
        "plain_seconds": round(found["plain"].seconds, 2),
        "again_seconds": round(found["again"].seconds, 2),
    }
    lines = [
        f"{args.numbers} numbers with where help goes: {full.seconds:.1f} s, {full.rss_mb:.0f} MB",
        f"numbers alone: {found['plain'].seconds:.1f} s, {found['plain'].rss_mb:.0f} MB",
        f"a tenth of them: {found['tenth'].rss_mb:.0f} MB",
        f"the same file again: {found['again'].seconds:.1f} s",
    ]
    if "xlsx" in found:
        book = found["xlsx"]
        figures |= {"xlsx_numbers": args.xlsx, "xlsx_seconds": round(book.seconds, 2)}
        figures |= {"xlsx_rss_mb": round(book.rss_mb, 1)}
        lines.append(f"{args.xlsx} in XLSX: {book.seconds:.1f} s, {book.rss_mb:.0f} MB")
    report.show(report.Report("numbers", figures, lines), as_json=args.json, where=where)
    right = full.added == found["plain"].added == args.numbers and full.bad == args.bad
    return 0 if right else 1
