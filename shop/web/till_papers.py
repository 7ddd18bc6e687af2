"""Decide what finance sees of a till's sale: its slip in words, and how its documents are numbered.

What was posted of it stands on the pages of the books, which this one leads to.
"""

from collections.abc import Iterable

from flask import render_template, url_for

from kernel import db
from pos.server.papers import number_sales, number_shifts, sale_paper
from settlement.books.ledger import posting_of
from settlement.books.numbers import ids_of
from settlement.web.ports import DocumentLink


def number_documents(documents: Iterable[str]) -> dict[str, DocumentLink]:
    """Return number and page of tills' sales, and the number of shifts; at most two statements."""
    named = list(documents)
    sales, shifts = ids_of("till_sale", named), ids_of("till_shift", named)
    with db.read() as conn:
        numbered = number_sales(conn, sales) if sales else {}
        shift_numbers = number_shifts(conn, shifts) if shifts else {}
    found = {
        f"till_sale:{one}": DocumentLink(
            "till_sale", number, url_for("controls.till_sale", sale_id=one)
        )
        for one, number in numbered.items()
    }
    for one, number in shift_numbers.items():
        found[f"till_shift:{one}"] = DocumentLink("till_shift", number, None)
    return found


def till_sale_page(*, sale_id: int) -> str:
    """Show one sale of a till as its slip says it, and where it stands in the books."""
    with db.read() as conn:
        paper = sale_paper(conn, sale_id)
        posting_id = posting_of(conn, f"till_sale:{sale_id}")
    return render_template("finance/till_sale.html", paper=paper, posting_id=posting_id)
