"""Tables that people made, in CSV or XLSX: read as a stream, line by line, in flat memory."""

import codecs
import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

from conmuta.platform.errors import Invalid
from conmuta.platform.sentences import said

DELIMITERS: Final = ",;\t|"
LARGEST_UNPACKED: Final = 1024**3
MOST_MEMBERS: Final = 1000
MOST_BAD_KEPT: Final = 1000
_CHUNK = 1 << 20
_ZIP = b"PK\x03\x04"

Cells = list[str]
Numbered = Iterator[tuple[int, Cells]]


class BadSheet(Invalid):
    """{name} cannot be read as a table: {reason}"""

    code = "sheets.bad"


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: its line in the file, what stood there, and why with a way out."""

    line: int
    value: str
    sentence: str

    def __str__(self) -> str:
        where = said("line {line}: ", line=self.line)
        return f"{where}`{self.value}` {self.sentence}"


@dataclass(slots=True)
class BadRows:
    """Every bad row is counted, the first thousand are kept."""

    count: int = 0
    kept: list[BadRow] = field(default_factory=list)

    def add(self, line: int, value: str, sentence: str) -> None:
        self.count += 1
        if len(self.kept) < MOST_BAD_KEPT:
            self.kept.append(BadRow(line, value, sentence))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a line of titles. `columns`: titles in small letters, `_` between words."""

    columns: tuple[str, ...]
    rows: Numbered
    """Line number and cells, as many as titles; empty lines are passed over."""

    def places(self, names: Sequence[str]) -> dict[str, int]:
        """Where the columns called `names` stand; those that are not there are left out."""
        return {name: self.columns.index(name) for name in names if name in self.columns}


def read(path: Path) -> Sheet:
    """The table in `path`. Raises `BadSheet`, also while its rows are read."""
    with path.open("rb") as file:
        rows = _xlsx_rows(path) if file.read(4) == _ZIP else _csv_rows(path)
    line, titles = next(rows, (0, []))
    columns = tuple("_".join(title.strip().lower().split()) for title in titles)
    if not line or not any(columns):
        raise BadSheet(name=path.name, reason=said("it has no line of titles."))
    return Sheet(columns, _even(rows, len(columns)))


def _even(rows: Numbered, width: int) -> Numbered:
    for line, cells in rows:
        if any(cells):
            yield line, cells[:width] + [""] * (width - len(cells))


def _csv_rows(path: Path) -> Numbered:
    encoding = _encoding(path)
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=_delimiter(first))
            for cells in reader:
                yield reader.line_num, cells
    except csv.Error as error:
        raise BadSheet(name=path.name, reason=f"{error}.") from error


def _encoding(path: Path) -> str:
    """UTF-8 where all of the file is; else the western letters of spreadsheets' exports."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252" if _all_known(path) else "latin-1"
    return "utf-8-sig"


def _all_known(path: Path) -> bool:
    try:
        with path.open(encoding="cp1252", newline="") as file:
            while file.read(_CHUNK):
                pass
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(titles: str) -> str:
    """The sign that parts the titles most often."""
    return max(DELIMITERS, key=titles.count)


def _xlsx_rows(path: Path) -> Numbered:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_bomb(path)
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            for line, cells in enumerate(book.worksheets[0].iter_rows(values_only=True), 1):
                yield line, [_text(cell) for cell in cells]
        finally:
            book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise BadSheet(name=path.name, reason=said("it is no XLSX workbook.")) from error


def _refuse_bomb(path: Path) -> None:
    """A small archive may not unpack to fill the memory."""
    try:
        members = zipfile.ZipFile(path).infolist()
    except zipfile.BadZipFile as error:
        raise BadSheet(name=path.name, reason=said("it is no XLSX workbook.")) from error
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > LARGEST_UNPACKED:
        raise BadSheet(
            name=path.name, reason=said("it is larger than a sheet may be. Cut it in parts.")
        )


def _text(cell: Any) -> str:
    """A spreadsheet's value as people would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime) and cell == datetime.combine(cell.date(), datetime.min.time()):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell)


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table as lines of CSV, titles first."""
    for cells in chain([columns], rows):
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerow(cells)
        yield out.getvalue()
