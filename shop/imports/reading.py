"""Decides how a large sheet is read row by row: CSV in UTF-8 or GB18030, or the first XLSX sheet.

What the cells must be is ``kinds``'.  Nothing of the file but the row at hand is kept.
"""

import codecs
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from kernel.sheets import BadCell, Column, SheetRejected, bad_heads, csv_rows
from shop.imports.workbook_text import from_workbook

Line = tuple[int, list[str]]
_BLOCK = 1 << 20
_ZIP = b"PK\x03\x04"


class Lines:
    """The rows of one file, from the first on; ``heads`` are its columns in the file's order."""

    def __init__(self, file: Path, columns: Sequence[Column], *, name: str) -> None:
        self._name = name
        self._rows = _xlsx(file, name) if _is_xlsx(file) else _csv(file, name)
        first = next(self._rows, None)
        if first is None:
            raise SheetRejected(name=name, cells=[BadCell(1, "-", "", "header")])
        heads = [head.strip() for head in first[1]]
        bad = bad_heads(heads, columns)
        if bad:
            raise SheetRejected(name=name, cells=bad)
        by_name = {column.name: column for column in columns}
        self.heads = [by_name[head] for head in heads]
        self.at = 0

    def take(self, most: int) -> list[Line]:
        """Return the next rows, at most so many; none at the end.  Blank rows are passed over."""
        taken: list[Line] = []
        for line, cells in self._rows:
            if any(cell.strip() for cell in cells):
                taken.append((line, cells))
                if len(taken) == most:
                    break
        self.at += len(taken)
        return taken

    def skip_to(self, rows: int) -> None:
        """Go on after so many rows: where another worker stopped."""
        while self.at < rows and self.take(min(10_000, rows - self.at)):
            pass


def count_rows(file: Path, *, name: str) -> int:
    """Return how many rows a file has below its heads; blank ones are none."""
    rows = _xlsx(file, name) if _is_xlsx(file) else _csv(file, name)
    return max(0, sum(1 for _, cells in rows if any(cells)) - 1)


def _is_xlsx(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == _ZIP


def _csv(file: Path, name: str) -> Iterator[Line]:
    encoding = _encoding(file, name)
    with file.open(encoding=encoding, newline="") as opened:
        yield from csv_rows(opened, name)


def _encoding(file: Path, name: str) -> str:
    """Return the first encoding in which the whole file can be read."""
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            with file.open("rb") as opened:
                if not any("\0" in text for text in _decoded(iter_blocks(opened), decoder)):
                    return encoding
        except UnicodeDecodeError:
            continue
    raise SheetRejected(name=name, cells=[BadCell(1, "-", "", "encoding")])


def iter_blocks(opened: object) -> Iterator[bytes]:
    """Return the bytes of an open file, a megabyte at a time."""
    while block := opened.read(_BLOCK):  # type: ignore[attr-defined]  # any binary file
        yield block


def _decoded(blocks: Iterable[bytes], decoder: codecs.IncrementalDecoder) -> Iterator[str]:
    for block in blocks:
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _xlsx(file: Path, name: str) -> Iterator[Line]:
    width = 0
    with _workbook(file, name) as sheet:
        for line, cells in enumerate(sheet, start=1):
            texts = [cell_text(cell) for cell in cells]
            while texts and not texts[-1].strip():
                texts.pop()
            width = width or len(texts)
            if texts:
                yield line, texts + [""] * (width - len(texts))


@contextmanager
def _workbook(file: Path, name: str) -> Iterator[Iterable[Sequence[object]]]:
    opened = file.open("rb")
    try:
        book = load_workbook(opened, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except (InvalidFileException, BadZipFile, KeyError, IndexError, ValueError) as error:
        opened.close()
        raise SheetRejected(name=name, cells=[BadCell(1, "-", "", "workbook")]) from error
    try:
        yield sheet.iter_rows(values_only=True)
    finally:
        book.close()
        opened.close()


def cell_text(cell: object) -> str:
    """Return a workbook's cell as a CSV would have it: 4901234567894, 0.05, 2026-11-24."""
    if cell is None:
        return ""
    if isinstance(cell, datetime | date):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, str):
        return from_workbook(cell)
    text = format(Decimal(str(cell)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
