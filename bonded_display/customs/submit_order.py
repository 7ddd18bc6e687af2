"""Submit a customs order's document CEB311: built, checked, signed and stored, then sent.

Which order is due, and its values, are the shop's handover; what customs answers is
``record_receipt``'s.
"""

from sqlalchemy import Connection

from bonded_display.customs import documents, sendings
from bonded_display.customs.documents import Doc
from bonded_display.customs.errors import NotResendable
from bonded_display.customs.handed import OrderDocument
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.fill_311 import order_message
from bonded_display.customs.sendings import Sending, Submitted
from bonded_display.customs.signing import signed_message
from bonded_display.customs.states import DRAFT, REFUSED
from kernel import clock, db, locks
from kernel.clock import Instant


def submit_order(order: OrderDocument) -> Submitted:
    """Send the order's document once; asked again, the first sending stands.

    Raises ``MessageFaulty`` or ``SigningKeyUnfit`` (nothing was stored), ``MailboxUnavailable``
    (stored; ``send_unsent`` sends it later).
    """
    return _submit(order, first=frozenset({DRAFT}))


def correct_order(order: OrderDocument) -> Submitted:
    """Send a refused order's document again, corrected, under a new guid.

    Raises ``NotResendable`` unless customs or the port refused it; else as ``submit_order``.
    """
    return _submit(order, first=REFUSED)


def _submit(order: OrderDocument, *, first: frozenset[str]) -> Submitted:
    at = clock.now()
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, order.order_id)
        row = documents.find_or_start(conn, Doc(order.order_id, "order"))
        if row.state in first:
            submitted = _store(conn, order, at)
            documents.mark_sent(conn, row, order_no=order.order_no, guid=submitted.guid)
        elif DRAFT in first:
            submitted = sendings.stored(conn, row.guid)
        else:
            raise NotResendable(kind="CEB311", state=row.state)
    sendings.send(submitted.message_id)
    return submitted


def _store(conn: Connection, order: OrderDocument, at: Instant) -> Submitted:
    guid = business.new_guid()
    document = order_message(order, guid=guid, at=at)
    raw = signed_message(
        CEB311,
        document,
        order.parties.transmitter,
        rules=lambda: rules_1210.order_faults(document),
        at=at,
    )
    return sendings.store(conn, Sending("CEB311", order.order_id, None, guid, raw), at)
