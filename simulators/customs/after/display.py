"""Approve bonded display, take what discharges its pieces, keep its guarantee.

Held is the levy fixed for each piece on its application, until customs has a document: a return,
force majeure, or a summary declaration that is paid (rules, sections 5 and 6).  Goods sold off a
display are taxed as ordinary imports.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from simulators.books import Books, next_serial
from simulators.customs import tax
from simulators.customs.after import guarantees
from simulators.customs.checks import Refusal
from simulators.customs.lists import Knowledge
from simulators.customs.tax import Goods, LineTax
from simulators.daemon import Form, Refused, china_now, log, malformed

KINDS = frozenset({"returned", "sold", "force_majeure"})
_DECLARE_WITHIN = timedelta(days=30)
Work = Callable[[sqlite3.Connection], None]


def declare_by(sold_on: date) -> date:
    """Return the last day of a sale's summary declaration: 30 days on, or the year's end."""
    return min(sold_on + _DECLARE_WITHIN, date(sold_on.year, 12, 31))


class Display:
    """The desk for goods shown outside the zone."""

    def __init__(self, books: Books, knowledge: Knowledge, sites: frozenset[str]) -> None:
        self._books = books
        self._knowledge = knowledge
        self._sites = sites

    def apply(self, form: Form) -> dict[str, object]:
        """Approve an application and hold the levy of its pieces; a repeat gets the same answer.

        Raises ``Refused``: 422, 409 site_not_filed, item_not_filed, guarantee_short,
        request_no_reused.
        """
        site, assure_code = form.text("site_no"), form.text("assure_code", most=30)
        until, lines = _day(form, "valid_until"), form.forms("lines")
        if site not in self._sites:
            raise Refused(409, "site_not_filed", f"{site}: no display site has this number")
        if until <= china_now().date():
            raise malformed("valid_until: a day to come")

        def work(conn: sqlite3.Connection) -> None:
            levies = [self._taxed(one, in_qty=1) for one in lines]
            qtys = [one.whole("qty", low=1) for one in lines]
            held = sum((each.total * n for each, n in zip(levies, qtys, strict=True)), Decimal(0))
            self._demand_covered(conn, assure_code, held)
            number = f"ZS{china_now():%Y%m%d}{next_serial(conn, 'display'):06d}"
            conn.execute(
                "INSERT INTO display_application VALUES (?, ?, ?, ?, ?, ?)",
                (number, *self._request(form), assure_code, site, until.isoformat()),
            )
            for gnum, (one, qty, levy) in enumerate(zip(lines, qtys, levies, strict=True), 1):
                item = (one.text("account_book_no", most=30), one.text("item_record_no", most=30))
                conn.execute(
                    "INSERT INTO display_line VALUES (?, ?, ?, ?, ?, ?)",
                    (number, gnum, *item, qty, str(levy.total)),
                )
            guarantees.move(conn, assure_code, "hold", document=number, amount=held)
            log("display approved", no=number)

        return self.view(self._once("display_application", "application_no", form, work))

    def _demand_covered(self, conn: sqlite3.Connection, assure_code: str, held: Decimal) -> None:
        known = self._knowledge.guarantees or {}
        try:
            guarantees.demand_covered(
                conn, known, assure_code, purpose=guarantees.DISPLAY, due=held
            )
        except Refusal as refusal:
            raise Refused(409, "guarantee_short", refusal.text) from None

    def _request(self, form: Form) -> tuple[str, str]:
        said = json.dumps(form.said, sort_keys=True)
        return form.text("request_no"), self._books.sealer.lookup(said, "display")

    def _once(self, table: str, number: str, form: Form, work: Work) -> str:
        """Do ``work`` once a request; return the number it stands under."""
        request_no, digest = self._request(form)
        query = f"SELECT {number} AS no, body_hash FROM {table} WHERE request_no = ?"
        with self._books.write() as conn:
            row = conn.execute(query, (request_no,)).fetchone()
            if row is None:
                work(conn)
                row = conn.execute(query, (request_no,)).fetchone()
        if row["body_hash"] != digest:
            raise Refused(409, "request_no_reused", "this request said something else")
        return str(row["no"])

    def _taxed(self, form: Form, *, in_qty: int) -> LineTax:
        """Return the full tax on ``in_qty`` pieces at ``price_fen`` each."""
        item = (form.text("account_book_no", most=30), form.text("item_record_no", most=30))
        filed = (self._knowledge.account_book or {}).get(item)
        rates = self._knowledge.tariff.get(filed.hs_code) if filed else None
        if filed is None or rates is None:
            raise Refused(409, "item_not_filed", f"{item[1]}: not filed in this account book")
        value = Decimal(form.whole("price_fen", low=1)) * in_qty / 100
        goods = Goods(1, filed.hs_code, Decimal(in_qty), value, rates, filed.measure)
        return tax.line_tax(goods, value, in_full=True)

    def discharge(self, form: Form) -> dict[str, object]:
        """Take a document over pieces of one application; a repeat gets the same answer.

        Raises ``Refused``: 422, 404, 409 more_than_shown, sold_after_validity,
        request_no_reused.
        """
        kind, number = form.text("kind"), form.text("application_no")
        if kind not in KINDS:
            raise malformed(f"kind: one of {', '.join(sorted(KINDS))}")
        lines = form.forms("lines")

        def work(conn: sqlite3.Connection) -> None:
            row = self._application(conn, number)
            said = [self._judged(conn, row, one, kind) for one in lines]
            due = sum((Decimal(str(one["tax"])) for one in said), Decimal(0))
            no = f"ZX{china_now():%Y%m%d}{next_serial(conn, 'display_document'):06d}"
            state = "accepted" if kind == "sold" else "discharged"
            conn.execute(
                "INSERT INTO display_document VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (no, *self._request(form), number, kind, state, json.dumps(said), str(due)),
            )
            if kind != "sold":
                _restore(conn, row, no, said)

        return self.view_document(self._once("display_document", "document_no", form, work))

    def _judged(
        self, conn: sqlite3.Connection, row: sqlite3.Row, form: Form, kind: str
    ) -> dict[str, object]:
        """Return what is kept of one line of a document; raises ``Refused``."""
        gnum, qty = form.whole("gnum", low=1), form.whole("qty", low=1)
        line = conn.execute(
            "SELECT * FROM display_line WHERE application_no = ? AND gnum = ?",
            (row["application_no"], gnum),
        ).fetchone()
        if line is None or qty > line["qty"] - _told_of(conn, row["application_no"], gnum):
            raise Refused(409, "more_than_shown", f"line {gnum}: not so many pieces are shown")
        said: dict[str, object] = {"gnum": gnum, "qty": qty, "tax": "0", "levy": line["levy"]}
        if kind == "sold":
            sold_on = _day(form, "sold_on")
            if sold_on.isoformat() >= row["valid_until"] or sold_on > china_now().date():
                raise Refused(409, "sold_after_validity", f"line {gnum}: {sold_on}")
            item = {name: line[name] for name in ("account_book_no", "item_record_no")}
            billed = self._taxed(Form({**form.said, **item}), in_qty=qty)
            by = declare_by(sold_on)
            said |= {
                "tax": str(billed.total),
                "declare_by": by.isoformat(),
                "late": china_now().date() > by,
            }
        return said

    def pay(self, document_no: str, amount_fen: int) -> dict[str, object]:
        """Take the tax of a summary declaration: only then are its pieces discharged.

        Raises ``Refused``: 404, 409 not_payable, amount_differs.
        """
        with self._books.write() as conn:
            row = conn.execute(
                "SELECT * FROM display_document WHERE document_no = ?", (document_no,)
            ).fetchone()
            if row is None:
                raise Refused(404, "document_not_found", "no document has this number")
            if row["state"] != "accepted":
                raise Refused(409, "not_payable", f"{document_no}: {row['state']}")
            due = int(Decimal(row["tax"]) * 100)
            if due != amount_fen:
                raise Refused(409, "amount_differs", f"{due} fen are due")
            conn.execute(
                "UPDATE display_document SET state = 'paid' WHERE document_no = ?", (document_no,)
            )
            application = self._application(conn, row["application_no"])
            _restore(conn, application, document_no, json.loads(row["lines"]))
        return self.view_document(document_no)

    def _application(self, conn: sqlite3.Connection, number: str) -> sqlite3.Row:
        row = conn.execute(
            "SELECT * FROM display_application WHERE application_no = ?", (number,)
        ).fetchone()
        if row is None:
            raise Refused(404, "application_not_found", "customs approved no such display")
        found: sqlite3.Row = row
        return found

    def view(self, number: str) -> dict[str, object]:
        """Return an application with the pieces by what became of them; ``Refused`` 404."""
        with self._books.write() as conn:
            row = self._application(conn, number)
            lines = conn.execute(
                "SELECT * FROM display_line WHERE application_no = ? ORDER BY gnum", (number,)
            ).fetchall()
            told = [{**_pieces(conn, number, line["gnum"]), **dict(line)} for line in lines]
            held = guarantees.used(conn, row["assure_code"])
        return {
            "application_no": number,
            "state": "approved",
            "site_no": row["site_no"],
            "valid_until": row["valid_until"],
            "assure_code": row["assure_code"],
            "guarantee_used_fen": int(held * 100),
            "lines": told,
        }

    def view_document(self, number: str) -> dict[str, object]:
        """Return a document with its tax in fen."""
        row = self._books.row("SELECT * FROM display_document WHERE document_no = ?", number)
        if row is None:
            raise Refused(404, "document_not_found", "no document has this number")
        return {
            "document_no": number,
            "application_no": row["application_no"],
            "kind": row["kind"],
            "state": row["state"],
            "tax_fen": int(Decimal(row["tax"]) * 100),
            "lines": json.loads(row["lines"]),
        }


def _day(form: Form, name: str) -> date:
    try:
        return date.fromisoformat(form.text(name))
    except ValueError:
        raise malformed(f"{name}: a day as 2026-12-31") from None


def _pieces(conn: sqlite3.Connection, number: str, gnum: int) -> dict[str, int]:
    """Return how many pieces of a line are returned, sold unpaid, paid, lost by force."""
    found = {"returned": 0, "force_majeure": 0, "declared": 0, "paid": 0}
    for row in conn.execute(
        "SELECT * FROM display_document WHERE application_no = ?", (number,)
    ).fetchall():
        kind = row["kind"]
        name = kind if kind != "sold" else "paid" if row["state"] == "paid" else "declared"
        found[name] += sum(one["qty"] for one in json.loads(row["lines"]) if one["gnum"] == gnum)
    return found


def _told_of(conn: sqlite3.Connection, number: str, gnum: int) -> int:
    return sum(_pieces(conn, number, gnum).values())


def _restore(
    conn: sqlite3.Connection, row: sqlite3.Row, document_no: str, lines: list[dict[str, object]]
) -> None:
    back = sum((Decimal(str(one["levy"])) * int(str(one["qty"])) for one in lines), Decimal(0))
    guarantees.move(conn, row["assure_code"], "restore", document=document_no, amount=-back)
