"""Decides what a finished till sale is, as terminal and server tell it to each other.

A sale is a fact: its prices, its catalogue's version and its shift travel with it and are never
computed anew.  ``doubts`` names what does not add up; nobody refuses a sale for it.

Version 2 added ``shift_id``, ``clock_offset_ms`` and what a refund has; a sale of version 1 has
none of them.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from kernel.clock import Instant
from pos.errors import SaleUnreadable
from pos.shapes import typed

BULK = 50
CASH = "cash"
REASONS = ("changed_mind", "faulty", "wrong_goods", "wrong_price")
"""Why a sale is given back, as the clerk chooses."""
_UUID7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class SaleLine:
    """One line of goods handed over: pieces, price of one and of all in fen, tax included."""

    gnum: int
    item_id: str
    gtin14: str
    name: str
    qty: int
    price_fen: int
    total_fen: int
    price_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """A finished sale: ``seq`` counts a terminal's sales without a gap, ``sale_no`` is printed.

    ``paid_fen`` is what the shopper gave, ``change_fen`` what came back.  ``clock_offset_ms`` is
    server time less the terminal's, when they last spoke.  A refund is a sale below nought: it
    names the sale it gives back whole, ``refund_of`` and ``refund_of_no``, and its ``reason``.
    """

    id: str
    seq: int
    sale_no: str
    at: Instant
    lang: str
    lines: tuple[SaleLine, ...]
    total_fen: int
    paid_fen: int
    change_fen: int
    tender: str = CASH
    catalogue_version: str
    shift_id: str = ""
    clock_offset_ms: int = 0
    refund_of: str = ""
    refund_of_no: str = ""
    reason: str = ""


def sale_to_json(sale: Sale) -> dict[str, Any]:
    """Return a sale as it stands in the journal and is sent."""
    return asdict(sale)


def sale_from_json(body: object) -> Sale:
    """Return the sale that was sent; raises ``SaleUnreadable`` naming the field."""
    values = typed(body, Sale, _unreadable)
    rows = values.pop("lines")
    lines = tuple(SaleLine(**typed(row, SaleLine, _unreadable)) for row in rows)
    for line in lines:
        if not row_number(line.item_id):
            raise _unreadable("item_id", line.item_id)
    if not is_uuid7(values["id"]):
        raise _unreadable("id", values["id"])
    if values.get("refund_of") and not is_uuid7(values["refund_of"]):
        raise _unreadable("refund_of", values["refund_of"])
    return Sale(lines=lines, **values)


def doubts(sale: Sale) -> Iterator[str]:
    """Name what does not add up within a sale; each name is the kind of a flag."""
    if sum(line.total_fen for line in sale.lines) != sale.total_fen:
        yield "total_differs"
    if any(line.qty * line.price_fen != line.total_fen for line in sale.lines):
        yield "line_differs"
    if sale.paid_fen - sale.change_fen != sale.total_fen or sale.change_fen < 0:
        yield "change_differs"
    if not sale.lines or any(line.qty * _sign(sale) < 1 for line in sale.lines):
        yield "nothing_sold"
    if not sale.shift_id:
        yield "no_shift"


def _sign(sale: Sale) -> int:
    return -1 if sale.refund_of else 1


def content_text(body: object) -> str:
    """Return a JSON value in the one form that is compared and kept: sorted, ASCII, no spaces."""
    return json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))


def content_hash(body: object) -> str:
    """Return the hash by which both sides name the content they mean, 64 hex digits."""
    return hashlib.sha256(content_text(body).encode("ascii")).hexdigest()


def is_uuid7(text: object) -> bool:
    """Say whether a text is a UUIDv7 in its usual form."""
    return isinstance(text, str) and _UUID7.fullmatch(text) is not None


def row_number(text: str) -> int:
    """Return the row number that a text names, or 0, which no row has."""
    whole = text.isascii() and text.isdigit() and len(text) <= 19
    return int(text) if whole and int(text) < 2**63 else 0


def _unreadable(field: str, given: str) -> SaleUnreadable:
    return SaleUnreadable(field=field, given=given[:40])
