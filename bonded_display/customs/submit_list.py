"""Submit a declaration list CEB621: only after the three acceptances, under a held guarantee.

The held tax, the new state, the fact and the signed message are one commit; sending follows it.
A key file signs inside the transaction; a device is asked after it, before the message is sent
(``sendings``).  What customs answers is ``record_receipt``'s.
"""

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from bonded_display.customs import documents, facts, lists, sendings
from bonded_display.customs.documents import Doc
from bonded_display.customs.errors import (
    NotResendable,
    ThreeDocumentsFirst,
    WaybillMissing,
)
from bonded_display.customs.handed import Consignee, Parties, Person
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.ceb621 import CEB621
from bonded_display.customs.messages.fill_621 import list_message
from bonded_display.customs.messages.table import Document, Fault
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sendings import Sending, Submitted
from bonded_display.customs.signing import signed_message
from bonded_display.customs.states import (
    DRAFT,
    ERROR,
    FORMAT_ERROR,
    REJECTED,
    SENT_LOCAL,
    check_move,
)
from kernel import clock, db, locks
from kernel.clock import Instant

Buyer = tuple[Person, Consignee]

APP_TYPE = {DRAFT: "1", FORMAT_ERROR: "1", REJECTED: "2", ERROR: "2"}
"""New, or a change of what customs itself refused (K, 2026-11: confirm with the broker)."""


def submit_list(list_id: int, person: Person, consignee: Consignee) -> Submitted:
    """Send the list once; asked again, the first sending stands.

    Raises ``ThreeDocumentsFirst`` or ``WaybillMissing`` (ask again later),
    ``GuaranteeExhausted`` (the list waits, nothing is lost), ``MessageFaulty`` or
    ``SigningKeyUnfit``: nothing was stored then.  ``MailboxUnavailable``: stored, and
    ``send_unsent`` sends it later.
    """
    at = clock.now()
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, lists.order_of(conn, list_id))
        row = lists.row_of(conn, list_id)
        if row.state == DRAFT:
            submitted = store(conn, row, (person, consignee), at)
        elif row.latest_guid is not None:
            submitted = sendings.stored(conn, row.latest_guid)
        else:
            raise NotResendable(kind="CEB621", state=row.state)
    sendings.send(submitted.message_id)
    return submitted


def store(conn: Connection, row: Any, buyer: Buyer, at: Instant) -> Submitted:
    """Hold the tax, sign and keep the list as its row stands, in the caller's transaction.

    Raises as ``submit_list``.  The caller has the order's lock and judged the list's state.
    """
    missing = documents.missing(conn, row.order_id)
    if missing:
        raise ThreeDocumentsFirst(list_id=row.id, missing=missing)
    if row.waybill_no is None:
        raise WaybillMissing(list_id=row.id)
    held = lists.hold_guarantee(conn, row, at)
    guid = business.new_guid()
    lists.change(
        conn,
        row.id,
        state=check_move(row.state, SENT_LOCAL),
        seq=row.seq + 1,
        latest_guid=guid,
        assure_code=held.assure_code,
    )
    standing = lists.row_of(conn, row.id)
    document = list_message(standing, lists.lines_of(conn, row.id), buyer, guid=guid, at=at)
    document = replace(document, head={**document.head, "appType": APP_TYPE[row.state]})
    raw = _signed(conn, standing, document, at)
    submitted = sendings.store(conn, Sending("CEB621", row.order_id, row.id, guid, raw), at)
    facts.list_submitted(conn, row, guid=guid, at=at)
    return submitted


def _signed(conn: Connection, row: Any, document: Document, at: Instant) -> bytes:
    order = _accepted_order(conn, row.order_id)
    return signed_message(
        CEB621,
        document,
        Parties.from_text(row.parties).transmitter,
        rules=lambda: _faults(order, document),
        at=at,
    )


def _faults(order: Document, declaration_list: Document) -> list[Fault]:
    pair = rules_1210.pair_faults(order, declaration_list)
    return rules_1210.list_faults(declaration_list) + pair


def _accepted_order(conn: Connection, order_id: int) -> Document:
    """Return the texts of the order document that customs accepted."""
    row = documents.find(conn, Doc(order_id, "order"))
    assert row is not None, "an accepted order document has a row"
    raw = sendings.signed_bytes(conn, row.guid)
    (order,) = business.read(CEB311, read_xml(raw))
    return order
