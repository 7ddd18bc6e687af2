"""Read the files of one demo; what they must say is decided by the checks.

A file that cannot be read raises ``Unreadable``: the check that asked for it has failed.
"""

import base64
import csv
import io
import json
import re
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.check_demo.readers.documents import (
    Document,
    Receipt,
    Unreadable,
    read_document,
    read_receipts,
)

KINDS = ("CEB311", "CEB411", "CEB511", "CEB621")
LEDGER = (
    "posting_id kind document legal_entity_id business_on at gnum account_code account_name"
    " amount_fen debit credit order_id memo"
).split()
CATALOGUE = "sku gtin14 title title_en route price freight open".split()
BOM = b"\xef\xbb\xbf"


class Demo:
    """The folder ``var/demo``; each file is read when first asked for."""

    def __init__(self, folder: Path, official: Path | None) -> None:
        self.folder = folder
        self.official = official
        self._documents: dict[str, Document] = {}

    def raw(self, name: str) -> bytes:
        """Return the bytes of a file; raises ``Unreadable`` when it is not there or empty."""
        path = self.folder / name
        if not path.is_file() or not (data := path.read_bytes()):
            raise Unreadable(f"{name} is missing or empty")
        return data

    def document(self, kind: str) -> Document:
        """Return one of the four signed documents."""
        if kind not in self._documents:
            self._documents[kind] = read_document(kind, self.raw(f"{kind}.xml"))
        return self._documents[kind]

    @cached_property
    def receipts(self) -> list[Receipt]:
        """Every record of every file below ``receipts``."""
        files = sorted((self.folder / "receipts").rglob("*.xml"))
        if not files:
            raise Unreadable("receipts holds nothing")
        return [record for file in files for record in read_receipts(file.name, file.read_bytes())]

    @cached_property
    def ledger(self) -> list[dict[str, str]]:
        """The entries of the ledger."""
        return self._rows("ledger.csv", LEDGER)

    @cached_property
    def catalogue(self) -> list[dict[str, str]]:
        """The goods on offer."""
        return self._rows("catalogue.csv", CATALOGUE)

    @cached_property
    def payments(self) -> list[dict[str, Any]]:
        """What the provider took."""
        return self._list("provider.json")

    @cached_property
    def timeline(self) -> list[dict[str, Any]]:
        """The steps of the walk."""
        return self._list("timeline.json")

    @cached_property
    def trust(self) -> dict[str, bytes]:
        """The certificate (DER) of each sender by customs code; others' files are left out."""
        paths = sorted((self.folder / "trust").glob("*.pem"))
        named = [path for path in paths if re.fullmatch(r"[0-9A-Z]{10}", path.stem)]
        return {path.stem: _from_pem(path) for path in named}

    def _rows(self, name: str, columns: list[str]) -> list[dict[str, str]]:
        text = self.raw(name).decode("utf-8-sig")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(reader)
        if list(reader.fieldnames or ()) != columns:
            raise Unreadable(f"{name} has the columns {reader.fieldnames}")
        if any(None in row or None in row.values() for row in rows):
            raise Unreadable(f"{name} has a row of another width")
        return rows

    def _list(self, name: str) -> list[dict[str, Any]]:
        said = json.loads(self.raw(name).decode("utf-8"))
        if not isinstance(said, list) or not all(isinstance(one, dict) for one in said):
            raise Unreadable(f"{name} is no list of objects")
        return said


def _from_pem(path: Path) -> bytes:
    found = re.fullmatch(
        rb"-----BEGIN CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END CERTIFICATE-----\s*",
        path.read_bytes(),
    )
    if found is None:
        raise Unreadable(f"trust/{path.name} is no PEM certificate")
    return base64.b64decode(b"".join(found[1].split()), validate=True)
