"""Decide whether a text of a person lies in a file, in whatever form a program may leave it.

Bytes are searched as they lie, and once more without white space for base64 and hex that was cut
into lines.  Of SQLite files every cell is searched, too, for a long value is spread over pages.
What else is a place, and how it is written out, is ``personal_places``'.
"""

import base64
import json
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
SQLITE = b"SQLite format 3\0"
BLANKS = b" \t\r\n"


@dataclass(frozen=True)
class Form:
    """One text in one of the ways in which it may lie somewhere: ``what`` is it, and ``how``."""

    what: str
    how: str
    content: bytes

    @property
    def may_be_cut(self) -> bool:
        """Say whether it is of letters that a program may break into lines."""
        return self.how.startswith(("hex", "base64"))


@dataclass(frozen=True, order=True)
class Hit:
    """Where a form was found; ``place`` is a path, for SQLite with ``:table.column``."""

    place: str
    what: str
    how: str


def forms(what: str, text: str) -> list[Form]:
    """Return every form of ``text``, each sequence of bytes once."""
    found: dict[bytes, Form] = {}
    for how, content in _ways(text):
        found.setdefault(content, Form(what, how, content))
    return list(found.values())


def _ways(text: str) -> Iterator[tuple[str, bytes]]:
    for encoding in ENCODINGS:
        raw = text.encode(encoding)
        yield encoding, raw
        yield f"hex of {encoding}", raw.hex().encode()
        yield f"hex, upper, of {encoding}", raw.hex().upper().encode()
        for offset in range(3):
            coded = base64_core(raw, offset)
            yield f"base64 of {encoding} at {offset}", coded
            yield f"base64, url, of {encoding} at {offset}", coded.translate(_URL)
    yield "json", json.dumps(text).strip('"').encode()
    yield "json, upper", "".join(_json_upper(sign) for sign in text).encode()
    yield "url", quote(text).encode()
    yield "url, lower", quote(text).lower().encode()
    yield "xml, decimal", "".join(_xml(sign, f"{ord(sign)}") for sign in text).encode()
    yield "xml, hex", "".join(_xml(sign, f"x{ord(sign):X}") for sign in text).encode()


_URL = bytes.maketrans(b"+/", b"-_")


def _json_upper(sign: str) -> str:
    return sign if sign.isascii() else f"\\u{ord(sign):04X}"


def _xml(sign: str, number: str) -> str:
    return sign if sign.isascii() else f"&#{number};"


def base64_core(raw: bytes, offset: int) -> bytes:
    """Return the signs of base64 that ``raw`` alone decides, ``offset`` bytes into a triple."""
    coded = base64.b64encode(bytes(offset) + raw + bytes(2))
    return coded[-(-offset * 8 // 6) : (offset + len(raw)) * 8 // 6]


def search_bytes(data: bytes, sought: Iterable[Form]) -> list[Form]:
    """Return the forms that ``data`` holds."""
    joined = data.translate(None, BLANKS).replace(b"\\n", b"").replace(b"\\r", b"")
    return [
        form
        for form in sought
        if form.content in data or (form.may_be_cut and form.content in joined)
    ]


def search(folder: Path, sought: Iterable[Form]) -> set[Hit]:
    """Return what is found in the files below ``folder``, and in the names of files."""
    wanted = list(sought)
    hits = set()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        hits |= _hits(f"name of {name}", name.encode(), wanted)
        if path.is_file() and not path.is_symlink():
            data = path.read_bytes()
            hits |= _hits(name, data, wanted)
            if data.startswith(SQLITE):
                for column, cell in sqlite_cells(path):
                    hits |= _hits(f"{name}:{column}", cell, wanted)
    return hits


def _hits(place: str, data: bytes, sought: list[Form]) -> set[Hit]:
    return {Hit(place, form.what, form.how) for form in search_bytes(data, sought)}


def sqlite_cells(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield every cell of a SQLite file with its log as ``table.column`` and bytes.

    A copy is read, so that nothing is folded or changed; its text dump comes last, as ``dump``.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / path.name
        for suffix in ("", "-wal"):
            if path.with_name(path.name + suffix).exists():
                shutil.copyfile(
                    path.with_name(path.name + suffix), copy.with_name(copy.name + suffix)
                )
        with closing(sqlite3.connect(copy)) as opened:
            opened.text_factory = bytes
            tables = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (table,) in tables.fetchall():
                name = table.decode()
                rows = opened.execute(f'SELECT * FROM "{name}"')
                columns = [column for column, *_ in rows.description]
                for row in rows:
                    for column, cell in zip(columns, row, strict=True):
                        yield f"{name}.{column}", as_bytes(cell)
            opened.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
            yield "dump", "\n".join(opened.iterdump()).encode("utf-8", "surrogateescape")


def as_bytes(cell: object) -> bytes:
    """Return a cell of a database as the bytes it holds, anything but bytes as its text."""
    if isinstance(cell, bytes | memoryview):
        return bytes(cell)
    return str(cell).encode("utf-8", "surrogateescape")
