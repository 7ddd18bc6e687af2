"""Read our side: lists with lines and bills, answers heard, orders, money, parcels."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from demo.compare.books import Book, Row
from demo.compare.findings import Value
from demo.compare.sides import ON_THE_WAY, REFUSED, RELEASED, Heard, ListSide, Side

CHINA = timezone(timedelta(hours=8))
_E5 = 100_000
_STATES: dict[str, str] = {
    **dict.fromkeys(
        ("SENT_LOCAL", "PORT_SAVED", "PORT_DECLARING", "SENT", "SEND_FAILED"), ON_THE_WAY
    ),
    **dict.fromkeys(("REJECTED", "ERROR", "FORMAT_ERROR"), REFUSED),
    "CLOSED": RELEASED,
}
_PARTIES = {
    "ebp": "platform",
    "ebc": "merchant",
    "agent": "agent",
    "area": "zone_warehouse",
    "logistics": "courier",
}


def read(book: Book) -> Side:
    """Return our side."""
    return Side(
        lists=_lists(book),
        heard=_heard(book),
        letters={
            row["sha256"]: row["name"] for row in book.rows("SELECT sha256, name FROM customs_mail")
        },
        orders=_orders(book),
        order_lines=_order_lines(book),
        declared=_declared(book),
        payments=_payments(book),
        waybills=_waybills(book),
        charges=_charges(book),
        refunds=_refunds(book),
        passes=_passes(book),
        basket=_basket(book),
        expected=_expected(book),
    )


def china_text(micros: int | None) -> str:
    """Return an instant as customs writes a time: 17 digits in China."""
    if micros is None:
        return ""
    at = datetime.fromtimestamp(micros // 1_000_000, UTC).astimezone(CHINA)
    return f"{at:%Y%m%d%H%M%S}{micros // 1000 % 1000:03d}"


def _lists(book: Book) -> dict[str, ListSide]:
    lines: dict[int, dict[int, Mapping[str, Value]]] = {}
    for row in book.rows("SELECT * FROM list_line ORDER BY list_id, gnum"):
        lines.setdefault(row["list_id"], {})[row["gnum"]] = _line(row)
    bills = {row["list_id"]: _bill(row) for row in book.rows("SELECT * FROM tax_bill")}
    found = {}
    for row in book.rows("SELECT * FROM declaration_list WHERE state <> 'DRAFT' ORDER BY id"):
        refused = _STATES.get(row["state"]) == REFUSED
        found[row["cop_no"]] = ListSide(
            state=_STATES.get(row["state"], str(row["state"])),
            head=_head(row),
            lines=lines.get(row["id"], {}),
            bill=bills.get(row["id"]),
            code=str(row["return_status"]) if refused else "",
        )
    return found


def _head(row: Row) -> dict[str, Value]:
    parties = json.loads(row["parties"])
    named = {
        name: f"{parties[key]['code']} {parties[key]['name']}" for name, key in _PARTIES.items()
    }
    same = (
        *("order_no", "waybill_no", "pre_no", "invt_no", "account_book_no", "customs_code"),
        *("port_code", "traf_mode", "gross_e5", "net_e5", "assure_code"),
        *("freight_fen", "insurance_fen"),
    )
    return {**{name: row[name] for name in same}, "guid": row["latest_guid"], **named}


def _line(row: Row) -> dict[str, Value]:
    same = (
        *("item_record_no", "sku", "hs_code", "gname", "gmodel", "origin_code", "unit_code"),
        *("qty1_e5", "unit1_code", "qty2_e5", "unit2_code", "price_fen", "total_fen"),
    )
    return {
        **{name: row[name] for name in same},
        "gtin14": row["gtin14"] or None,
        "qty_e5": row["qty"] * _E5,
    }


def _bill(row: Row) -> dict[str, Value]:
    same = ("tax_no", "status", "customs_fen", "vat_fen", "consumption_fen")
    return {**{name: row[name] for name in same}, "return_time": china_text(row["return_at"])}


def _heard(book: Book) -> list[Heard]:
    """Return every answer to us, repeats once; format faults name no document and are left out."""
    return [
        Heard(
            row["kind"],
            row["doc_key"] if row["kind"].startswith("CEB8") else row["doc_key"].split("|")[0],
            str(row["return_status"]),
            row["return_time_text"],
        )
        for row in book.rows("SELECT * FROM customs_receipt WHERE kind <> 'CEB900'")
    ]


def _orders(book: Book) -> dict[str, Mapping[str, Value]]:
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


def _order_lines(book: Book) -> dict[str, Mapping[str, Value]]:
    rows = book.rows(
        "SELECT l.*, o.order_no FROM order_line l JOIN customs_order o ON o.id = l.order_id"
        " JOIN document d ON d.order_id = o.id WHERE d.kind = 'order' AND d.state = 'ACCEPTED'"
    )
    names = ("sku", "gname", "gmodel", "origin_code", "unit_code", "price_fen", "total_fen")
    return {
        f"{row['order_no']} line {row['gnum']}": {
            **{name: row[name] for name in names},
            "qty_e5": row["qty"] * _E5,
        }
        for row in rows
    }


def _declared(book: Book) -> dict[str, Mapping[str, Value]]:
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
        "SELECT o.order_no, o.gross_e5, o.state, o.parties, d.waybill_no FROM"
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
        if row["state"] == "signed_for"
    }
    return {**paid, **waybills, **signed}


def _party(row: Row, role: str) -> str:
    party = json.loads(row["parties"])[role]
    return f"{party['code']} {party['name']}"


def _payments(book: Book) -> dict[str, Mapping[str, Value]]:
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


def _waybills(book: Book) -> dict[str, Mapping[str, Value]]:
    rows = book.rows(
        "SELECT o.order_no, o.gross_e5, o.state AS order_state, d.waybill_no, d.state"
        " FROM waybill_declaration d JOIN customs_order o ON o.id = d.order_id"
        " WHERE d.state <> 'causing'"
    )
    return {
        row["waybill_no"]: {
            "order_no": row["order_no"],
            "accepted": int(row["state"] == "accepted"),
            "delivered": int(row["order_state"] == "signed_for"),
        }
        for row in rows
    }


def _charges(book: Book) -> dict[str, Mapping[str, Value]]:
    rows = book.rows("SELECT * FROM payment WHERE gross_fen IS NOT NULL")
    seconds = book.rows("SELECT * FROM second_payment")
    return {row["provider_payment"]: {"gross_fen": row["gross_fen"]} for row in [*rows, *seconds]}


def _refunds(book: Book) -> dict[str, Mapping[str, Value]]:
    """Return what went back by the provider's number."""
    rows = book.rows(
        "SELECT r.provider_refund, r.amount_fen, p.provider_payment FROM refund r"
        " JOIN payment p ON p.id = r.payment_id WHERE r.state = 'done'"
    )
    seconds = book.rows(
        "SELECT provider_refund, gross_fen AS amount_fen, provider_payment FROM second_payment"
        " WHERE state = 'refunded'"
    )
    return {
        row["provider_refund"]: {
            "payment": row["provider_payment"],
            "amount_fen": row["amount_fen"],
        }
        for row in [*rows, *seconds]
    }


def _passes(book: Book) -> dict[str, Mapping[str, Value]]:
    """Return each parcel that is on an exit pass, by its list's number."""
    rows = book.rows(
        "SELECT p.invt_no, p.waybill_no, b.exit_pass_no, b.bonded_inventory_list_no"
        " FROM exit_parcel p JOIN exit_batch b ON b.id = p.batch_id"
        " WHERE b.exit_pass_no IS NOT NULL"
    )
    names = ("waybill_no", "exit_pass_no", "bonded_inventory_list_no")
    return {row["invt_no"]: {name: row[name] for name in names} for row in rows}


def _basket(book: Book) -> dict[str, ListSide]:
    """Return what was ordered and paid and is neither refused nor withdrawn, line by line."""
    lines: dict[int, dict[int, Mapping[str, Value]]] = {}
    for row in book.rows("SELECT * FROM order_line ORDER BY order_id, gnum"):
        lines.setdefault(row["order_id"], {})[row["gnum"]] = _line(row)
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


def _expected(book: Book) -> dict[str, int]:
    """Return what the checkouts alone say must have come, gone back and been declared."""
    asked = book.rows(
        "SELECT COUNT(*) AS n, COALESCE(SUM(total_fen), 0) AS fen FROM checkout WHERE id IN"
        " (SELECT checkout_id FROM customs_order WHERE paid_at IS NOT NULL)"
    )
    back = book.rows(
        "SELECT COUNT(*) AS n, COALESCE(SUM(paid_share_fen), 0) AS fen FROM customs_order"
        " WHERE paid_at IS NOT NULL AND state = 'refused'"
    )
    return {
        "charges.count": int(asked[0]["n"]),
        "charges.gross_fen": int(asked[0]["fen"]),
        "refunds.count": int(back[0]["n"]),
        "refunds.amount_fen": int(back[0]["fen"]),
    }
