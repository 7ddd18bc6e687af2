"""Sheets: read whole or not at all, every bad cell named."""

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel import i18n, sheets
from kernel.sheets import Column, SheetRejected, SheetRow, read_csv, write_csv

COLUMNS = [
    Column("商品", sheets.text(20)),
    Column("gtin", sheets.gtin),
    Column("price", sheets.fen),
    Column("from", sheets.day, required=False),
]
GOOD = "商品,gtin,price,from\r\n面霜,4901234567894,12.30,2026-11-24\r\n\r\n口红,96385074,5,\r\n"
ROWS = [
    SheetRow(
        2,
        {"商品": "面霜", "gtin": "04901234567894", "price": 1230, "from": date(2026, 11, 24)},
    ),
    SheetRow(4, {"商品": "口红", "gtin": "00000096385074", "price": 500, "from": None}),
]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_sheet_reads_the_same_in_every_encoding(encoding):
    """As a spreadsheet on Windows, a Mac, or our own export saves it."""
    assert read_csv(GOOD.encode(encoding), COLUMNS) == ROWS


def test_columns_may_come_in_any_order():
    """Somebody moved a column."""
    moved = "price,from,gtin,商品\n1,,96385074,x\n"

    assert read_csv(moved.encode(), COLUMNS)[0].values["price"] == 100


def test_every_bad_cell_is_named_and_no_row_taken():
    """Three bad cells on two lines, one good line between them."""
    content = (
        "商品,gtin,price,from\n"
        '"面\n霜",4901234567893,1.234,\n'
        "好,96385074,1,\n"
        ",96385074,1,2026-02-30\n"
    ).encode()

    with pytest.raises(SheetRejected) as refused:
        read_csv(content, COLUMNS, name="items")

    assert [(c.line, c.column, c.value, c.expects) for c in refused.value.cells] == [
        (2, "gtin", "4901234567893", "gtin"),
        (2, "price", "1.234", "fen"),
        (5, "商品", "", "value"),
        (5, "from", "2026-02-30", "day"),
    ]
    assert refused.value.facts == {"name": "items", "count": 4, "first": "2 · gtin"}


@pytest.mark.parametrize(
    ("content", "expects"),
    [
        (b"", ["header"]),
        ("商品,gtin,price".encode(), ["column"]),
        ("商品,gtin,price,from,x".encode(), ["known_column"]),
        ("商品,gtin,price,from,gtin".encode(), ["one_column"]),
        ("商品,gtin,price,from\n1,2,3".encode(), ["as_many_cells"]),
        ('商品,gtin,price,from\n"1"x,2,3,4'.encode(), ["quotes"]),
        (b"\xff\xff\xff", ["encoding"]),
        ("商品\0".encode(), ["encoding"]),
    ],
)
def test_a_sheet_of_another_shape_is_refused(content, expects):
    """Nothing in it, columns absent, strange or doubled, torn rows, no text at all."""
    with pytest.raises(SheetRejected) as refused:
        read_csv(content, COLUMNS)

    assert [cell.expects for cell in refused.value.cells] == expects


@pytest.mark.parametrize(
    ("parser", "good", "bad"),
    [
        (sheets.integer(1, 9), {"9": 9, "1": 1}, ["0", "10", "1.0", "x", "１"]),
        (sheets.fen, {"0.01": 1, "3": 300}, ["1,000", "-", "1.005"]),
        (sheets.e5, {"0.05": 5_000}, ["0.000001", "1/3"]),
        (sheets.day, {"2026-12-31": date(2026, 12, 31)}, ["20261231", "2026-13-01", "31/12/2026"]),
        (sheets.gtin, {"036000291452": "00036000291452"}, ["036000291453", "123", "036000291452X"]),
        (sheets.hs_code, {"3304990029": "3304990029"}, ["330499", "33049900291", "330499002X"]),
        (sheets.code3, {"035": "035"}, ["35", "0355", "EUR"]),
        (
            sheets.credit_code,
            {"91110000600037341L": "91110000600037341L"},
            ["91110000600037342L", "123", ""],
        ),
        (sheets.one_of("none", "full"), {"full": "full"}, ["FULL", "x"]),
        (sheets.text(3), {"面霜面": "面霜面"}, ["面霜面霜"]),
    ],
    ids=lambda part: part.expects if isinstance(part, sheets.Parser) else "",
)
def test_each_kind_of_cell_is_read_or_refused(parser, good, bad):
    """Written as people write them, and near misses."""
    columns = [Column("n", sheets.text(9)), Column("c", parser)]

    for given_text, value in good.items():
        assert read_csv(f"n,c\n1,{given_text}".encode(), columns)[0].values["c"] == value
    for given_text in bad:
        with pytest.raises(SheetRejected):
            read_csv(f'n,c\n1,"{given_text}"'.encode(), columns)


def test_every_expectation_has_words():
    """A person reads what a cell should have been."""
    parsers = [
        sheets.text(1),
        sheets.integer(),
        sheets.one_of(),
        sheets.fen,
        sheets.e5,
        sheets.day,
        sheets.gtin,
        sheets.hs_code,
        sheets.code3,
        sheets.credit_code,
    ]
    shapes = [
        "header",
        "encoding",
        "quotes",
        "cell_length",
        "known_column",
        "one_column",
        "column",
        "as_many_cells",
        "value",
    ]
    for expects in [*shapes, *(parser.expects for parser in parsers)]:
        assert i18n.text(f"sheet.{expects}", "en")


SIGNS = "=+-@＝＋－＠'\"，,;面a1_x0D \t\r\n\x0b\u3000"
DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@given(st.lists(st.text(SIGNS, min_size=1, max_size=8), min_size=1))
@example(["=1+1", "+1", "-a", "@a", "\tx", "\rx", "a\rb", "'=1", "''", "x\t", " "])
def test_what_is_written_reads_back_and_runs_no_formula(texts):
    """Texts that a spreadsheet would run, or trim, come out quoted, and come back as they were."""
    content = write_csv(["n", "t"], [{"n": 1, "t": text} for text in texts])

    columns = [Column("n", sheets.integer()), Column("t", sheets.text(20))]
    assert [row.values["t"] for row in read_csv(content, columns)] == texts
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    shown = [row[1] for row in rows][1:]
    assert not any(_runs(cell) for cell in shown)


def _runs(cell: str) -> bool:
    return cell.startswith(DANGEROUS) and re.fullmatch(r"-[0-9]+(\.[0-9]+)?", cell) is None


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("商品,gtin,price,from\n好,96385074,1,\n好,{},1,\n", (3, "gtin")),
        ('商品,gtin,price,from\n好,"96,38",1,\n"a""b\nc,",5,1,"{}"\n', (3, "from")),
        ("商品,{},price,from\n", (1, "2")),
        ('商品,gtin,price,from\n"{}', (2, "商品")),
    ],
)
def test_a_cell_that_is_too_long_is_told_as_that(content, place):
    """Three million characters in one cell: line and column of it, behind cells with commas."""
    with pytest.raises(SheetRejected) as refused:
        read_csv(content.format("面" * 3_000_000).encode(), COLUMNS)

    [cell] = refused.value.cells
    assert (cell.line, cell.column, cell.expects) == (*place, "cell_length")
    for lang in i18n.LANGS:
        assert f"{sheets.LONGEST_CELL:,}" in i18n.text("sheet.cell_length", lang)


def test_a_written_sheet_opens_in_a_spreadsheet():
    """The mark, CRLF, numbers bare, nothing for none."""
    content = write_csv(["a", "b"], [{"a": -5, "b": None}, {"a": "=1+1", "b": "面"}])

    assert content == "\ufeffa,b\r\n-5,\r\n'=1+1,面\r\n".encode()
