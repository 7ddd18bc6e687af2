"""Decides what the payment company may see of a payment, and what is exported of it.

The payment company alone learns the payer; the export holds none of that.
"""

from __future__ import annotations

import hmac
import json
from datetime import UTC, datetime
from pathlib import Path

from flask import Blueprint, Response, jsonify, request

from .books import Body, Books
from .wrong import ApiError


def company_routes(books: Books, company_key: str) -> Blueprint:
    """Return ``GET /_company/payments/<pi>`` for the payment company's own key."""
    bp = Blueprint("company", __name__)

    @bp.get("/_company/payments/<intent_id>")
    def payment(intent_id: str) -> tuple[Response, int]:
        sent = request.headers.get("Authorization", "")
        if not hmac.compare_digest(sent.encode(), f"Bearer {company_key}".encode()):
            return jsonify({"error": "denied", "detail": "this key is not the company's"}), 401
        try:
            return jsonify(_seen(books, intent_id)), 200
        except ApiError as wrong:
            return jsonify({"error": "no_such_payment", "detail": str(wrong)}), 404

    return bp


def _seen(books: Books, intent_id: str) -> Body:
    intent = books.get("payment_intent", intent_id)
    charge = books.get("charge", intent["latest_charge"])
    return {
        "id": intent["id"],
        "gross_fen": intent["amount_received"],
        "refunded_fen": charge["amount_refunded"],
        "currency": intent["currency"],
        "paid_at": datetime.fromtimestamp(intent["created"], UTC).isoformat(),
        "payer": books.payer(intent["id"]),
    }


def export(books: Books, file: Path) -> None:
    """Write every payment with its balance transaction to ``file``, oldest first, whole or not."""
    rows = [_exported(books, intent) for intent in reversed(books.newest("payment_intent"))]
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")
    fresh.replace(file)


def _exported(books: Books, intent: Body) -> Body:
    charge = books.get("charge", intent["latest_charge"])
    balance = books.get("balance_transaction", charge["balance_transaction"])
    return {
        "payment_intent": intent["id"],
        "charge": charge["id"],
        "balance_transaction": {
            "id": balance["id"],
            "gross_fen": balance["amount"],
            "fee_fen": balance["fee"],
            "net_fen": balance["net"],
            "currency": balance["currency"],
        },
        "client_reference_id": intent["_client_reference_id"],
    }
