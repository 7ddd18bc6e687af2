"""Decide which facts the customs desk tells the house, and what each carries.

``document.accepted`` ``document.rejected``  subject customs_order; order_id, kind, status, class
``document.set_aside``   customs has a first copy, or keeps what we took back
``list.submitted``   a list was signed and stored for sending
``list.accepted`` ``list.released``          list_id, order_id, invt_no, status, return_time
``list.rejected``    class terminal: undo the order; fixable, wait: a person corrects
``list.inspected`` ``list.detained`` ``list.returned_out``   customs wants the parcel itself
``list.cancelled``   it stands no more at customs: the order is undone, or (after_gate) came back
``list.set_aside``   an answer that changed nothing and needs a person: note says why
``withdrawal.asked`` ``withdrawal.granted`` ``withdrawal.refused``   623; subject list_withdrawal
``goods_return.granted`` ``goods_return.refused``    625; subject goods_return
``tax.billed``       customs' tax of one list by kind, fen, beside what we quoted
``tax.bill_changed`` the bill was summarised or is void (818)

Ids, codes and fen only: customs' own words stay sealed with the mail.
"""

from typing import Any

from sqlalchemy import Connection

from bonded_display.customs.heard.answers import Answer
from bonded_display.customs.messages.ceb816 import bill_of, change_of
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.receipt_classes import code_in
from bonded_display.customs.states import (
    ACCEPTED,
    DETAINED,
    ERROR,
    FORMAT_ERROR,
    INSPECTION,
    REJECTED,
    RELEASED,
    RETURNED_OUT,
    REVIEWED,
    State,
)
from kernel import outbox
from kernel.clock import Instant

_OUTCOME = {
    ACCEPTED: "accepted",
    RELEASED: "released",
    REJECTED: "rejected",
    ERROR: "rejected",
    FORMAT_ERROR: "rejected",
}
_LIST_OUTCOME = {
    "MANUAL_REVIEW": "accepted",  # 120 may be missing
    REVIEWED: "accepted",
    INSPECTION: "inspected",
    DETAINED: "detained",
    RETURNED_OUT: "returned_out",
}


def document_answered(conn: Connection, row: Any, heard: Answer, state: State, *, seq: int) -> None:
    """Tell that one of the three documents was accepted or refused; other steps are no fact."""
    outcome = _OUTCOME.get(state)
    if outcome is None:
        return
    outbox.record(
        conn,
        f"document.{outcome}",
        subject=f"customs_order:{row.order_id}",
        subject_seq=seq,
        payload={"order_id": str(row.order_id), "kind": row.kind, **_answer(heard)},
        at=heard.heard_at,
    )


def document_set_aside(conn: Connection, row: Any, heard: Answer, *, note: str) -> None:
    """Tell that an answer about a document needs a person.

    ``present``: customs has a first copy whose answer we do not know; ``deletion_refused``: it
    keeps what we took back.
    """
    outbox.record(
        conn,
        "document.set_aside",
        subject=f"customs_order:{row.order_id}",
        subject_seq=row.seq + 1,
        payload={
            "order_id": str(row.order_id),
            "kind": row.kind,
            "note": note,
            **_answer(heard),
        },
        at=heard.heard_at,
    )


def list_submitted(conn: Connection, row: Any, *, guid: str, at: Instant) -> None:
    """Tell that the list was signed and stored, to be sent next."""
    _of_list(conn, "list.submitted", row, at=at, more={"guid": guid})


def list_answered(conn: Connection, row: Any, heard: Answer, state: State) -> None:
    """Tell where the list stands now, when the house acts on it; other steps are no fact."""
    outcome = _OUTCOME.get(state) or _LIST_OUTCOME.get(state)
    if outcome is not None:
        _of_list(conn, f"list.{outcome}", row, at=heard.heard_at, more=_answer(heard))


def list_cancelled(
    conn: Connection, row: Any, *, reason: str, after_gate: bool, at: Instant
) -> None:
    """Tell that the list was withdrawn, never came to stand, or that all its goods came back."""
    more = {"reason": reason, "state": row.state, "after_gate": after_gate}
    _of_list(conn, "list.cancelled", row, at=at, more=more)


def withdrawal_asked(conn: Connection, name: str, request: Any, *, at: Instant) -> None:
    """Tell that the list is to be taken back: what was picked for it must not leave."""
    outbox.record(
        conn,
        "withdrawal.asked",
        subject=f"{name}:{request['id']}",
        subject_seq=0,
        payload={
            "request_id": str(request["id"]),
            "list_id": str(request["list_id"]),
            "order_id": str(request["order_id"]),
        },
        at=at,
    )


def left_zone(row: Any) -> bool:
    """Return whether a paper is about goods that had left the zone, as only a return can be."""
    return bool(row._mapping.get("before_gate") == 0)


def request_answered(conn: Connection, name: str, row: Any, heard: Answer, state: State) -> None:
    """Tell that a withdrawal or goods return (``name``) was granted or refused."""
    outcome = "granted" if state == REVIEWED else "refused"
    if state not in (REVIEWED, REJECTED, ERROR, FORMAT_ERROR):
        return
    outbox.record(
        conn,
        f"{name.removeprefix('list_')}.{outcome}",
        subject=f"{name}:{row.id}",
        subject_seq=row.seq + 1,
        payload={
            "request_id": str(row.id),
            "list_id": str(row.list_id),
            "order_id": str(row.order_id),
            "before_gate": not left_zone(row),
            **_answer(heard),
        },
        at=heard.heard_at,
    )


def tax_bill_changed(
    conn: Connection, row: Any, receipt: Receipt, *, state: State, at: Instant
) -> None:
    """Tell that a bill of the list was summarised or is void."""
    change = change_of(receipt)
    more = {
        "invt_no": change.invt_no,
        "tax_no": change.tax_no,
        "duty_no": change.duty_no,
        "state": state,
        "return_at": receipt.at,
    }
    _of_list(conn, "tax.bill_changed", row, at=at, more=more)


def list_set_aside(conn: Connection, row: Any, heard: Answer, *, note: str) -> None:
    """Tell that an answer changed nothing although somebody should look at it."""
    more = {"note": note, "state": row.state, **_answer(heard)}
    _of_list(conn, "list.set_aside", row, at=heard.heard_at, more=more)


def tax_billed(
    conn: Connection, row: Any, receipt: Receipt, *, receipt_id: int, at: Instant
) -> None:
    """Tell customs' tax on the list, beside what the shopper was quoted."""
    bill = bill_of(receipt)
    more = {
        "receipt_id": str(receipt_id),
        "invt_no": bill.invt_no,
        "tax_no": bill.tax_no,
        "status": bill.status,
        "customs_fen": bill.customs_fen,
        "vat_fen": bill.vat_fen,
        "consumption_fen": bill.consumption_fen,
        "quoted_fen": row.quoted_tax_fen,
        "assure_code": bill.assure_code or row.assure_code,
        "return_time": receipt.time_text,
        "return_at": receipt.at,
        "lines": [
            {
                "gnum": line.gnum,
                "hs_code": line.hs_code,
                "value_fen": line.value_fen,
                "customs_fen": line.customs_fen,
                "vat_fen": line.vat_fen,
                "consumption_fen": line.consumption_fen,
            }
            for line in bill.lines
        ],
    }
    _of_list(conn, "tax.billed", row, at=at, more=more)


def _of_list(conn: Connection, name: str, row: Any, *, at: Instant, more: dict[str, Any]) -> None:
    """Record a fact under the list's next number; the caller writes that number to the row."""
    outbox.record(
        conn,
        name,
        subject=f"declaration_list:{row.id}",
        subject_seq=row.seq + 1,
        payload={
            "list_id": str(row.id),
            "order_id": str(row.order_id),
            "order_no": row.order_no,
            "cop_no": row.cop_no,
            "invt_no": row.invt_no,
            **more,
        },
        at=at,
    )


def _answer(heard: Answer) -> dict[str, Any]:
    return {
        "status": heard.status,
        "return_at": heard.at,
        "class": str(heard.kind),
        "code": code_in(heard.info),
    }
