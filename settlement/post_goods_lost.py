"""Decide where the cost of goods belongs that customs took in the zone; they never reach the gate.

What was taken, and that the order's money goes back, is decided above.
"""

from collections.abc import Mapping

from kernel import db
from settlement.ledger.chart import GOODS_LOST, GOODS_SENT_BACK, SAMPLES_KEPT
from settlement.ledger.post import post
from settlement.ledger.postings import Books, goods_lost

LOST_TO: Mapping[str, str] = {
    "sampled": SAMPLES_KEPT,
    "seized": GOODS_LOST,
    "destroyed": GOODS_LOST,
    "sent_back": GOODS_SENT_BACK,
}
"""Account by the bay's result: ours to bear, or to be settled with the supplier (K, 2026-12)."""


def post_goods_lost(books: Books, result: str, *, document: str, cost_fen: int) -> bool:
    """Return whether the loss is new to the books; in one commit, and told again nothing changes.

    ``cost_fen`` is the landed cost of what was taken under ``document``; of goods of others it is
    nought, and nothing is posted.  Source: rules.md section 3.
    """
    posting = goods_lost(books, document=document, account=LOST_TO[result], cost_fen=cost_fen)
    if posting is None:
        return False
    with db.write() as conn:
        return post(conn, posting)
