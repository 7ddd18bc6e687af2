"""Large sheets are read row by row, whatever program wrote them."""

from datetime import date
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from kernel.sheets import BadCell, Column, SheetRejected, read_row, text
from shop.imports.reading import Lines, cell_text, count_rows
from shop.imports.templates import write_sheet
from tests.unit.kernel.test_kernel_sheets import SIGNS

RUN = ("=", "+", "@", "＝", "＋", "＠", "\t", "\r", "\n")

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
        (b"a,b\n1,%s\n" % (b"2" * 3_000_000), "cell_length"),
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


@settings(max_examples=60)
@given(st.lists(st.text(SIGNS, min_size=1, max_size=8), min_size=1))
@example(["=1+1", "+1", "-a", "@a", "\tx", "\rx", "a\rb", "a\r\nb", "'=1", "_x000D_", " "])
@pytest.mark.parametrize("xlsx", [False, True], ids=["csv", "xlsx"])
def test_what_is_exported_is_imported_as_it_was(xlsx, texts):
    """Formulas, blanks, carriage returns, what looks like an escape: unchanged, and never run."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "sheet"
        with file.open("wb") as out:
            write_sheet(["a", "b"], [{"a": text, "b": None} for text in texts], out, xlsx=xlsx)

        lines = Lines(file, COLUMNS, name="s")
        bad: list[BadCell] = []
        rows = [read_row(line, lines.heads, cells, bad) for line, cells in lines.take(1_000)]
        assert [row.values.get("a") for row in rows] == texts
        assert bad == []
        if xlsx:
            cells = load_workbook(BytesIO(file.read_bytes())).active["A"]
            assert {cell.data_type for cell in cells} == {"s"}
            assert not any(cell.value.startswith(RUN) for cell in cells[1:])
