"""Change one thing in a demo's folder: an element, a cell, a byte; which ones is the list's.

Bytes around the change stay as they are; ``NotThere`` when there is nothing to change.
"""

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

BOM = b"\xef\xbb\xbf"
Row = dict[str, str]


class Edit(Protocol):
    """A change of one text; its name is shown."""

    __name__: str

    def __call__(self, value: bytes, /) -> bytes: ...


class NotThere(LookupError):
    """The folder lacks what was to be changed."""


def substitute(path: Path, pattern: bytes, edit: Edit, *, last: bool = False) -> None:
    """Change the first group of the first, or last, match of ``pattern`` in a file."""
    data = path.read_bytes()
    found = list(re.finditer(pattern, data, re.DOTALL))
    if not found:
        raise NotThere(f"{path.name}: {pattern!r}")
    match = found[-1 if last else 0]
    changed = edit(match[1])
    if changed == match[1]:
        raise NotThere(f"{path.name}: {match[1]!r} stays")
    path.write_bytes(data[: match.start(1)] + changed + data[match.end(1) :])


def element(path: Path, name: str, edit: Edit, *, last: bool = False) -> None:
    """Change the text of the first, or last, element ``name`` of a message."""
    pattern = rf"<(?:\w+:)?{name}>([^<]*)</".encode()
    substitute(path, pattern, edit, last=last)


def text_of(path: Path, name: str) -> str:
    """Return the text of the first element ``name`` of a message."""
    found = re.search(rf"<(?:\w+:)?{name}>([^<]*)</", path.read_text(encoding="utf-8"))
    if found is None:
        raise NotThere(f"{path.name}: {name}")
    return found[1]


def receipt(folder: Path, kind: str, status: str = "") -> Path:
    """Return a receipt of ``kind`` with ``status``."""
    wanted = f"<returnStatus>{status}<".encode() if status else b""
    for path in sorted((folder / "receipts").rglob("*.xml")):
        data = path.read_bytes()
        if f"{kind}Message".encode() in data and re.sub(rb"<\w+:", b"<", data).count(wanted):
            return path
    raise NotThere(f"{kind} {status}")


def cells(path: Path, wanted: Callable[[Row], bool], edit: Callable[[Row], None]) -> None:
    """Change the first row of a CSV for which ``wanted`` holds."""
    data = path.read_bytes()
    reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    rows = list(reader)
    row = next((one for one in rows if wanted(one)), None)
    if row is None:
        raise NotThere(path.name)
    edit(row)
    ends = "\r\n" if b"\r\n" in data else "\n"
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(reader.fieldnames or ()), lineterminator=ends)
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes((BOM if data.startswith(BOM) else b"") + out.getvalue().encode())


def said(path: Path, edit: Callable[[list[dict[str, Any]]], None]) -> None:
    """Change what a JSON file says."""
    content = json.loads(path.read_bytes())
    edit(content)
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def fen_more(value: bytes) -> bytes:
    """Return an amount in yuan with a fen more."""
    return f"{Decimal(value.decode()) + Decimal('0.01')}".encode()


def last_digit(value: bytes) -> bytes:
    """Return a text with its last digit one higher."""
    place = max((at for at, byte in enumerate(value) if 48 <= byte <= 57), default=None)
    if place is None:
        raise NotThere("no digit")
    return value[:place] + b"%d" % ((value[place] - 47) % 10) + value[place + 1 :]


def first_digit(value: bytes) -> bytes:
    """Return a figure with its first digit one higher."""
    return b"%d" % ((value[0] - 47) % 10) + value[1:]


def last_byte(value: bytes) -> bytes:
    """Return a text with one bit of its last byte turned: another character, still UTF-8."""
    return value[:-1] + bytes([value[-1] ^ 1])


def lower_case(value: bytes) -> bytes:
    """Return an id with its first character another, in lower case."""
    return b"g" + value[1:]


def nine_before(value: bytes) -> bytes:
    """Return a figure with a digit 9 put before it."""
    return b"9" + value


def one_shorter(value: bytes) -> bytes:
    """Return a code without its last character."""
    return value[:-1]


def to(text: str) -> Edit:
    """Return an edit that puts ``text`` in the place."""

    def edit(_: bytes) -> bytes:
        return text.encode()

    edit.__name__ = f"to {text[:9]!r}"
    return edit


def earlier_year(value: bytes) -> bytes:
    """Return a time with its year one lower, by one digit."""
    return value[:3] + b"%d" % (value[3] - 49) + value[4:]


def one_bit_in_base64(value: bytes) -> bytes:
    """Return base64 in which one bit of what it says is turned."""
    plain = bytearray(base64.b64decode(b"".join(value.split())))
    plain[len(plain) // 2] ^= 1
    return base64.b64encode(bytes(plain))


def middle_byte(path: Path) -> None:
    """Turn one bit of a file's middle byte."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
