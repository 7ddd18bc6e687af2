"""Answer zone, finance and display over HTTP about a list's later life; desks decide."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, jsonify

from simulators.books import Books
from simulators.customs.after import account_book, guarantees
from simulators.customs.after.display import Display
from simulators.customs.after.inspections import Inspections
from simulators.customs.after.periods import Periods
from simulators.customs.lists import Knowledge
from simulators.daemon import Form, Refused

Answer = tuple[Response, int]


@dataclass(frozen=True)
class Later:
    """The desks behind these routes."""

    books: Books
    knowledge: Knowledge
    periods: Periods
    inspections: Inspections
    display: Display


def balances(later: Later, account_book_no: str) -> list[dict[str, str]]:
    """Return each filed item of a book: entered, pre-deducted, deducted, returned, balance."""
    items = later.knowledge.account_book or {}
    found = []
    with later.books.write() as conn:
        for (number, item), filed in sorted(items.items()):
            if number == account_book_no:
                sums = account_book.moved(conn, number, item)
                entered = filed.entered_qty
                left = "" if entered is None else str(account_book.balance(entered, sums))
                told = {name: str(qty) for name, qty in sums.items()}
                entered_text = "" if entered is None else str(entered)
                found.append(
                    {"item_record_no": item, "entered": entered_text, **told, "balance": left}
                )
    return found


def pass_gate(later: Later, form: Form) -> int:
    """Deduct the goods of the lists that left on a pass; return how many lists.

    Raises ``Refused`` 409 list_unknown.
    """
    pass_no, invt_nos = form.text("exit_pass_no"), form.texts("invt_nos")
    with later.books.write() as conn:
        for invt_no in invt_nos:
            row = conn.execute(
                "SELECT id FROM declaration_list WHERE invt_no = ? AND state = 'released'",
                (invt_no,),
            ).fetchone()
            if row is None:
                raise Refused(409, "list_unknown", f"{invt_no}: not released")
            account_book.pass_gate(conn, row["id"], pass_no)
    return len(invt_nos)


def routes(later: Later) -> Blueprint:
    """Return the routes."""
    pages = Blueprint("later", __name__)

    @pages.get("/account-books/<account_book_no>")
    def show_book(account_book_no: str) -> Answer:
        return jsonify(items=balances(later, account_book_no)), 200

    @pages.post("/gate-passes")
    def gate() -> Answer:
        return jsonify(deducted=pass_gate(later, Form.of_request())), 200

    @pages.post("/inspections/<invt_no>")
    def inspected(invt_no: str) -> Answer:
        finding = Form.of_request().text("finding")
        return jsonify(later.inspections.report(invt_no, finding)), 200

    @pages.get("/duty-slips")
    def slips() -> Answer:
        return jsonify(slips=later.periods.slips()), 200

    @pages.post("/duty-slips/<slip_no>/payments")
    def pay_slip(slip_no: str) -> Answer:
        amount = Form.of_request().whole("amount_fen", low=0)
        return jsonify(later.periods.pay(slip_no, amount)), 200

    @pages.get("/guarantees/<assure_code>")
    def guarantee(assure_code: str) -> Answer:
        with later.books.write() as conn:
            used = guarantees.used(conn, assure_code)
        return jsonify(assure_code=assure_code, used_fen=int(used * 100)), 200

    _display_routes(pages, later.display)
    return pages


def _display_routes(pages: Blueprint, display: Display) -> None:
    @pages.post("/display-applications")
    def apply() -> Answer:
        return jsonify(display.apply(Form.of_request())), 201

    @pages.get("/display-applications/<number>")
    def view(number: str) -> Answer:
        return jsonify(display.view(number)), 200

    @pages.post("/display-documents")
    def discharge() -> Answer:
        return jsonify(display.discharge(Form.of_request())), 201

    @pages.post("/display-documents/<number>/payments")
    def pay(number: str) -> Answer:
        amount = Form.of_request().whole("amount_fen", low=0)
        return jsonify(display.pay(number, amount)), 200
