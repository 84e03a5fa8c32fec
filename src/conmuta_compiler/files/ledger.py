"""func_odbc.conf, res_odbc.conf, odbc.ini: how the dialplan asks the node's ledger.

The ledger decides by itself (triggers of the file that the agent makes): a row goes in, and its
verdict is read. A ledger that somebody holds locked is waited for `WAIT_MS`, once for each
question, so that no call waits longer than about two seconds.
"""

import re

from conmuta_compiler.text import Section, comment, file, setting, settings

FILE = "/state/ledger.sqlite3"
ODBC_INI = "/state/etc/odbc.ini"
WAIT_MS = 900
CONNECTIONS = 20
ADMIT = (
    "INSERT INTO calls (id, linkedid, tenant, extension, number, per_minute, setup, minimum, "
    "increment, country, is_premium, currency) "
    "VALUES (:A1, :A2, :A3, :A4, :A5, :A6, :A7, :A8, :A9, :A10, :A11, :A12)"
)
WRITES = {
    "ADMIT": ADMIT,
    "RELEASE": "DELETE FROM calls WHERE id = :A1 AND answered IS NULL",
    "ANSWERED": "UPDATE calls SET answered = CAST(:V1 AS REAL), alive = CAST(:V1 AS REAL), "
    "channel = :V2, leg = :V3 WHERE id = :A1",
    "ENDED": "INSERT INTO ended (call, answered, ended) "
    "VALUES (:A1, CAST(:V1 AS REAL), CAST(:V2 AS REAL))",
}
VERDICT = "SELECT reason || ':' || seconds FROM calls WHERE id = :A1"
_PLACE = re.compile(r":([AV])([0-9]+)")


def functions() -> str:
    """func_odbc.conf: `LEDGER_ADMIT` and the others, used by `c-admit` and its like."""
    sections = [_function(name, "writesql", sql) for name, sql in WRITES.items()]
    return file("Questions to the ledger", [*sections, _function("VERDICT", "readsql", VERDICT)])


def _function(name: str, kind: str, sql: str) -> Section:
    """`:A1` stands for the first argument, `:V1` for the first value that is set."""
    whole = _PLACE.sub(_escaped, sql)
    return Section(name=name, lines=("prefix=LEDGER", "dsn=ledger", setting(kind, whole)))


def _escaped(place: re.Match[str]) -> str:
    name = {"A": "ARG", "V": "VAL"}[place[1]] + place[2]
    return f"'${{SQL_ESC(${{{name}}})}}'"


def connections() -> str:
    """res_odbc.conf."""
    limit = f"max_connections => {CONNECTIONS}"
    lines = ("enabled => yes", "dsn => ledger", "pre-connect => yes", limit)
    return file("The ledger's connections", [Section(name="ledger", lines=lines)])


def source() -> str:
    """odbc.ini of unixODBC, which knows `;` as a comment too."""
    lines = settings(
        Driver="/usr/lib/x86_64-linux-gnu/odbc/libsqlite3odbc.so",
        Database=FILE,
        Timeout=WAIT_MS,
        JournalMode="WAL",
        SyncPragma="NORMAL",
        NoCreat=1,
    )
    return f"{comment('The ledger as ODBC finds it')}\n{Section(name='ledger', lines=lines)}"
