"""Withdraw an order document (CEB311 with ``appType`` 3) of an order that is not declared.

Payment and waybill documents are other companies': only they may take those back.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bonded_display.customs import desk, documents, sendings
from bonded_display.customs.documents import Doc
from bonded_display.customs.handed import Party
from bonded_display.customs.messages import business
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sendings import Sending, Submitted
from bonded_display.customs.sign.xmldsig import signed
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
    current, guid = desk.current(), business.new_guid()
    root = read_xml(sendings.signed_bytes(conn, row.guid))
    (accepted,) = business.read(CEB311, root)
    transmitter = Party(_text(root, "copCode"), _text(root, "copName"))
    signer = desk.signer_of(current, transmitter.code, at)
    head = {"guid": guid, "appType": DELETE, "appTime": clock.china_text(at)}
    unsigned = business.build(
        CEB311,
        replace(accepted, head={**accepted.head, **head}),
        transfer=transfer_of(transmitter, current.dxp_id),
        rules=list,
    )
    raw = signed(unsigned, signer, current.methods, at=at)
    return sendings.store(conn, Sending("CEB311", row.order_id, None, guid, raw), at)


def _text(root: Any, name: str) -> str:
    return str(root.findtext(f".//{{*}}{name}"))
