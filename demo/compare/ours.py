"""Read our side: lists with lines and bills, answers heard, orders, money, parcels."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

from demo.compare import our_trade
from demo.compare.books import Book, Row
from demo.compare.findings import Rows, Value
from demo.compare.sides import ON_THE_WAY, REFUSED, RELEASED, Heard, ListSide, Side, papers

CHINA = timezone(timedelta(hours=8))
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
        orders=our_trade.orders(book),
        order_lines=our_trade.order_lines(book),
        papers=_papers(book),
        declared=our_trade.declared(book),
        payments=our_trade.payments(book),
        waybills=our_trade.waybills(book),
        charges=our_trade.charges(book),
        refunds=our_trade.refunds(book),
        passes=our_trade.passes(book),
        book=our_trade.account_book(book),
        basket=our_trade.basket(book),
        expected=our_trade.expected(book),
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
        lines.setdefault(row["list_id"], {})[row["gnum"]] = our_trade.line_of(row)
    bills = {row["list_id"]: _bill(row) for row in book.rows("SELECT * FROM tax_bill")}
    found = {}
    for row in book.rows("SELECT * FROM declaration_list WHERE state <> 'DRAFT' ORDER BY id"):
        found[row["cop_no"]] = ListSide(
            state=_STATES.get(row["state"], str(row["state"])),
            head=_head(row),
            lines=lines.get(row["id"], {}),
            bill=bills.get(row["id"]),
            code=str(row["return_status"] or ""),
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


def _bill(row: Row) -> dict[str, Value]:
    same = ("tax_no", "status", "customs_fen", "vat_fen", "consumption_fen")
    return {
        **{name: row[name] for name in same},
        "return_time": china_text(row["return_at"]),
        "slip_no": row["duty_no"] or "",
    }


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


def _papers(book: Book) -> Rows:
    """Return the withdrawals and returns that customs granted, with what comes back."""
    withdrawn = book.rows(
        "SELECT w.id AS own_no, d.cop_no AS list FROM list_withdrawal w"
        " JOIN declaration_list d ON d.id = w.list_id WHERE w.state = 'REVIEWED'"
    )
    returned = book.rows(
        "SELECT r.id AS own_no, d.cop_no AS list, l.gnum, l.qty FROM goods_return r"
        " JOIN declaration_list d ON d.id = r.list_id"
        " JOIN goods_return_line l ON l.return_id = r.id WHERE r.state = 'REVIEWED'"
    )
    return papers(withdrawn, returned)
