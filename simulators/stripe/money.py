"""Decides the money: payment intent, charge, fee, balance transaction, refund.

Amounts are whole fen; the fee is 2.9 % rounded half up, plus 2.00 CNY.
"""

from __future__ import annotations

from typing import Any

from . import events, forms
from .books import Body, Books, mint, now_s
from .wrong import ApiError

FEE_PER_MILLE = 29
FEE_FIXED_FEN = 200


class NotPayable(Exception):
    """The session is paid already or over; nothing was charged.  ``state`` says which."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


def fee_fen(gross_fen: int) -> int:
    """Return the fee in fen on ``gross_fen``."""
    return (gross_fen * FEE_PER_MILLE + 500) // 1000 + FEE_FIXED_FEN


def pay(books: Books, session_id: str, payer: dict[str, str], delta_fen: int) -> Body:
    """Charge the session once; return it.  ``delta_fen`` falsifies the gross on purpose.

    Raises ``NotPayable`` when it is paid or its time is over.
    """
    with books.work():
        session = books.get("checkout.session", session_id)
        late = session["expires_at"] <= now_s()
        if session["status"] != "open" or late:
            raise NotPayable("expired" if session["status"] == "open" else session["status"])
        intent = _payment_intent(session, session["amount_total"] + delta_fen)
        charge = _charge(books, intent)
        intent["latest_charge"] = charge["id"]
        session |= {
            "payment_intent": intent["id"],
            "payment_status": "paid",
            "status": "complete",
            "url": None,
        }
        books.put("payment_intent", intent)
        books.put("checkout.session", session)
        books.seal_payer(intent["id"], payer)
        events.record(books, "payment_intent.succeeded", intent)
        events.record(books, "checkout.session.completed", session)
    return session


def _payment_intent(session: Body, gross_fen: int) -> Body:
    extra = session["_payment_intent_data"]
    return {
        "id": mint("pi"),
        "object": "payment_intent",
        "amount": gross_fen,
        "amount_received": gross_fen,
        "created": now_s(),
        "currency": session["currency"],
        "description": extra["description"],
        "latest_charge": None,
        "livemode": False,
        "metadata": extra["metadata"],
        "payment_method_types": session["payment_method_types"],
        "status": "succeeded",
        "_client_reference_id": session["client_reference_id"],
    }


def _charge(books: Books, intent: Body) -> Body:
    charge_id = mint("ch")
    gross = intent["amount"]
    balance = _balance(books, "charge", charge_id, gross, fee_fen(gross))
    return books.put(
        "charge",
        {
            "id": charge_id,
            "object": "charge",
            "amount": gross,
            "amount_captured": gross,
            "amount_refunded": 0,
            "balance_transaction": balance["id"],
            "captured": True,
            "created": now_s(),
            "currency": intent["currency"],
            "livemode": False,
            "metadata": intent["metadata"],
            "paid": True,
            "payment_intent": intent["id"],
            "payment_method_details": {"type": intent["payment_method_types"][0]},
            "refunded": False,
            "status": "succeeded",
        },
    )


def _balance(books: Books, kind: str, source: str, gross_fen: int, fee: int) -> Body:
    return books.put(
        "balance_transaction",
        {
            "id": mint("txn"),
            "object": "balance_transaction",
            "amount": gross_fen,
            "created": now_s(),
            "currency": "cny",
            "fee": fee,
            "net": gross_fen - fee,
            "reporting_category": kind,
            "source": source,
            "status": "available",
            "type": kind,
        },
    )


def refund(books: Books, params: dict[str, Any]) -> Body:
    """Give money of a charge back, whole or in part; raises ``ApiError`` past what is left."""
    charge = _refunded_charge(books, params)
    left = charge["amount"] - charge["amount_refunded"]
    amount = forms.whole(params, "amount", least=1, default=max(1, left))
    if left == 0:
        raise ApiError(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if amount > left:
        raise ApiError(
            f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
            param="amount",
        )
    refund_id = mint("re")
    body = {
        "id": refund_id,
        "object": "refund",
        "amount": amount,
        "balance_transaction": _balance(books, "refund", refund_id, -amount, 0)["id"],
        "charge": charge["id"],
        "created": now_s(),
        "currency": charge["currency"],
        "metadata": forms.labels(params),
        "payment_intent": charge["payment_intent"],
        "reason": params.get("reason"),
        "status": "succeeded",
    }
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    books.put("charge", charge)
    books.put("refund", body)
    events.record(books, "refund.created", body)
    events.record(books, "charge.refunded", charge)
    return body


def _refunded_charge(books: Books, params: dict[str, Any]) -> Body:
    if "charge" in params:
        return books.get("charge", forms.text(params, "charge"))
    intent = books.get("payment_intent", forms.text(params, "payment_intent"))
    return books.get("charge", intent["latest_charge"])
