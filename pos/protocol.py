"""Decides what a terminal and the server say to each other, in which version.

Versions N and N-1 are understood, so that server and counters need not change on one day.
How a slip looks on paper is left to ``pos.terminal.slip``.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

from kernel.clock import Instant
from kernel.i18n import LANGS
from pos.errors import ProtocolVersionUnknown, SlipMalformed, SlipUnbalanced

VERSION = 1
UNDERSTOOD = frozenset({1})
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
    values = _typed(body, OrderSlip)
    rows = values.pop("lines")
    lines = tuple(SlipLine(**_typed(row, SlipLine)) for row in rows)
    slip = OrderSlip(lines=lines, **values)
    check_slip(slip)
    return slip


def requests_to_json(requests: Sequence[PrintRequest]) -> dict[str, Any]:
    """Return the answer to "what is to be printed"."""
    rows = [
        {"id": r.id, "kind": r.kind, "at": r.at, "slip": slip_to_json(r.slip)} for r in requests
    ]
    return {"version": VERSION, "print_requests": rows}


def requests_from_json(body: object) -> list[PrintRequest]:
    """Return what is to be printed; raises ``ProtocolVersionUnknown``, ``SlipMalformed``."""
    rows = _understood(body).get("print_requests")
    if not isinstance(rows, list):
        raise SlipMalformed(field="print_requests", given=type(rows).__name__)
    return [_request(row) for row in rows]


def ack_to_json(state: str) -> dict[str, Any]:
    """Return the body that says a request is ``taken`` into the journal, or ``confirmed``."""
    return {"version": VERSION, "state": state}


def ack_from_json(body: object) -> str:
    """Return the acknowledged state; raises ``ProtocolVersionUnknown``, ``SlipMalformed``."""
    state = _understood(body).get("state")
    if state not in ACKNOWLEDGED:
        raise SlipMalformed(field="state", given=str(state)[:40])
    return str(state)


def _understood(body: object) -> Mapping[str, Any]:
    if not isinstance(body, Mapping):
        raise SlipMalformed(field="body", given=type(body).__name__)
    if body.get("version") not in UNDERSTOOD:
        given = str(body.get("version"))[:40]
        raise ProtocolVersionUnknown(given=given, known=", ".join(map(str, sorted(UNDERSTOOD))))
    return body


def _request(row: object) -> PrintRequest:
    given = row if isinstance(row, Mapping) else {}
    request_id, kind, at = given.get("id"), given.get("kind"), given.get("at")
    if not isinstance(request_id, str) or not isinstance(at, int):
        raise SlipMalformed(field="id", given=str(request_id)[:40])
    if kind != ORDER_SLIP:
        raise SlipMalformed(field="kind", given=str(kind)[:40])
    return PrintRequest(request_id, ORDER_SLIP, at, slip_from_json(given.get("slip")))


def _typed(body: object, shape: type[OrderSlip] | type[SlipLine]) -> dict[str, Any]:
    """Return the fields of ``shape`` found in ``body``, each of its declared kind."""
    given = body if isinstance(body, Mapping) else {}
    values = {}
    for field in fields(shape):
        if field.name not in given and field.default is not MISSING:
            continue
        value = given.get(field.name)
        wanted = field.type if field.type in (str, int) else (list, tuple)
        if not isinstance(value, wanted) or isinstance(value, bool):
            raise SlipMalformed(field=field.name, given=str(value)[:40])
        values[field.name] = value
    return values
