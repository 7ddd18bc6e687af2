"""Decide finance's pages of the books: accounts, entries, a posting, a sale, payments.

What is read is ``settlement.books``'; the control totals over all rooms are the shop's page.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as AnyResponse

from kernel import db, i18n, web
from kernel.errors import Malformed
from settlement.books import asks, ledger, payments
from settlement.books.asks import PAGE, PAPER, Period
from settlement.books.ledger import EntryAsk, EntryRow, PostingView
from settlement.books.sale import sale_view
from settlement.web.links import document_link, links_of
from settlement.web.ports import (
    DocumentLink,
    FindDocument,
    FindOrder,
    NumberDocuments,
    RequireRole,
)
from settlement.web.sheet import entries_sheet

PREFIX = "/finance"
ROLE = "finance"
KINDS = (
    *("captured", "owed", "tax_billed", "tax_voided", "gate_passed", "signed_for"),
    *("goods_returned", "tax_returned", "part_refunded", "refunded", "goods_lost"),
    *("till_sale", "till_refund", "shift_closed"),
)
"""Kinds of posting that have words: ``finance.kind.<kind>``."""


class _Pages:
    """The views; the rooms above know printed numbers of orders and slips, both ways."""

    def __init__(
        self, find_order: FindOrder, find_document: FindDocument, number: NumberDocuments
    ) -> None:
        self._find_order, self._find_document = find_order, find_document
        self._number = number

    def accounts(self) -> Response:
        """Show every account with its balance over a period."""
        period, problem = _period()
        with db.read() as conn:
            found = ledger.balances(conn, period)
        return _page("accounts", problem, balances=found, period=period)

    def account(self, code: str) -> Response:
        """Show an account: its balance over a period and its entries, the newest first."""
        period, problem = _period()
        paper = request.args.get("view") == "paper"
        most = PAPER if paper else PAGE
        ask = self._entries_asked(code, period)
        with db.read() as conn:
            (balance,) = ledger.balances(conn, period, code=code)
            rows = ledger.entries_of_account(conn, ask, most=most + 1) if ask else []
        return _page(
            "account",
            problem,
            balance=balance,
            period=period,
            rows=rows[:most],
            link=self._links(rows),
            more=len(rows) > most,
            unknown=ask is None,
            paper=paper,
        )

    def account_sheet(self, code: str) -> Response:
        """Return the entries that the page's period and order choose, as CSV."""
        period = asks.read_period(request.args.get("from", ""), request.args.get("to", ""))
        ask = self._entries_asked(code, period)
        with db.read() as conn:
            ledger.balances(conn, period, code=code)
            rows = ledger.entries_of_account(conn, ask, most=asks.SHEET + 1) if ask else []
        return entries_sheet(rows, name=f"ledger-{code}", lang=web.lang(), link=self._links(rows))

    def _entries_asked(self, code: str, period: Period) -> EntryAsk | None:
        """Return what the request asks of an account; None when it names an unknown order."""
        number = request.args.get("order", "").strip()
        order_id = self._find_order(number) if number else None
        if number and order_id is None:
            return None
        before = asks.read_place(request.args.get("before", ""))
        return EntryAsk(code, period, order_id, before)

    def posting(self, posting_id: int) -> Response:
        """Show one posting with both its sides."""
        with db.read() as conn:
            view = ledger.posting_view(conn, posting_id)
        return _page("posting", view=view, link=self._links([view]))

    def sale(self, order_id: int) -> Response:
        """Show every entry of one sale and where its money stands now."""
        with db.read() as conn:
            view = sale_view(conn, order_id)
        return _page("sale", view=view, link=self._links(view.entries))

    def sale_sheet(self, order_id: int) -> Response:
        """Return one sale's entries as CSV."""
        with db.read() as conn:
            view = sale_view(conn, order_id)
        name, link = f"sale-{view.order_no}", self._links(view.entries)
        return entries_sheet(view.entries, name=name, lang=web.lang(), link=link)

    def _links(self, rows: Sequence[EntryRow | PostingView]) -> Callable[[str], DocumentLink]:
        return links_of([row.document for row in rows], self._number)

    def find(self) -> AnyResponse:
        """Lead from a number a person has in hand to its page: order's, provider's or slip's."""
        given = request.args.get("q", "").strip()
        order_id = self._find_order(given) if given else None
        if order_id is not None:
            return redirect(url_for("finance.sale", order_id=order_id), 303)
        document = self._find_document(given) if given else None
        with db.read() as conn:
            paid = payments.list_payments(conn, only=(0, given), most=1) if given else []
            posting_id = ledger.posting_of(conn, document) if document else None
        if paid:
            return redirect(url_for("finance.payment", payment_id=paid[0].id), 303)
        if posting_id is not None:
            return redirect(url_for("finance.posting", posting_id=posting_id), 303)
        answer = _page("find", given=given)
        answer.status_code = 404 if given else 200
        return answer

    def payments(self) -> Response:
        """Show payments by state, the newest first, or the one a number names."""
        state = request.args.get("state", "")
        given = request.args.get("q", "").strip()
        only = (self._find_order(given) or 0, given) if given else None
        with db.read() as conn:
            counts = payments.count_by_state(conn)
            rows = payments.list_payments(
                conn,
                state=state,
                only=only,
                before=asks.read_place(request.args.get("before", "")),
                most=PAGE + 1,
            )
        return _page(
            "payments",
            counts=counts,
            state=state,
            given=given,
            rows=rows[:PAGE],
            more=len(rows) > PAGE,
        )

    def payment(self, payment_id: int) -> Response:
        """Show one payment with its shares, declarations and refunds."""
        with db.read() as conn:
            view = payments.payment_view(conn, payment_id)
        return _page("payment", view=view)


def _period() -> tuple[Period, Malformed | None]:
    """Return the period asked for; a wrong one is told on the page, which then shows all."""
    try:
        return asks.read_period(request.args.get("from", ""), request.args.get("to", "")), None
    except asks.PeriodInvalid as problem:
        if not web.wants_page():
            raise
        return Period(), problem


def _page(name: str, problem: Malformed | None = None, **facts: Any) -> Response:
    words = None if problem is None else i18n.problem_words(problem, web.lang())
    body = render_template(f"finance/{name}.html", words=words, asked=request.args, **facts)
    return make_response(body, 200 if problem is None else web.STATUS[Malformed])


def make_finance(
    require_role: RequireRole,
    find_order: FindOrder,
    find_document: FindDocument,
    number_documents: NumberDocuments,
) -> Blueprint:
    """Return the pages of the books under ``/finance``, open to finance."""
    pages = _Pages(find_order, find_document, number_documents)
    views: dict[str, tuple[str, Callable[..., Any]]] = {
        "accounts": ("/ledger", pages.accounts),
        "account": ("/ledger/<code>", pages.account),
        "account_sheet": ("/ledger/<code>.csv", pages.account_sheet),
        "posting": ("/postings/<int:posting_id>", pages.posting),
        "sale": ("/sales/<int:order_id>", pages.sale),
        "sale_sheet": ("/sales/<int:order_id>.csv", pages.sale_sheet),
        "find": ("/find", pages.find),
        "payments": ("/payments", pages.payments),
        "payment": ("/payments/<int:payment_id>", pages.payment),
    }
    bp = Blueprint("finance", __name__, url_prefix=PREFIX)
    for name, (rule, view) in views.items():
        bp.add_url_rule(rule, name, require_role(ROLE)(view))
    bp.context_processor(lambda: {"link": document_link, "kinds": KINDS})
    return bp
