"""A file of numbers of any size joins the stock: streamed to a staging table, then one INSERT."""

from pathlib import Path
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from conmuta.apps.fleet import api as fleet
from conmuta.apps.numbering import reading
from conmuta.apps.numbering.contracts import ImportReport
from conmuta.apps.tenancy import api as tenancy
from conmuta.platform import audit, locks, sheets
from conmuta.platform.models import UnscopedQuery
from conmuta.platform.scope import Scope
from conmuta.platform.sentences import said
from conmuta.platform.sheets import BadRows, Sheet

_STAGE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS numbering_staging (
        line int, first bigint, last bigint, state text, tenant_id bigint, until date,
        emergency_location text, ported_on date, note text
    ) ON COMMIT DELETE ROWS
"""
_CLEAR: Final = "DELETE FROM numbering_staging"
_COPY: Final = "COPY numbering_staging FROM STDIN"
_ADD: Final = """
    INSERT INTO numbering_stocknumber
        (number, operator_id, state, tenant_id, until, emergency_location, ported_on, note)
    SELECT n, %s, state, tenant_id, until, emergency_location, ported_on, note
    FROM numbering_staging s CROSS JOIN LATERAL generate_series(s.first, s.last) n
    ORDER BY n
    ON CONFLICT (number) DO NOTHING
"""
_TWICE: Final = """
    SELECT later.line, later.n, later.earlier FROM (
        SELECT line, n, min(line) OVER (PARTITION BY n) AS earlier
        FROM numbering_staging s CROSS JOIN LATERAL generate_series(s.first, s.last) n
    ) later WHERE later.line > later.earlier ORDER BY later.line, later.n
"""
_ELSEWHERE: Final = """
    SELECT s.line, n
    FROM numbering_staging s CROSS JOIN LATERAL generate_series(s.first, s.last) n
    WHERE NOT EXISTS (
        SELECT FROM numbering_stocknumber held WHERE held.number = n AND held.operator_id = %s
    )
    ORDER BY s.line, n
"""
_DETAIL: Final = """
    UPDATE numbering_stocknumber held SET
        emergency_location = coalesce(nullif(told.emergency_location, ''), held.emergency_location),
        ported_on = coalesce(told.ported_on, held.ported_on),
        note = coalesce(nullif(told.note, ''), held.note)
    FROM (
        SELECT DISTINCT ON (n) n, emergency_location, ported_on, note
        FROM numbering_staging s CROSS JOIN LATERAL generate_series(s.first, s.last) n
        WHERE emergency_location <> '' OR ported_on IS NOT NULL OR note <> ''
        ORDER BY n, line
    ) told
    WHERE held.number = told.n AND held.operator_id = %s AND (
        held.emergency_location, held.ported_on, held.note
    ) IS DISTINCT FROM (
        coalesce(nullif(told.emergency_location, ''), held.emergency_location),
        coalesce(told.ported_on, held.ported_on),
        coalesce(nullif(told.note, ''), held.note)
    )
"""


@transaction.atomic
def import_numbers(scope: Scope, path: Path, country: str = "") -> ImportReport:
    """Adds a CSV or XLSX file's numbers to the stock. Needs an operator's scope.

    A number that is in the stock already keeps its state and its tenant; it takes the file's
    emergency location, porting date and note. `country`: of numbers without a country code.
    """
    if scope.operator_id is None:
        raise UnscopedQuery("A stock is an operator's: enter that operator's scope.")
    locks.lock(scope)
    tenants = tenancy.slugs(scope)
    known = reading.Known(tenants, country, timezone.now().date())
    staged = reading.Staged(BadRows())
    _stage(sheets.read(path), known, staged)
    report = _merged(scope.operator_id, staged)
    if report.added or report.changed:
        _tell(scope, path.name, report, set(tenants.values()))
    return report


def _stage(sheet: Sheet, known: reading.Known, staged: reading.Staged) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_STAGE)
        cursor.execute(_CLEAR)
        with cursor.copy(_COPY) as copy:
            for line in reading.lines(sheet, known, staged):
                copy.write(line)


def _merged(operator: int, staged: reading.Staged) -> ImportReport:
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [operator])
        added, changed, strangers = cursor.rowcount, 0, 0
        if added < staged.numbers:
            strangers = _note_strangers(operator, staged.bad)
            cursor.execute(_DETAIL, [operator])
            changed = cursor.rowcount
    return ImportReport(
        rows=staged.rows,
        added=added,
        changed=changed,
        unchanged=staged.numbers - added - changed - strangers,
        bad_count=staged.bad.count,
        bad=tuple(sorted(staged.bad.kept, key=lambda bad: bad.line)),
    )


def _note_strangers(operator: int, bad: BadRows) -> int:
    """Numbers that another operator has, and those that the file has twice; how many."""
    before = bad.count
    with connection.cursor() as cursor:
        cursor.execute(_ELSEWHERE, [operator])
        for line, number in cursor.fetchall():
            sentence = said("is another operator's: a number is in one place only.")
            bad.add(line, str(number), sentence)
        cursor.execute(_TWICE)
        for line, number, earlier in cursor.fetchall():
            twice = said("is here twice, first in line {line}. Keep one.", line=earlier)
            bad.add(line, str(number), twice)
    return bad.count - before


def _tell(scope: Scope, name: str, report: ImportReport, tenants: set[int]) -> None:
    counts = {"rows": report.rows, "added": report.added, "changed": report.changed}
    audit.record(scope, "imported", f"numbering.stock:{name}"[:200], after=counts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT tenant_id FROM numbering_staging WHERE tenant_id <> 0")
        named = {row[0] for row in cursor.fetchall()} & tenants
    for tenant in sorted(named):
        with Scope.for_tenant(tenant, scope.actor).active() as own:
            fleet.touch(own)
