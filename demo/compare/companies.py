"""Read the books of payment company, courier, provider and zone."""

import json

from demo.compare.books import Book
from demo.compare.findings import Rows


def payments(book: Book) -> Rows:
    """Return each share that the payment company declared, by order number."""
    rows = book.rows(
        "SELECT d.*, s.state FROM declaration d JOIN declared s"
        " ON s.kind = 'CEB411' AND s.doc_key = d.pay_transaction_id"
    )
    return {
        row["order_no"]: {
            "amount_fen": row["amount_fen"],
            "pay_transaction_id": row["pay_transaction_id"],
            "accepted": int(row["state"] == "accepted"),
        }
        for row in rows
    }


def waybills(book: Book) -> Rows:
    """Return each parcel that the courier knows, by its number."""
    rows = book.rows(
        "SELECT w.*, s.state FROM waybill w JOIN declared s"
        " ON s.kind = 'CEB511' AND s.doc_key = w.waybill_no"
    )
    signed = {
        row["doc_key"]
        for row in book.rows("SELECT * FROM declared WHERE kind = 'CEB513' AND state = 'accepted'")
    }
    return {
        row["waybill_no"]: {
            "order_no": row["order_no"],
            "accepted": int(row["state"] == "accepted"),
            "delivered": int(row["waybill_no"] in signed),
        }
        for row in rows
    }


def objects(book: Book, kind: str) -> Rows:
    """Return the provider's charges by payment, or its refunds by their own number."""
    rows = book.rows("SELECT body FROM object WHERE kind = ? ORDER BY seq", (kind,))
    said = [json.loads(row["body"]) for row in rows]
    if kind == "charge":
        return {one["payment_intent"]: {"gross_fen": one["amount"]} for one in said}
    return {
        one["id"]: {"payment": one["payment_intent"], "amount_fen": one["amount"]} for one in said
    }


def passes(book: Book) -> Rows:
    """Return each parcel that the zone gave a pass, by its list's number."""
    rows = book.rows(
        "SELECT l.*, b.exit_pass_no FROM listed l JOIN bonded_inventory_list b"
        " USING (bonded_inventory_list_no) WHERE b.exit_pass_no IS NOT NULL"
    )
    names = ("waybill_no", "exit_pass_no", "bonded_inventory_list_no")
    return {row["invt_no"]: {name: row[name] for name in names} for row in rows}
