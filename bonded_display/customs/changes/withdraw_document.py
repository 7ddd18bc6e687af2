"""Withdraw an order document (CEB311 with ``appType`` 3) of an order that is not declared.

Payment and waybill documents are other companies': only they may take those back.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bonded_display.customs import documents, sendings
from bonded_display.customs.documents import Doc
from bonded_display.customs.handed import Party
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sendings import Sending, Submitted
from bonded_display.customs.signing import signed_message
from bonded_display.customs.states import ACCEPTED, CANCELLED, UNSENT_OR_REFUSED
from kernel import clock, db, locks
from kernel.clock import Instant

DELETE = "3"


def withdraw_order_document(order_id: int) -> bool:
    """Return whether the order's document is withdrawn; False while customs has not answered it.

    One that customs never accepted is only marked, so that nobody sends it again.  Asked again,
    nothing more is sent.  Raises ``SigningKeyUnfit``.
    """
    at = clock.now()
    submitted = None
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, order_id)
        row = documents.find(conn, Doc(order_id, "order"))
        if row is None or row.state == CANCELLED:
            return True
        if row.state not in UNSENT_OR_REFUSED and row.state != ACCEPTED:
            return False
        if row.state == ACCEPTED:
            submitted = _store(conn, row, at)
        documents.mark_withdrawn(conn, row, guid=submitted.guid if submitted else row.guid)
    if submitted is not None:
        sendings.send(submitted.message_id)
    return True


def _store(conn: Connection, row: Any, at: Instant) -> Submitted:
    guid = business.new_guid()
    root = read_xml(sendings.signed_bytes(conn, row.guid))
    (accepted,) = business.read(CEB311, root)
    head = {"guid": guid, "appType": DELETE, "appTime": clock.china_text(at)}
    deletion = replace(accepted, head={**accepted.head, **head})
    raw = signed_message(
        CEB311,
        deletion,
        Party(_text(root, "copCode"), _text(root, "copName")),
        rules=lambda: rules_1210.order_faults(deletion),
        at=at,
    )
    return sendings.store(conn, Sending("CEB311", row.order_id, None, guid, raw), at)


def _text(root: Any, name: str) -> str:
    return str(root.findtext(f".//{{*}}{name}"))
