"""Decide how an answer moves one of the three documents that go before the list.

Each has a row (order, payment, waybill); who asked for the answer is left to the verbs.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from bonded_display.customs import facts
from bonded_display.customs.answers import Answer, Standing, Verdict, judge
from bonded_display.customs.states import ACCEPTED, DRAFT, SENT_LOCAL, UNSENT_OR_REFUSED, check_move
from bonded_display.customs.tables import document

KINDS = ("order", "payment", "waybill")


@dataclass(frozen=True)
class Doc:
    """Names one document."""

    order_id: int
    kind: str


def find(conn: Connection, doc: Doc) -> Any | None:
    """Return the document's row, or None."""
    return conn.execute(_query(doc)).one_or_none()


def find_or_start(conn: Connection, doc: Doc) -> Any:
    """Return the document's row, begun as a draft when there is none.

    The caller holds the order's lock.
    """
    row = find(conn, doc)
    if row is None:
        conn.execute(
            document.insert().values(order_id=doc.order_id, kind=doc.kind, state=DRAFT, seq=0)
        )
        row = conn.execute(_query(doc)).one()
    return row


def mark_sent(conn: Connection, row: Any, *, order_no: str, guid: str) -> None:
    """Let the document stand as sent under a new guid."""
    conn.execute(
        document.update()
        .where(document.c.order_id == row.order_id, document.c.kind == row.kind)
        .values(
            state=check_move(row.state, SENT_LOCAL),
            guid=guid,
            order_no=order_no,
        )
    )


def missing(conn: Connection, order_id: int) -> list[str]:
    """Return which of order, payment and waybill customs has not accepted."""
    rows = conn.execute(
        select(document.c.kind).where(document.c.order_id == order_id, document.c.state == ACCEPTED)
    ).scalars()
    accepted = set(rows)
    return [kind for kind in KINDS if kind not in accepted]


def answer(conn: Connection, row: Any, heard: Answer) -> Verdict:
    """Let ``heard`` move the document if it may, with its fact; return what was made of it.

    We do not see another company send, or send again after a refusal: its document always
    stands as sent.
    """
    elsewhere = row.kind != "order" and row.state in UNSENT_OR_REFUSED
    state = SENT_LOCAL if elsewhere else row.state
    verdict = judge(Standing(state, row.return_at, row.return_rank, row.guid), heard)
    if not verdict.taken:
        return verdict
    seq = row.seq + 1 if verdict.state != row.state else row.seq
    conn.execute(
        document.update()
        .where(document.c.order_id == row.order_id, document.c.kind == row.kind)
        .values(
            state=verdict.state,
            seq=seq,
            return_status=heard.status,
            return_at=heard.at,
            return_rank=verdict.rank,
        )
    )
    if verdict.state != row.state:
        facts.document_answered(conn, row, heard, verdict, seq=seq)
    return verdict


def _query(doc: Doc) -> Any:
    return select(document).where(document.c.order_id == doc.order_id, document.c.kind == doc.kind)
