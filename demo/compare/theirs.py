"""Read the other side: customs' books, and those of provider, payment company, courier, zone."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from demo.compare import companies
from demo.compare.books import Book, Row, e5, fen
from demo.compare.findings import Rows, Value
from demo.compare.sides import CANCELLED, ON_THE_WAY, REFUSED, Heard, ListSide, Side, papers

FILES = ("customs", "stripe", "payment_company", "courier", "zone")
_STATES = {"declaring": ON_THE_WAY}
_CAME_BACK_WHOLE = "SELECT list_id FROM goods_return WHERE is_whole = 1"
"""Lists whose goods all came back, with the tax void: as good as withdrawn."""
_CONSTANTS = ("ieFlag", "tradeMode", "country", "currency", "packNo")
_PARTIES = ("ebp", "ebc", "agent", "area", "logistics")


@dataclass(frozen=True)
class Shelf:
    """The books of the other side, by whose they are; a missing one is empty."""

    books: Mapping[str, Book]

    @classmethod
    def of_folder(cls, folder: Path) -> "Shelf":
        """Open what lies in ``folder`` as ``<program>.db``."""
        places = {name: folder / f"{name}.db" for name in FILES}
        return cls({name: Book(at if at.is_file() else None) for name, at in places.items()})

    def close(self) -> None:
        """Close all of them."""
        for book in self.books.values():
            book.close()

    def has(self, name: str) -> bool:
        """Whether anybody keeps this book."""
        return self.books[name].is_kept


def read(shelf: Shelf, dxp_id: str) -> Side:
    """Return what the other side tells of us, the holder of ``dxp_id``."""
    customs = shelf.books["customs"]
    return Side(
        lists=_lists(customs, dxp_id),
        heard=_said(customs, dxp_id),
        letters=_letters(customs, dxp_id),
        orders=_orders(customs),
        order_lines=_order_lines(customs),
        papers=_papers(customs),
        declared=_declared(customs),
        payments=companies.payments(shelf.books["payment_company"]),
        waybills=companies.waybills(shelf.books["courier"]),
        charges=companies.objects(shelf.books["stripe"], "charge"),
        refunds=companies.objects(shelf.books["stripe"], "refund"),
        passes=companies.passes(shelf.books["zone"]),
        book=_book(customs),
    )


def _lists(book: Book, dxp_id: str) -> dict[str, ListSide]:
    """Return each list that was taken, and of those that never were the last refusal."""
    found: dict[str, ListSide] = {}
    for row in book.rows(
        "SELECT doc_key, code, plain FROM document WHERE kind = 'CEB621' AND state = 'rejected'"
        " ORDER BY id"
    ):
        plain = json.loads(row["plain"])
        cop_no = row["doc_key"].split("|")[-1]
        found[cop_no] = ListSide(REFUSED, _head(plain["head"], {}), {}, None, row["code"])
    bills = {row["list_id"]: row for row in book.rows("SELECT * FROM tax_bill")}
    undone = {row["list_id"] for row in book.rows(_CAME_BACK_WHOLE)}
    for row in book.rows(
        "SELECT d.*, o.plain FROM declaration_list d JOIN document o ON o.id = d.document_id"
        " WHERE d.dxp_id = ?",
        (dxp_id,),
    ):
        plain, bill = json.loads(row["plain"]), bills[row["id"]]
        state = CANCELLED if row["id"] in undone else row["state"].upper()
        found[row["cop_no"]] = ListSide(
            state=_STATES.get(row["state"], state),
            head=_head(plain["head"], row),
            lines=_numbered(plain["lines"]),
            bill=_bill(bill) if bill["return_time"] else None,
            constants={name: plain["head"].get(name) for name in _CONSTANTS},
        )
    return found


def _head(said: Mapping[str, str], row: Row) -> dict[str, Value]:
    """Return the head as booked; the numbers that customs gave stand on its own row."""
    return {
        "order_no": said.get("orderNo"),
        "waybill_no": said.get("logisticsNo"),
        "account_book_no": said.get("emsNo"),
        "customs_code": said.get("customsCode"),
        "port_code": said.get("portCode"),
        "traf_mode": said.get("trafMode"),
        "gross_e5": e5(said.get("grossWeight")),
        "net_e5": e5(said.get("netWeight")),
        "freight_fen": fen(said.get("freight")),
        "insurance_fen": fen(said.get("insuredFee")),
        "assure_code": said.get("assureCode"),
        "guid": said.get("guid"),
        "pre_no": row.get("pre_no"),
        "invt_no": row.get("invt_no"),
        **{name: f"{said.get(f'{name}Code')} {said.get(f'{name}Name')}" for name in _PARTIES},
    }


def _numbered(lines: Sequence[Mapping[str, str]]) -> dict[int, Mapping[str, Value]]:
    """Return lines by number; one whose number is taken stands behind the last."""
    found: dict[int, Mapping[str, Value]] = {}
    for line in lines:
        number = int(line["gnum"])
        found[max(found) + 1 if number in found else number] = _line(line)
    return found


def _line(said: Mapping[str, str]) -> dict[str, Value]:
    bar_code = said.get("barCode", "无")
    return {
        "item_record_no": said.get("itemRecordNo"),
        "sku": said.get("itemNo"),
        "gtin14": None if bar_code == "无" else bar_code,
        "hs_code": said.get("gcode"),
        "gname": said.get("gname"),
        "gmodel": said.get("gmodel"),
        "origin_code": said.get("country"),
        "qty_e5": e5(said.get("qty")),
        "unit_code": said.get("unit"),
        "qty1_e5": e5(said.get("qty1")),
        "unit1_code": said.get("unit1"),
        "qty2_e5": e5(said["qty2"]) if said.get("qty2") else None,
        "unit2_code": said.get("unit2") or None,
        "price_fen": fen(said.get("price")),
        "total_fen": fen(said.get("totalPrice")),
    }


def _bill(row: Row) -> dict[str, Value]:
    return {
        "tax_no": row["tax_no"],
        "status": row["status"],
        "customs_fen": fen(row["customs_tax"]),
        "vat_fen": fen(row["value_added_tax"]),
        "consumption_fen": fen(row["consumption_tax"]),
        "return_time": row["return_time"],
        "slip_no": row["slip_no"] or "",
    }


def _said(book: Book, dxp_id: str) -> list[Heard]:
    """Return what customs told us and nothing kept back: neither lost nor spoilt by the wire."""
    rows = book.rows(
        "SELECT r.*, d.invt_no, b.tax_no FROM receipt r"
        " LEFT JOIN declaration_list d ON d.id = r.list_id"
        " LEFT JOIN tax_bill b ON b.list_id = r.list_id"
        " WHERE r.dxp_id = ? AND r.written_at IS NOT NULL AND r.kind <> 'CEB900'",
        (dxp_id,),
    )
    again = {
        row["receipt_id"]
        for row in book.rows(
            "SELECT receipt_id FROM letter_written GROUP BY receipt_id HAVING COUNT(*) > 1"
        )
    }
    return [
        Heard(
            row["kind"],
            f"{row['invt_no']}|{row['tax_no']}" if row["kind"].startswith("CEB8") else row["label"],
            row["status"],
            row["return_time"],
        )
        for row in rows
        if row["id"] in again or not {"lost_receipt", "malformed"} & set(json.loads(row["trouble"]))
    ]


def _letters(book: Book, dxp_id: str) -> dict[str, str]:
    rows = book.rows(
        "SELECT w.sha256, r.kind FROM letter_written w JOIN receipt r ON r.id = w.receipt_id"
        " WHERE r.dxp_id = ?",
        (dxp_id,),
    )
    return {row["sha256"]: row["kind"] for row in rows}


def _orders(book: Book) -> Rows:
    names = {
        "goods_fen": "goodsValue",
        "freight_fen": "freight",
        "discount_fen": "discount",
        "tax_fen": "taxTotal",
        "paid_fen": "acturalPaid",
    }
    rows = book.rows(
        "SELECT order_no, amounts FROM document WHERE kind = 'CEB311' AND state = 'accepted'"
    )
    said = {row["order_no"]: json.loads(row["amounts"]) for row in rows}
    return {
        order_no: {name: fen(amounts[element]) for name, element in names.items()}
        for order_no, amounts in said.items()
    }


def _order_lines(book: Book) -> Rows:
    return {
        f"{row['order_no']} line {line['gnum']}": {
            "sku": line.get("itemNo"),
            "gname": line.get("itemName"),
            "gmodel": line.get("gmodel"),
            "origin_code": line.get("country"),
            "unit_code": line.get("unit"),
            "price_fen": fen(line.get("price")),
            "total_fen": fen(line.get("totalPrice")),
            "qty_e5": e5(line.get("qty")),
        }
        for row in _accepted(book, "CEB311")
        for line in row["said"]["lines"]
    }


def _papers(book: Book) -> Rows:
    """Return the withdrawals and returns that customs granted, with what comes back."""
    withdrawn = book.rows(
        "SELECT w.cop_no AS own_no, d.cop_no AS list FROM withdrawal w"
        " JOIN declaration_list d ON d.id = w.list_id"
    )
    returned = book.rows(
        "SELECT r.cop_no AS own_no, d.cop_no AS list, l.gnum, l.qty FROM goods_return r"
        " JOIN declaration_list d ON d.id = r.list_id"
        " JOIN goods_return_line l ON l.return_id = r.id"
    )
    return papers(withdrawn, returned)


def _book(book: Book) -> Rows:
    """Return what the account book says has left, by item; a pass is a movement of its own."""
    left: dict[str, int] = {}
    for row in book.rows("SELECT * FROM book_movement WHERE kind = 'deducted'"):
        item = f"{row['account_book_no']} item {row['item_record_no']}"
        left[item] = left.get(item, 0) + e5(row["qty"])
    return {item: {"deducted_e5": qty_e5} for item, qty_e5 in left.items()}


def _accepted(book: Book, kind: str) -> list[Row]:
    rows = book.rows(
        "SELECT * FROM document WHERE kind = ? AND state = 'accepted' ORDER BY id", (kind,)
    )
    return [{**row, "said": json.loads(row["plain"])} for row in rows]


def _declared(book: Book) -> Rows:
    """Return what customs booked of payments, parcels and deliveries."""
    found: dict[str, Mapping[str, Value]] = {}
    for row in _accepted(book, "CEB411"):
        said = row["said"]["head"]
        found[f"411 {said.get('payTransactionId')}"] = {
            "order_no": said.get("orderNo"),
            "amount_fen": fen(said.get("amountPaid")),
            "company": f"{said.get('payCode')} {said.get('payName')}",
        }
    for row in _accepted(book, "CEB511"):
        said = row["said"]["head"]
        found[f"511 {said.get('logisticsNo')}"] = {
            "order_no": said.get("orderNo"),
            "gross_e5": e5(said.get("weight")),
            "pieces": int(said.get("packNo", "0")),
            "company": f"{said.get('logisticsCode')} {said.get('logisticsName')}",
        }
    for row in _accepted(book, "CEB513"):
        said = row["said"]["head"]
        found[f"513 {said.get('logisticsNo')}"] = {
            "company": f"{said.get('logisticsCode')} {said.get('logisticsName')}"
        }
    return found
