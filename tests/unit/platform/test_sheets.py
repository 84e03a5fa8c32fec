"""Tables that people made, as they come out of spreadsheets and carriers' systems."""

import zipfile
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from conmuta.platform import sheets


def rows(path: Path) -> list[tuple[int, list[str]]]:
    return list(sheets.read(path).rows)


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_columns_are_parted_by_the_sign_of_the_titles(tmp_path: Path, sign: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Number{sign}Valid From\n1{sign}2\n\n3{sign}\n")
    assert sheets.read(path).columns == ("number", "valid_from")
    assert rows(path) == [(2, ["1", "2"]), (4, ["3", ""])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_are_read_whoever_wrote_them(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("número,nota\n1,móvil\n".encode(encoding))
    assert sheets.read(path).columns == ("número", "nota")
    assert rows(path) == [(2, ["1", "móvil"])]


def test_a_workbook_reads_as_it_looks(tmp_path: Path) -> None:
    book, path = Workbook(), tmp_path / "a.xlsx"
    sheet = book.active
    assert sheet is not None
    sheet.append(["Number", "Until", "Price"])
    sheet.append([59824001000, date(2027, 1, 31), 0.035])
    sheet.append([None, None, None])
    sheet.append(["+598 2400 1001", None, 2.0])
    book.save(path)
    assert rows(path) == [
        (2, ["59824001000", "2027-01-31", "0.035"]),
        (4, ["+598 2400 1001", "", "2"]),
    ]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"PK\x03\x04 and nothing else"])
def test_what_is_no_table_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    with pytest.raises(sheets.BadSheet, match=r"a\.xlsx"):
        rows(path)


def test_an_archive_that_would_fill_the_memory_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 1_000_000)
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 2_000_000)
    with pytest.raises(sheets.BadSheet, match="larger"):
        rows(path)


def test_of_many_bad_rows_the_first_thousand_are_kept() -> None:
    bad = sheets.BadRows()
    for line in range(1500):
        bad.add(line, "x", "is wrong.")
    assert (bad.count, len(bad.kept)) == (1500, 1000)


def test_a_table_written_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("".join(sheets.as_csv(["a", "b"], [["1", "x,y"], ["2", 'say "no"']])))
    assert [cells for _, cells in rows(path)] == [["1", "x,y"], ["2", 'say "no"']]
