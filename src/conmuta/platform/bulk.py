"""Many rows at once: COPY to a staging table of this session, then one INSERT … SELECT.

PostgreSQL refuses COPY into a table under row-level security; into a temporary table of our own
it does not, and the INSERT that follows passes the policies (ADR 0042 has the figures).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from django.db import connection
from psycopg import sql


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go. A row whose `key` is there already replaces it, but for the columns `kept`;
    without a key it is the same row come again, and left out.
    """

    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def replaces(self) -> bool:
        return bool(self.key)


def columns(names: str) -> tuple[str, ...]:
    """`names` parted by spaces."""
    return tuple(names.split())


def write(target: Target, rows: Sequence[Sequence[object]]) -> None:
    """Writes `rows`, each in the order of the target's columns."""
    if rows:
        with _copying(target) as copy:
            for row in rows:
                copy.write_row(row)


def write_lines(target: Target, lines: Sequence[str]) -> None:
    """The same for rows that are lines of COPY's text already (see `as_text`): twice as fast."""
    if lines:
        with _copying(target) as copy:
            copy.write("\n".join(lines) + "\n")


def stage(target: Target, rows: Sequence[Sequence[object]]) -> str:
    """Only the first half: `rows` in the staging table, whose name comes back. What is done with
    them is the caller's, in the same transaction."""
    with _staging(target) as copy:
        for row in rows:
            copy.write_row(row)
    return staging_of(target)


def staging_of(target: Target) -> str:
    """The name of a target's staging table."""
    return f"staging_{target.table}"


def as_text(cells: Sequence[str]) -> str:
    """Texts as part of such a line."""
    text = "\t".join(cells)
    if "\\" in text or "\r" in text or text.count("\t") >= len(cells):
        text = "\t".join([cell.translate(_ESCAPES) for cell in cells])
    return text


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@contextmanager
def _copying(target: Target) -> Iterator[psycopg.Copy]:
    with _staging(target) as copy:
        yield copy
    with connection.cursor() as cursor:
        cursor.execute(_filled(_INSERT, target))


@contextmanager
def _staging(target: Target) -> Iterator[psycopg.Copy]:
    with connection.cursor() as cursor:
        for statement in (_STAGE, _CLEAR):
            cursor.execute(_filled(statement, target))
        with cursor.copy(_filled(_COPY, target)) as copy:
            yield copy


# The staging table is kept for the session, so that a small batch pays for no new table.
_STAGE = """
    CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ON COMMIT DELETE ROWS
    AS SELECT {columns} FROM {table} WITH NO DATA
"""
_CLEAR = "DELETE FROM {staging}"
_COPY = "COPY {staging} ({columns}) FROM STDIN"
_INSERT = "INSERT INTO {table} ({columns}) SELECT {columns} FROM {staging} {conflict}"


def _filled(statement: LiteralString, target: Target) -> sql.Composed:
    return sql.SQL(statement).format(
        staging=sql.Identifier(staging_of(target)),
        table=sql.Identifier(target.table),
        columns=_list(target.columns),
        conflict=_conflict(target),
    )


def _conflict(target: Target) -> sql.Composable:
    if not target.replaces:
        return sql.SQL("ON CONFLICT DO NOTHING")
    changes = [
        sql.SQL("{name} = EXCLUDED.{name}").format(name=sql.Identifier(name))
        for name in target.columns
        if name not in {*target.key, *target.kept}
    ]
    return sql.SQL("ON CONFLICT ({key}) DO UPDATE SET {changes}").format(
        key=_list(target.key), changes=sql.SQL(", ").join(changes)
    )


def _list(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))
