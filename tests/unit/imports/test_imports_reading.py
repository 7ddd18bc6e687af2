"""Large sheets are read row by row, whatever program wrote them."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from kernel.sheets import Column, SheetRejected, text
from shop.imports.reading import Lines, cell_text, count_rows

COLUMNS = (Column("a", text(20)), Column("b", text(20), required=False))


def written(folder: Path, content: bytes) -> Path:
    file = folder / "sheet"
    file.write_bytes(content)
    return file


def taken(file: Path):
    return Lines(file, COLUMNS, name="s").take(10)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_every_encoding(tmp_path, encoding):
    """Chinese words, a blank line and a cell of two lines: each row has its own line's number."""
    file = written(tmp_path, 'a,b\n甲,"一\n二"\n\n乙,\n'.encode(encoding))

    assert taken(file) == [(2, ["甲", "一\n二"]), (5, ["乙", ""])]
    assert count_rows(file, name="s") == 2


def test_a_workbook_is_read_as_its_csv_would_be(tmp_path):
    """Numbers keep their digits, dates are dates, empty cells at the end of a row are cells."""
    book = Workbook()
    for row in (["a", "b"], [4901234567894, 0.05], [date(2026, 11, 24), None]):
        book.active.append(row)
    book.save(tmp_path / "sheet")

    assert taken(tmp_path / "sheet") == [(2, ["4901234567894", "0.05"]), (3, ["2026-11-24", ""])]


def test_a_reader_goes_on_where_another_stopped(tmp_path):
    """Three rows are behind; the fourth is next."""
    file = written(tmp_path, b"a,b\n" + b"".join(b"%d,x\n" % n for n in range(5)))
    lines = Lines(file, COLUMNS, name="s")

    lines.skip_to(3)

    assert lines.at == 3
    assert lines.take(1) == [(5, ["3", "x"])]


@pytest.mark.parametrize(
    ("content", "expects"),
    [
        (b"", "header"),
        (b"a\n1\n", "column"),
        (b"a,b,c\n", "known_column"),
        (b"a,b\n\xff\xff\xff\n", "encoding"),
        (b"PK\x03\x04 cut off", "workbook"),
        (b'a,b\n"1" 2,\n', "quotes"),
    ],
)
def test_what_is_no_sheet_is_told(tmp_path, content, expects):
    """Each way in which a file cannot be read at all has its own sentence."""
    with pytest.raises(SheetRejected) as refused:
        taken(written(tmp_path, content))

    assert [cell.expects for cell in refused.value.cells] == [expects]


def test_cells_become_texts():
    """Truth, whole and broken numbers."""
    assert [cell_text(cell) for cell in (None, True, 1.0, 1e-05, 10)] == [
        "",
        "1",
        "1",
        "0.00001",
        "10",
    ]
