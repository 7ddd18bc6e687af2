"""Decide what goods that came back do to the books: what gate and signature posted is undone.

The money is ``refund_order``'s, the tax that of the bill which customs makes void.
"""

from sqlalchemy import Connection

from settlement.ledger.post import post, posted_as
from settlement.ledger.postings import GOODS_GONE, Books, goods_returned


def post_goods_back(conn: Connection, books: Books, *, order_id: int, return_id: int) -> bool:
    """Return whether anything was posted, in the caller's transaction, which has the order's lock.

    Revenue, commission and what a supplier was to get become an advance again, cost of sales
    and goods in transit become stock; what was not posted yet must not be posted after.
    Source: rules.md section 8: it mirrors what was posted.
    """
    gone = posted_as(conn, order_id, GOODS_GONE)
    posting = goods_returned(books, order_id=order_id, return_id=return_id, gone=gone)
    return posting is not None and post(conn, posting)
