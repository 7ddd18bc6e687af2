"""Decide when a document for which no guarantee has room asks again; its place is kept meanwhile.

Whether it gets the room then is decided by ``settlement.tax.guarantees``.
"""

from kernel import clock, db
from kernel.logs import log
from settlement.tax.cover import queue
from settlement.tax.errors import GuaranteeExhausted

ASK_AGAIN_S = 5
"""How soon the first in the queue asks again after a restore."""

A_ROUND = 100
"""So many may ask together; those behind them ask as many rounds less often."""


def wait_for_guarantee(refused: GuaranteeExhausted) -> int:
    """Return after how many seconds the document named by ``refused`` is to ask again.

    It keeps the place of its first time: older ones go before it, and nothing is lost however
    long it takes.  An amount that no guarantee in force could hold is told in the log.
    Source: rules.md section 5.
    """
    document, at = refused.document, clock.now()
    purpose, amount_fen = refused.purpose, refused.amount_fen
    with db.write() as conn:
        ahead = queue.join(conn, document, purpose=purpose, amount_fen=amount_fen, at=at)
        if not queue.fits_ever(conn, purpose=purpose, amount_fen=amount_fen, at=at):
            log.error("no_guarantee_so_large", document=document, amount_fen=amount_fen)
    return min(ASK_AGAIN_S * (1 + ahead // A_ROUND), queue.FORGOTTEN // clock.SECOND // 2)
