"""Decide how an answer moves one of the three documents that go before the list.

Each has a row (order, payment, waybill); who asked for the answer is left to the verbs.
"""

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, and_, bindparam, func, select

from bonded_display.customs import facts
from bonded_display.customs.errors import NotResendable
from bonded_display.customs.heard import history
from bonded_display.customs.heard.answers import Answer, Course, Standing, Verdict, course, judge
from bonded_display.customs.states import (
    ACCEPTED,
    CANCELLED,
    DOCUMENT,
    DRAFT,
    REFUSED,
    REJECTED,
    SENT_LOCAL,
    UNSENT_OR_REFUSED,
)
from bonded_display.customs.tables import declaration_list, document

KIND_OF = {"order": "CEB311", "payment": "CEB411", "waybill": "CEB511"}
KINDS = tuple(KIND_OF)

_OF_KIND = and_(
    document.c.order_id == bindparam("of_order"), document.c.kind == bindparam("of_kind")
)
_ROW = select(document).where(_OF_KIND)
_BEGIN = document.insert().returning(document)
_CHANGE = document.update().where(_OF_KIND)
_ACCEPTED = select(document.c.kind).where(
    document.c.order_id == bindparam("of_order"), document.c.state == ACCEPTED
)
_DRAFT_OF_ACCEPTED = (
    select(func.count())
    .select_from(document)
    .join(declaration_list, declaration_list.c.order_id == document.c.order_id)
    .where(document.c.order_id == bindparam("of_order"), document.c.state == ACCEPTED)
    .where(declaration_list.c.state == DRAFT)
)


@dataclass(frozen=True)
class Doc:
    """Names one document."""

    order_id: int
    kind: str


def find(conn: Connection, doc: Doc) -> Any | None:
    """Return the document's row, or None."""
    of = {"of_order": doc.order_id, "of_kind": doc.kind}
    return conn.execute(_ROW, of).one_or_none()


def refused(conn: Connection, doc: Doc) -> Any:
    """Return the row of a document that customs or the port refused; ``NotResendable``."""
    row = find(conn, doc)
    if row is None or row.state not in REFUSED:
        raise NotResendable(kind=KIND_OF[doc.kind], state=DRAFT if row is None else row.state)
    return row


def find_or_start(conn: Connection, doc: Doc) -> Any:
    """Return the document's row, begun as a draft when there is none.

    The caller holds the order's lock.
    """
    row = find(conn, doc)
    if row is None:
        begun = {"order_id": doc.order_id, "kind": doc.kind, "state": DRAFT, "seq": 0}
        row = conn.execute(_BEGIN, begun).one()
    return row


def mark_sent(conn: Connection, row: Any, *, order_no: str, guid: str) -> None:
    """Let the document stand as sent under a new guid."""
    state = DOCUMENT.check_move(row.state, SENT_LOCAL)
    _change(conn, row, state=state, guid=guid, order_no=order_no)


def mark_withdrawn(conn: Connection, row: Any, *, guid: str | None) -> None:
    """Let the document stand as taken back, by the sending ``guid`` if customs had it."""
    _change(conn, row, state=DOCUMENT.check_move(row.state, CANCELLED), guid=guid)


def missing(conn: Connection, order_id: int) -> list[str]:
    """Return which of order, payment and waybill customs has not accepted."""
    accepted = set(conn.execute(_ACCEPTED, {"of_order": order_id}).scalars())
    return [kind for kind in KINDS if kind not in accepted]


def are_waited_for(conn: Connection, order_id: int) -> bool:
    """Return whether all three are accepted and the order's list was not sent yet."""
    accepted: int = conn.execute(_DRAFT_OF_ACCEPTED, {"of_order": order_id}).scalar_one()
    return accepted == len(KINDS)


def answer(conn: Connection, row: Any, heard: Answer) -> Verdict:
    """Let ``heard`` move the document if it may, with its fact; return what was made of it.

    We do not see another company send, or send again after a refusal: its document always
    stands as sent, and customs' acceptance of it is final whenever it is learnt.
    """
    if row.state == CANCELLED:
        if _deletion_refused(row, heard):
            facts.document_set_aside(conn, row, heard, note="deletion_refused")
            _change(conn, row, seq=row.seq + 1)
        return judge(Standing(CANCELLED, None, None, row.guid, DOCUMENT), heard)
    led = _led(conn, row, heard)
    force, news = led.in_force, led.news(row)
    if led.verdict.note == "present":
        facts.document_set_aside(conn, row, heard, note="present")
        _change(conn, row, seq=row.seq + 1)
    if force is None or not news:
        return led.verdict
    moved = led.state != row.state
    _change(conn, row, seq=row.seq + moved, **news)
    if moved:
        told = replace(force, heard_at=heard.heard_at)
        facts.document_answered(conn, row, told, led.state, seq=row.seq + 1)
    return led.verdict


def _deletion_refused(row: Any, heard: Answer) -> bool:
    """Say whether customs keeps a document that it had accepted and we took back: somebody looks."""
    if row.return_status is None or DOCUMENT.of_status.get(row.return_status) != ACCEPTED:
        return False
    refused = heard.status < 0 or DOCUMENT.of_status.get(heard.status) == REJECTED
    return refused and heard.at >= row.return_at


def _led(conn: Connection, row: Any, heard: Answer) -> Course:
    """Return where all answers lead; of another company's document only the last is known."""
    if row.kind == "order":
        begun, told = history.of_order(conn, row.order_id, guid=row.guid, machine=DOCUMENT)
        return course(begun, told, heard)
    elsewhere = row.state in UNSENT_OR_REFUSED
    final = elsewhere and DOCUMENT.of_status.get(heard.status) == ACCEPTED
    standing = Standing(
        SENT_LOCAL if elsewhere else row.state,
        None if final else row.return_at,
        None if final else row.return_rank,
        row.guid,
        DOCUMENT,
    )
    return course(standing, (), heard)


def _change(conn: Connection, row: Any, **values: object) -> None:
    conn.execute(_CHANGE, {"of_order": row.order_id, "of_kind": row.kind, **values})
