"""Decides how a sheet (CSV) is read and written; what its rows mean is the importing verb's.

A sheet is taken whole or not at all: every cell that is not as expected is reported with its line,
column and expectation, and then nothing has been returned.  UTF-8 with or without mark, GB18030.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from stdnum import ean
from stdnum.cn import uscc

from kernel import money
from kernel.errors import Malformed

MARK = "\ufeff"
LONGEST_CELL = csv.field_size_limit()  # characters: 131,072
_QUOTED = tuple("=+-@＝＋－＠'")  # what a spreadsheet runs, and the quote
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that is not as expected; ``expects`` is the message id ``sheet.<expects>``."""

    line: int
    column: str
    value: str
    expects: str


class SheetRejected(Malformed):
    """A sheet has cells that are not as expected, all in ``cells``; no row of it was taken."""

    code = "sheet_rejected"

    def __init__(self, *, name: str, cells: Sequence[BadCell]) -> None:
        first = f"{cells[0].line} · {cells[0].column}"
        super().__init__(name=name, count=len(cells), first=first)
        self.cells = tuple(cells)


@dataclass(frozen=True, slots=True)
class Parser:
    """Reads one cell; ``read`` raises ``ValueError`` or ``Malformed`` for what ``expects`` bars."""

    expects: str
    read: Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column a sheet must have; an empty cell of one that is not ``required`` is ``None``."""

    name: str
    parser: Parser
    required: bool = True


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row: the line it began on in the file, and its values by column."""

    line: int
    values: dict[str, Any]


def read_csv(content: bytes, columns: Sequence[Column], *, name: str = "csv") -> list[SheetRow]:
    """Return every row with its cells read; columns may come in any order, but all and only these.

    Raises ``SheetRejected`` (Malformed) naming every bad cell at once.
    """
    lines = list(csv_rows(io.StringIO(_decoded(content, name), newline=""), name))
    if not lines:
        raise SheetRejected(name=name, cells=[BadCell(1, "-", "", "header")])
    heads = [head.strip() for head in lines[0][1]]
    if bad := bad_heads(heads, columns):
        raise SheetRejected(name=name, cells=bad)
    by_name = {column.name: column for column in columns}
    rows = [
        read_row(line, [by_name[head] for head in heads], cells, bad)
        for line, cells in lines[1:]
        if any(cell.strip() for cell in cells)
    ]
    if bad:
        raise SheetRejected(name=name, cells=bad)
    return rows


def write_csv(heads: Sequence[str], rows: Iterable[Mapping[str, object]]) -> bytes:
    """Return rows as CSV that spreadsheets open rightly: UTF-8 with mark, CRLF.

    A text that a spreadsheet would run as a formula, or whose outer blanks it would lose, is
    quoted; ``read_csv`` takes the quote away.
    """
    return b"".join(csv_lines(heads, rows))


def csv_lines(heads: Sequence[str], rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    """Return the same line by line, so that any number of rows takes the memory of one."""
    line = io.StringIO()
    writer = csv.writer(line, lineterminator="\r\n")
    line.write(MARK)
    writer.writerow(heads)
    for row in rows:
        yield _taken(line)
        writer.writerow([harmless(row[head]) for head in heads])
    yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    written = line.getvalue().encode()
    line.seek(0)
    line.truncate()
    return written


def _decoded(content: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            decoded = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in decoded:
            return decoded
    raise SheetRejected(name=name, cells=[BadCell(1, "-", "", "encoding")])


def csv_rows(lines: Iterable[str], name: str) -> Iterator[tuple[int, list[str]]]:
    """Return the cells of each row with the line it begins on; ``lines`` keep their ends.

    Raises ``SheetRejected`` where quotes do not pair or a cell is longer than ``LONGEST_CELL``.
    """
    begun, row, heads = 1, list[str](), list[str]()

    def remember(line: str) -> str:
        row.append(line)
        return line

    reader = csv.reader(map(remember, lines), strict=True)
    try:
        for cells in reader:
            heads = heads or cells
            yield begun, cells
            begun = reader.line_num + 1
            row.clear()
    except csv.Error as error:
        place = _too_long("".join(row))
        column = "-" if place is None else (heads[place : place + 1] or [str(place + 1)])[0]
        expects = "quotes" if place is None else "cell_length"
        raise SheetRejected(name=name, cells=[BadCell(begun, column, "", expects)]) from error


def _too_long(row: str) -> int | None:
    """Return which cell of a row is longer than one may be, from nought; None: all are not."""
    place, length, quoted = 0, 0, False
    for sign in row:
        if sign == '"':
            quoted = not quoted
        elif sign == "," and not quoted:
            place, length = place + 1, 0
        else:
            length += 1
        if length > LONGEST_CELL:
            return place
    return None


def bad_heads(heads: Sequence[str], columns: Sequence[Column]) -> list[BadCell]:
    """Return what is wrong with the first line."""
    wanted = [column.name for column in columns]
    unknown = [BadCell(1, head, head, "known_column") for head in heads if head not in wanted]
    twice = [
        BadCell(1, head, head, "one_column") for head in sorted(set(heads)) if heads.count(head) > 1
    ]
    absent = [BadCell(1, head, "", "column") for head in wanted if head not in heads]
    return unknown + twice + absent


def read_row(
    line: int, columns: Sequence[Column], cells: Sequence[str], bad: list[BadCell]
) -> SheetRow:
    """Return one row read; what is not as expected is added to ``bad``."""
    values: dict[str, Any] = {}
    if len(cells) != len(columns):
        bad.append(BadCell(line, "-", str(len(cells)), "as_many_cells"))
        return SheetRow(line, values)
    for column, raw in zip(columns, cells, strict=True):
        value = _plain(raw)
        try:
            if value:
                values[column.name] = column.parser.read(value)
            elif column.required:
                bad.append(BadCell(line, column.name, "", "value"))
            else:
                values[column.name] = None
        except (ValueError, Malformed):
            bad.append(BadCell(line, column.name, value, column.parser.expects))
    return SheetRow(line, values)


def _plain(raw: str) -> str:
    quoted = raw.lstrip()
    if quoted.startswith("'") and _needs_quote(quoted[1:]):
        return quoted[1:]
    return raw.strip()


def _needs_quote(shown: str) -> bool:
    return shown.startswith(_QUOTED) or shown != shown.strip()


def harmless(value: object) -> str:
    """Return what a cell shows, quoted where a spreadsheet would run it or lose its outer blanks."""
    shown = "" if value is None else str(value)
    return f"'{shown}" if _needs_quote(shown) and not _NUMBER.fullmatch(shown) else shown


def text(longest: int) -> Parser:
    """Read a text of at most ``longest`` characters."""

    def read(value: str) -> str:
        if len(value) > longest:
            raise ValueError(value)
        return value

    return Parser("text", read)


def integer(least: int = 0, most: int = 2**53) -> Parser:
    """Read a whole number within bounds, both included."""

    def read(value: str) -> int:
        number = int(_matching(r"-?[0-9]{1,16}", value))
        if not least <= number <= most:
            raise ValueError(value)
        return number

    return Parser("integer", read)


def one_of(*words: str) -> Parser:
    """Read one of a few words."""

    def read(value: str) -> str:
        if value not in words:
            raise ValueError(value)
        return value

    return Parser("one_of", read)


def _gtin(value: str) -> str:
    return ean.validate(_matching(r"[0-9]{8}|[0-9]{12,14}", value)).zfill(14)


def _day(value: str) -> date:
    _matching(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value)
    return date.fromisoformat(value)


def _digits(count: int) -> Callable[[str], str]:
    return lambda value: _matching(rf"[0-9]{{{count}}}", value)


def _matching(pattern: str, value: str) -> str:
    if re.fullmatch(pattern, value) is None:
        raise ValueError(value)
    return value


fen = Parser("fen", money.parse_yuan)
"""An amount of yuan with at most two decimals, read as fen."""
e5 = Parser("e5", money.parse_e5)
"""A decimal with at most five decimals, read as 1/100,000."""
day = Parser("day", _day)
"""A date, ``2026-11-24``."""
gtin = Parser("gtin", _gtin)
"""A GTIN of 8, 12, 13 or 14 digits whose check digit is right, read as 14 digits."""
hs_code = Parser("hs_code", _digits(10))
"""A commodity code of ten digits."""
code3 = Parser("code3", _digits(3))
"""Customs' code of a unit, country or currency: three digits."""
credit_code = Parser("credit_code", uscc.validate)
"""A unified social credit code whose check character is right."""
