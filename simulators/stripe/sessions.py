"""Decides what a Checkout Session is, when it may be paid, and when its time is over.

The money that a payment makes is left to ``money``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import events, forms
from .books import Body, Books, mint, now_s
from .wrong import ApiError

LONGEST_S = 24 * 3600
KNOWN = frozenset(
    {"mode", "line_items", "client_reference_id", "metadata", "payment_intent_data"}
    | {"success_url", "cancel_url", "expires_at", "expand", "locale", "currency"}
    | {"payment_method_types", "payment_method_options", "excluded_payment_method_types"}
    | {"customer_email", "submit_type", "ui_mode"}
)


@dataclass(frozen=True)
class Rules:
    """What differs between installations; ``least_s`` is how long a session must live at least."""

    public_url: str
    least_s: int = 1800


def create(books: Books, params: dict[str, Any], rules: Rules) -> Body:
    """Open a session; raises ``ApiError`` naming the parameter that is wrong."""
    _check_names(params)
    if forms.text(params, "mode") != "payment":
        raise ApiError("Only mode payment is simulated.", param="mode")
    items = _line_items(params.get("line_items"))
    total = sum(item["amount_total"] for item in items)
    if total <= 0:
        raise ApiError("The total must be positive.", param="line_items", code="amount_too_small")
    session_id = mint("cs_test")
    body: Body = {
        "id": session_id,
        "object": "checkout.session",
        "amount_subtotal": total,
        "amount_total": total,
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "created": now_s(),
        "currency": items[0]["currency"],
        "customer_details": None,
        "expires_at": _expires_at(params, rules),
        "livemode": False,
        "metadata": forms.labels(params),
        "mode": "payment",
        "payment_intent": None,
        "payment_method_types": params.get("payment_method_types", ["alipay", "wechat_pay"]),
        "payment_status": "unpaid",
        "status": "open",
        "success_url": forms.text(params, "success_url"),
        "url": f"{rules.public_url}/pay/{session_id}",
        "_items": items,
        "_payment_intent_data": _payment_intent_data(params),
    }
    return books.put("checkout.session", body)


def _check_names(params: dict[str, Any]) -> None:
    for name in params:
        if name not in KNOWN:
            raise ApiError(
                f"Received unknown parameter: {name}", param=name, code="parameter_unknown"
            )


def _line_items(rows: object) -> list[Body]:
    if not isinstance(rows, list) or not rows:
        raise ApiError("Missing required param: line_items.", param="line_items")
    items = [_line_item(row, f"line_items[{n}]") for n, row in enumerate(rows)]
    if len({item["currency"] for item in items}) > 1:
        raise ApiError("All line items must have one currency.", param="line_items")
    return items


def _line_item(row: object, where: str) -> Body:
    price = row.get("price_data") if isinstance(row, dict) else None
    if not isinstance(row, dict) or not isinstance(price, dict):
        raise ApiError("Only price_data is simulated.", param=f"{where}[price_data]")
    product = price.get("product_data")
    if not isinstance(product, dict) or not product.get("name"):
        raise ApiError(
            "Missing required param: name.", param=f"{where}[price_data][product_data][name]"
        )
    currency = forms.text(price, "currency").lower()
    if currency != "cny":
        raise ApiError(f"Invalid currency: {currency}", param=f"{where}[price_data][currency]")
    quantity = forms.whole(row, "quantity", least=1, default=1)
    unit = forms.whole(price, "unit_amount", least=0)
    return {
        "id": mint("li"),
        "object": "item",
        "description": product["name"],
        "currency": currency,
        "quantity": quantity,
        "amount_total": unit * quantity,
    }


def _expires_at(params: dict[str, Any], rules: Rules) -> int:
    at = forms.whole(params, "expires_at", least=0, default=now_s() + LONGEST_S)
    if not now_s() + rules.least_s - 5 <= at <= now_s() + LONGEST_S:
        raise ApiError(
            f"The `expires_at` timestamp must be between {rules.least_s} seconds and 24 hours "
            "from Checkout Session creation.",
            param="expires_at",
        )
    return at


def _payment_intent_data(params: dict[str, Any]) -> Body:
    data = params.get("payment_intent_data", {})
    if not isinstance(data, dict):
        raise ApiError("Invalid object", param="payment_intent_data")
    return {"metadata": forms.labels(data), "description": data.get("description")}


def expire(books: Books, session_id: str) -> Body:
    """End an open session; raises ``ApiError`` when it is paid or over."""
    session = books.get("checkout.session", session_id)
    if session["status"] != "open":
        raise ApiError(
            f'Only Checkout Sessions with a status in ["open"] can be expired. '
            f"This Checkout Session has a status of {session['status']}."
        )
    return _end(books, session)


def expire_due(books: Books) -> None:
    """End every open session whose time is over."""
    late = books.rows(
        "SELECT id FROM object WHERE kind = 'checkout.session' "
        "AND json_extract(body, '$.status') = 'open' "
        "AND json_extract(body, '$.expires_at') <= ?",
        now_s(),
    )
    for (session_id,) in late:
        with books.work():
            session = books.get("checkout.session", session_id)
            if session["status"] == "open":
                _end(books, session)


def _end(books: Books, session: Body) -> Body:
    session |= {"status": "expired", "url": None}
    books.put("checkout.session", session)
    events.record(books, "checkout.session.expired", session)
    return session
