"""Read what we know beside the lists: orders, baskets, shares, money, parcels, passes."""

import json
from collections.abc import Mapping

from demo.compare.books import Book, Row, e5
from demo.compare.findings import Rows, Value
from demo.compare.sides import ListSide

E5 = 100_000

_DELIVERED = (
    "(SELECT COUNT(*) FROM order_step s WHERE s.order_id = o.id AND s.state = 'signed_for')"
)
"""1 when the receiver signed, whatever came after."""


def line_of(row: Row) -> dict[str, Value]:
    """Return a line of a list or an order as both sides are told."""
    same = (
        *("item_record_no", "sku", "hs_code", "gname", "gmodel", "origin_code", "unit_code"),
        *("qty1_e5", "unit1_code", "qty2_e5", "unit2_code", "price_fen", "total_fen"),
    )
    return {
        **{name: row[name] for name in same},
        "gtin14": row["gtin14"] or None,
        "qty_e5": row["qty"] * E5,
    }


def orders(book: Book) -> Rows:
    """Return the figures of each order whose 311 customs accepted."""
    rows = book.rows(
        "SELECT o.* FROM customs_order o JOIN document d ON d.order_id = o.id"
        " WHERE d.kind = 'order' AND d.state = 'ACCEPTED'"
    )
    names = {
        "goods_fen": "goods_fen",
        "freight_fen": "freight_fen",
        "discount_fen": "discount_fen",
        "tax_fen": "tax_fen",
        "paid_fen": "paid_share_fen",
    }
    return {row["order_no"]: {name: row[own] for name, own in names.items()} for row in rows}


def order_lines(book: Book) -> Rows:
    """Return the lines of each order whose 311 customs accepted."""
    rows = book.rows(
        "SELECT l.*, o.order_no FROM order_line l JOIN customs_order o ON o.id = l.order_id"
        " JOIN document d ON d.order_id = o.id WHERE d.kind = 'order' AND d.state = 'ACCEPTED'"
    )
    names = ("sku", "gname", "gmodel", "origin_code", "unit_code", "price_fen", "total_fen")
    return {
        f"{row['order_no']} line {row['gnum']}": {
            **{name: row[name] for name in names},
            "qty_e5": row["qty"] * E5,
        }
        for row in rows
    }


def declared(book: Book) -> Rows:
    """Return what payment company and courier declared for us, as far as it is accepted."""
    paid = {
        f"411 {row['pay_transaction_id']}": {
            "order_no": row["order_no"],
            "amount_fen": row["share_fen"],
            "company": f"{row['pay_code']} {row['pay_name']}",
        }
        for row in book.rows(
            "SELECT s.order_no, d.* FROM payment_declaration d"
            " JOIN payment_share s ON s.order_id = d.order_id WHERE d.state = 'accepted'"
        )
    }
    parcels = book.rows(
        f"SELECT o.order_no, o.gross_e5, {_DELIVERED} AS delivered, o.parties, d.waybill_no FROM"
        " waybill_declaration d JOIN customs_order o ON o.id = d.order_id"
        " WHERE d.state = 'accepted'"
    )
    waybills = {
        f"511 {row['waybill_no']}": {
            "order_no": row["order_no"],
            "gross_e5": row["gross_e5"],
            "pieces": 1,
            "company": _party(row, "courier"),
        }
        for row in parcels
    }
    signed = {
        f"513 {row['waybill_no']}": {"company": _party(row, "courier")}
        for row in parcels
        if row["delivered"]
    }
    return {**paid, **waybills, **signed}


def _party(row: Row, role: str) -> str:
    party = json.loads(row["parties"])[role]
    return f"{party['code']} {party['name']}"


def payments(book: Book) -> Rows:
    """Return each declared share by order number; the numbers are the payment company's."""
    rows = book.rows(
        "SELECT s.order_no, d.share_fen, d.pay_transaction_id, d.state FROM payment_declaration d"
        " JOIN payment_share s ON s.order_id = d.order_id WHERE d.state <> 'causing'"
    )
    return {
        row["order_no"]: {
            "amount_fen": row["share_fen"],
            "pay_transaction_id": row["pay_transaction_id"],
            "accepted": int(row["state"] == "accepted"),
        }
        for row in rows
    }


def waybills(book: Book) -> Rows:
    """Return each parcel that was announced to the courier, by its number."""
    rows = book.rows(
        f"SELECT o.order_no, o.gross_e5, {_DELIVERED} AS delivered, d.waybill_no, d.state"
        " FROM waybill_declaration d JOIN customs_order o ON o.id = d.order_id"
        " WHERE d.state <> 'causing'"
    )
    return {
        row["waybill_no"]: {
            "order_no": row["order_no"],
            "accepted": int(row["state"] == "accepted"),
            "delivered": row["delivered"],
        }
        for row in rows
    }


def charges(book: Book) -> Rows:
    """Return the money that came, by the provider's number."""
    rows = book.rows("SELECT * FROM payment WHERE gross_fen IS NOT NULL")
    seconds = book.rows("SELECT * FROM second_payment")
    return {row["provider_payment"]: {"gross_fen": row["gross_fen"]} for row in [*rows, *seconds]}


def refunds(book: Book) -> Rows:
    """Return what went back by the provider's number."""
    rows = book.rows(
        "SELECT r.provider_refund, r.amount_fen, p.provider_payment FROM refund r"
        " JOIN payment p ON p.id = r.payment_id WHERE r.state = 'done'"
    )
    seconds = book.rows(
        "SELECT provider_refund, gross_fen AS amount_fen, provider_payment FROM second_payment"
        " WHERE state = 'refunded'"
    )
    parts = book.rows(
        "SELECT r.provider_refund, r.sale_fen + r.tax_fen AS amount_fen, p.provider_payment"
        " FROM part_refund r JOIN payment p ON p.id = r.payment_id"
        " WHERE r.state = 'done' AND r.sale_fen + r.tax_fen > 0"
    )
    return {
        row["provider_refund"]: {
            "payment": row["provider_payment"],
            "amount_fen": row["amount_fen"],
        }
        for row in [*rows, *seconds, *parts]
    }


def passes(book: Book) -> Rows:
    """Return each parcel that is on an exit pass, by its list's number."""
    rows = book.rows(
        "SELECT p.invt_no, p.waybill_no, b.exit_pass_no, b.bonded_inventory_list_no"
        " FROM exit_parcel p JOIN exit_batch b ON b.id = p.batch_id"
        " WHERE b.exit_pass_no IS NOT NULL"
    )
    names = ("waybill_no", "exit_pass_no", "bonded_inventory_list_no")
    return {row["invt_no"]: {name: row[name] for name in names} for row in rows}


def basket(book: Book) -> dict[str, ListSide]:
    """Return what was ordered and paid and is neither refused nor withdrawn, line by line."""
    lines: dict[int, dict[int, Mapping[str, Value]]] = {}
    for row in book.rows("SELECT * FROM order_line ORDER BY order_id, gnum"):
        lines.setdefault(row["order_id"], {})[row["gnum"]] = line_of(row)
    rows = book.rows(
        "SELECT o.*, d.cop_no, d.account_book_no FROM customs_order o"
        " JOIN declaration_list d ON d.id = o.declaration_list_id"
        " WHERE o.paid_at IS NOT NULL AND d.state NOT IN"
        " ('DRAFT', 'REJECTED', 'ERROR', 'FORMAT_ERROR', 'CANCELLED')"
    )
    names = ("freight_fen", "insurance_fen", "gross_e5", "net_e5", "account_book_no")
    return {
        row["cop_no"]: ListSide("", {name: row[name] for name in names}, lines.get(row["id"], {}))
        for row in rows
    }


def expected(book: Book) -> dict[str, int]:
    """Return what the checkouts alone say must have come, gone back and been declared."""
    asked = book.rows(
        "SELECT COUNT(*) AS n, COALESCE(SUM(total_fen), 0) AS fen FROM checkout WHERE id IN"
        " (SELECT checkout_id FROM customs_order WHERE paid_at IS NOT NULL)"
    )
    back = book.rows(
        "SELECT COUNT(*) AS n, COALESCE(SUM(paid_share_fen), 0) AS fen FROM customs_order"
        " WHERE paid_at IS NOT NULL AND state IN ('refused', 'returned')"
    )
    return {
        "charges.count": int(asked[0]["n"]),
        "charges.gross_fen": int(asked[0]["fen"]),
        "refunds.count": int(back[0]["n"]),
        "refunds.amount_fen": int(back[0]["fen"]),
    }


def account_book(book: Book) -> Rows:
    """Return what the account book says has left the zone, by item; what none of left is not told.

    What is set aside is not compared: customs does so when it takes a list, the warehouse when a
    bonded inventory list is approved.
    """
    rows = book.rows(
        "SELECT i.account_book_no, i.item_record_no, b.deducted FROM account_book_balance b"
        " JOIN account_book_item i ON i.id = b.account_book_item_id WHERE b.deducted <> 0"
    )
    return {
        f"{row['account_book_no']} item {row['item_record_no']}": {
            "deducted_e5": e5(row["deducted"])
        }
        for row in rows
    }
