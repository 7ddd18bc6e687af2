"""Decide how a document named in the books is called and where it leads: to its page, or nowhere.

What stands on those pages is ``finance_pages``'; documents of other rooms are numbered above.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import url_for

from kernel import db
from settlement.books.asks import BIGGEST_ID
from settlement.books.numbers import order_numbers
from settlement.web.ports import DocumentLink, NumberDocuments

_PAGES = {
    "customs_order": ("finance.sale", "order_id"),
    "payment": ("finance.payment", "payment_id"),
    "posting": ("finance.posting", "posting_id"),
}
KNOWN = frozenset(
    {*_PAGES, "second_payment", "tax_bill", "guarantee", "limit_year", "till_sale", "till_shift"}
)
"""Kinds of document that have words: ``finance.document.<kind>``."""


def document_link(document: str, numbers: dict[str, str] | None = None) -> DocumentLink:
    """Return a document's kind, number and page; ``document`` is e.g. ``payment:4711``.

    ``numbers`` are those that people know, by document; else it is called by its id.
    """
    kind, _, given = document.partition(":")
    number = (numbers or {}).get(document, given)
    if kind in _PAGES and given.isascii() and given.isdigit() and int(given) <= BIGGEST_ID:
        endpoint, name = _PAGES[kind]
        values: dict[str, Any] = {name: int(given)}
        return DocumentLink(kind, number, url_for(endpoint, **values))
    return DocumentLink(kind if kind in KNOWN else "other", number or document, None)


def links_of(
    documents: Iterable[str], number_documents: NumberDocuments
) -> Callable[[str], DocumentLink]:
    """Return how each of a page's documents is called and linked; a few statements for all."""
    named = sorted(set(documents))
    theirs = number_documents(named)
    with db.read() as conn:
        ours = order_numbers(conn, named)
    return lambda document: theirs.get(document) or document_link(document, ours)
