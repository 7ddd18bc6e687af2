"""Decides what a terminal and the server say to each other, in which version.

Versions N and N-1 are understood, so that server and counters need not change on one day: a
terminal names its version in a header (none: 1), the server answers in that version, and a
terminal that hears a lower one goes on in it.  Version 2 brought sales, shifts and the catalogue.
How a slip looks on paper is left to ``pos.terminal.slip``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from kernel.clock import Instant
from kernel.i18n import LANGS
from pos.errors import BulkMalformed, ProtocolVersionUnknown, SlipMalformed, SlipUnbalanced
from pos.shapes import typed

VERSION = 2
UNDERSTOOD = frozenset({1, 2})
VERSION_HEADER = "X-Pos-Version"
ORDER_SLIP = "order_slip"
ACKNOWLEDGED = ("taken", "confirmed")
_MASKED = re.compile(r"[0-9]{3}\*{4}[0-9]{4}|")


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One line of goods: pieces, price of one and of all, in fen."""

    gnum: int
    name: str
    qty: int
    price_fen: int
    total_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderSlip:
    """What the slip of an online order shows: no name, no address, the phone only masked.

    Amounts are fen; ``discount_fen`` is positive and lowers the total.  Tax is in its three
    parts.  ``lang`` is the shopper's; ``page_url`` the order's page, printed as a QR code.
    """

    lang: str
    outlet_name: str
    outlet_code: str
    order_no: str
    paid_at: Instant
    phone_masked: str = ""
    lines: tuple[SlipLine, ...]
    freight_fen: int
    insurance_fen: int = 0
    discount_fen: int = 0
    duty_fen: int = 0
    consumption_fen: int = 0
    vat_fen: int = 0
    total_fen: int
    page_url: str

    @property
    def goods_fen(self) -> int:
        """What the lines sum to."""
        return sum(line.total_fen for line in self.lines)

    @property
    def tax_fen(self) -> int:
        """What the three taxes sum to."""
        return self.duty_fen + self.consumption_fen + self.vat_fen


@dataclass(frozen=True, slots=True)
class PrintRequest:
    """One slip that the server asks a terminal to print; ``id`` is the server's, as text."""

    id: str
    kind: str
    at: Instant
    slip: OrderSlip


def mask_phone(phone: str) -> str:
    """Return a mainland mobile with its middle hidden, or nothing when it is none."""
    digits = phone.removeprefix("+86").strip()
    return f"{digits[:3]}****{digits[-4:]}" if re.fullmatch(r"1\d{10}", digits) else ""


def check_slip(slip: OrderSlip) -> None:
    """Raise ``SlipMalformed`` or ``SlipUnbalanced`` when a slip must not be shown to anybody."""
    if slip.lang not in LANGS:
        raise SlipMalformed(field="lang", given=slip.lang)
    if not slip.lines:
        raise SlipMalformed(field="lines", given="none")
    if _MASKED.fullmatch(slip.phone_masked) is None:
        raise SlipMalformed(field="phone_masked", given="not masked")
    if not re.fullmatch(r"https?://[\x21-\x7e]{1,180}", slip.page_url):
        raise SlipMalformed(field="page_url", given=slip.page_url)
    parts = slip.goods_fen + slip.freight_fen + slip.insurance_fen + slip.tax_fen
    if parts - slip.discount_fen != slip.total_fen:
        raise SlipUnbalanced(parts_fen=parts - slip.discount_fen, total_fen=slip.total_fen)


def slip_to_json(slip: OrderSlip) -> dict[str, Any]:
    """Return a slip as it is stored and sent."""
    return asdict(slip)


def slip_from_json(body: object) -> OrderSlip:
    """Return the slip that was stored or sent; unknown fields of a newer version are passed over.

    Raises ``SlipMalformed`` naming the field, ``SlipUnbalanced``.
    """
    values = typed(body, OrderSlip, _malformed)
    rows = values.pop("lines")
    lines = tuple(SlipLine(**typed(row, SlipLine, _malformed)) for row in rows)
    slip = OrderSlip(lines=lines, **values)
    check_slip(slip)
    return slip


def version_asked(header: str | None) -> int:
    """Return the version in which a terminal wants its answer; none said: the first.

    Raises ``ProtocolVersionUnknown``.
    """
    given = header or "1"
    if given not in {str(version) for version in UNDERSTOOD}:
        raise _unknown(given)
    return int(given)


def requests_to_json(requests: Sequence[PrintRequest], *, version: int = VERSION) -> dict[str, Any]:
    """Return the answer to "what is to be printed"."""
    rows = [
        {"id": r.id, "kind": r.kind, "at": r.at, "slip": slip_to_json(r.slip)} for r in requests
    ]
    return {"version": version, "print_requests": rows}


def requests_from_json(body: object) -> list[PrintRequest]:
    """Return what is to be printed; raises ``ProtocolVersionUnknown``, ``SlipMalformed``."""
    rows = understood(body).get("print_requests")
    if not isinstance(rows, list):
        raise SlipMalformed(field="print_requests", given=type(rows).__name__)
    return [_request(row) for row in rows]


def ack_to_json(state: str, *, version: int = VERSION) -> dict[str, Any]:
    """Return the body that says a request is ``taken`` into the journal, or ``confirmed``."""
    return {"version": version, "state": state}


def ack_from_json(body: object) -> str:
    """Return the acknowledged state; raises ``ProtocolVersionUnknown``, ``SlipMalformed``."""
    state = understood(body).get("state")
    if state not in ACKNOWLEDGED:
        raise SlipMalformed(field="state", given=str(state)[:40])
    return str(state)


def bulk_to_json(name: str, rows: Sequence[Any], *, version: int = VERSION) -> dict[str, Any]:
    """Return the body that carries several entries, or the answers to them."""
    return {"version": version, name: list(rows)}


def bulk_from_json(body: object, name: str, *, most: int) -> list[Any]:
    """Return the entries of a body, unread: each is judged by itself.

    Raises ``ProtocolVersionUnknown``, ``BulkMalformed`` when it is no list or too long.
    """
    rows = understood(body).get(name)
    if not isinstance(rows, list) or len(rows) > most:
        raise BulkMalformed(field=name, most=most)
    return rows


def understood(body: object) -> Mapping[str, Any]:
    """Return a body of a version we know; raises ``ProtocolVersionUnknown``, ``SlipMalformed``."""
    if not isinstance(body, Mapping):
        raise SlipMalformed(field="body", given=type(body).__name__)
    version = body.get("version")
    if not isinstance(version, int) or version not in UNDERSTOOD:
        raise _unknown(str(version)[:40])
    return body


def _unknown(given: str) -> ProtocolVersionUnknown:
    known = ", ".join(map(str, sorted(UNDERSTOOD)))
    return ProtocolVersionUnknown(given=given, known=known)


def _request(row: object) -> PrintRequest:
    given = row if isinstance(row, Mapping) else {}
    request_id, kind, at = given.get("id"), given.get("kind"), given.get("at")
    if not isinstance(request_id, str) or not isinstance(at, int):
        raise SlipMalformed(field="id", given=str(request_id)[:40])
    if kind != ORDER_SLIP:
        raise SlipMalformed(field="kind", given=str(kind)[:40])
    return PrintRequest(request_id, ORDER_SLIP, at, slip_from_json(given.get("slip")))


def _malformed(field: str, given: str) -> SlipMalformed:
    return SlipMalformed(field=field, given=given)
