"""Record what customs answered to the payment company's or the courier's document.

We learn it by asking those companies (411 and 511 are theirs); how to ask is left to
``settlement.payments`` and ``bonded_display.warehouse``.
"""

from bonded_display.customs import documents
from bonded_display.customs.documents import Doc
from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.heard.answers import Answer
from bonded_display.customs.messages.receipts import return_time
from bonded_display.customs.states import State
from kernel import clock, db, locks

KINDS = ("payment", "waybill")


def record_acceptance(
    order_id: int, kind: str, *, status: str, return_time_text: str, info: str = ""
) -> State:
    """Return the state of the order's ``payment`` or ``waybill`` document after this answer.

    ``status`` is customs' own (``120``, ``-401007``), ``return_time_text`` its 14 or 17 digits.
    Asked again with the same answer nothing changes.  Raises ``MailMalformed`` when the
    company's words are none, ``ValueError`` for another kind.
    """
    if kind not in KINDS:
        raise ValueError(f"{kind} documents are not learnt by asking")
    answer = Answer(
        status=_status(status),
        at=return_time(return_time_text),
        heard_at=clock.now(),
        info=info,
    )
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, order_id)
        row = documents.find_or_start(conn, Doc(order_id, kind))
        return documents.answer(conn, row, answer).state


def _status(text: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
        raise MailMalformed(reason="receipt_status", detail=text[:10])
    return int(text)
