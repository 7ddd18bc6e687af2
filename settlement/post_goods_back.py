"""Decide what goods that came back do to the books: what gate and signature posted is undone.

The money is ``refund_order``'s, the tax that of the bill which customs makes void.
"""

from sqlalchemy import Connection

from settlement.ledger.errors import SaleNotPosted
from settlement.ledger.post import post, posted_as
from settlement.ledger.postings import (
    GOODS_GONE,
    Books,
    Sale,
    goods_returned,
    goods_returned_in_part,
    tax_returned,
)
from settlement.tax.return_part import Part


def post_goods_back(conn: Connection, books: Books, *, order_id: int, return_id: int) -> bool:
    """Return whether anything was posted, in the caller's transaction, which has the order's lock.

    Revenue, commission and what a supplier was to get become an advance again, cost of sales
    and goods in transit become stock; what was not posted yet must not be posted after.
    Source: rules.md section 8: it mirrors what was posted.
    """
    gone = posted_as(conn, order_id, GOODS_GONE)
    posting = goods_returned(books, order_id=order_id, return_id=return_id, gone=gone)
    return posting is not None and post(conn, posting)


def post_part_back(conn: Connection, books: Books, sale: Sale, *, return_id: int) -> None:
    """Post a part that came back, in the caller's transaction, which has the order's lock.

    Raises ``SaleNotPosted`` before the signature is: its mirror would stand alone.
    """
    if not posted_as(conn, sale.order_id, {"signed_for"}):
        raise SaleNotPosted(order_id=sale.order_id)
    posting = goods_returned_in_part(books, sale, return_id=return_id)
    if posting is not None:
        post(conn, posting)


def post_tax_back(
    conn: Connection, books: Books, part: Part, *, order_id: int, return_id: int
) -> None:
    """Post what a part took off its tax bill."""
    posting = tax_returned(
        books,
        order_id=order_id,
        return_id=return_id,
        quoted_fen=part.quoted_fen,
        billed_fen=part.billed_fen,
    )
    if posting is not None:
        post(conn, posting)
