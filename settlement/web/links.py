"""Decide where a document named in the books leads: a sale, a payment, a posting, or nowhere.

What stands on those pages is ``finance_pages``'.
"""

from typing import Any

from flask import url_for

from settlement.books.asks import BIGGEST_ID
from settlement.web.ports import DocumentLink

_PAGES = {
    "customs_order": ("finance.sale", "order_id"),
    "payment": ("finance.payment", "payment_id"),
    "posting": ("finance.posting", "posting_id"),
}
KNOWN = frozenset(
    {*_PAGES, "second_payment", "tax_bill", "guarantee", "limit_year", "till_sale", "till_shift"}
)
"""Kinds of document that have words: ``finance.document.<kind>``."""


def document_link(document: str) -> DocumentLink:
    """Return a document's kind, number and page; ``document`` is e.g. ``payment:4711``."""
    kind, _, number = document.partition(":")
    if kind in _PAGES and number.isascii() and number.isdigit() and int(number) <= BIGGEST_ID:
        endpoint, name = _PAGES[kind]
        values: dict[str, Any] = {name: int(number)}
        return DocumentLink(kind, number, url_for(endpoint, **values))
    return DocumentLink(kind if kind in KNOWN else "other", number or document, None)
