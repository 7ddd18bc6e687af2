"""Decide how a withdrawal or a goods return is kept, sent and moved by its answers.

When one is asked for is the verbs' business.  A granted withdrawal cancels its list, and so
does the return of all its goods; what the house does then is left to the facts.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Table, func, select

from bonded_display.customs import facts, lists, sendings
from bonded_display.customs.changes.tables import (
    goods_return,
    goods_return_line,
    list_withdrawal,
)
from bonded_display.customs.handed import Parties
from bonded_display.customs.heard import history
from bonded_display.customs.heard.answers import Answer, Verdict, course
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.ceb621 import CEB621
from bonded_display.customs.messages.ceb623 import CEB623
from bonded_display.customs.messages.ceb625 import CEB625
from bonded_display.customs.messages.fill_623 import Against
from bonded_display.customs.messages.table import Document, Fault, Message
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sendings import Sending, Submitted
from bonded_display.customs.signing import signed_message
from bonded_display.customs.states import DRAFT, REQUEST, REVIEWED, SENT_LOCAL
from kernel import ids
from kernel.clock import Instant


@dataclass(frozen=True)
class Kind:
    """What tells withdrawals and goods returns apart."""

    table: Table
    message: Message
    receipt: str


WITHDRAWAL = Kind(list_withdrawal, CEB623, "CEB624")
GOODS_RETURN = Kind(goods_return, CEB625, "CEB626")
KINDS: Mapping[str, Kind] = {kind.table.name: kind for kind in (WITHDRAWAL, GOODS_RETURN)}

Fill = Callable[[Document, Against], Document]


def begun(listed: Any, reason: str, at: Instant) -> dict[str, Any]:
    """Return the values of a paper about the list ``listed`` that is not sent yet."""
    return {
        "id": ids.new(),
        "list_id": listed.id,
        "order_id": listed.order_id,
        "state": DRAFT,
        "seq": 0,
        "reason": reason,
        "asked_at": at,
    }


def row_of(conn: Connection, kind: Kind, paper_id: int) -> Any:
    """Return the paper's row, which is there."""
    return conn.execute(select(kind.table).where(kind.table.c.id == paper_id)).one()


def store(conn: Connection, kind: Kind, row: Any, fill: Fill, at: Instant) -> Submitted:
    """Build, sign and keep the paper, in the caller's transaction; it then stands as sent.

    ``fill`` writes it from the list as it was signed last.  Raises ``MessageFaulty`` or
    ``SigningKeyUnfit``: nothing was stored then.
    """
    listed = lists.row_of(conn, row.list_id)
    against = Against(str(row.id), listed.invt_no, row.reason, business.new_guid(), at)
    (declared,) = business.read(CEB621, read_xml(sendings.signed_bytes(conn, listed.latest_guid)))
    document = fill(declared, against)
    raw = signed_message(
        kind.message,
        document,
        Parties.from_text(listed.parties).transmitter,
        rules=lambda: _faults(kind.message.kind, declared, document),
        at=at,
    )
    sending = Sending(kind.message.kind, row.order_id, row.list_id, against.guid, raw)
    submitted = sendings.store(conn, sending, at)
    state = REQUEST.check_move(row.state, SENT_LOCAL)
    change(conn, kind, row.id, state=state, seq=row.seq + 1, guid=against.guid)
    return submitted


def _faults(kind: str, declared: Document, document: Document) -> list[Fault]:
    as_listed = rules_1210.faults_between(("CEB621", kind), declared, document)
    return rules_1210.document_faults(kind, document) + as_listed


def change(conn: Connection, kind: Kind, paper_id: int, **values: object) -> None:
    """Write ``values`` onto the one paper."""
    conn.execute(kind.table.update().where(kind.table.c.id == paper_id).values(**values))


def answer(conn: Connection, kind: Kind, paper_id: int, heard: Answer) -> Verdict:
    """Let the paper stand where all that was heard of it leads, with its fact.

    The caller holds the order's lock.
    """
    row = row_of(conn, kind, paper_id)
    begun, told = history.of_paper(conn, kind.receipt, str(row.id), guid=row.guid, machine=REQUEST)
    led = course(begun, told, heard)
    if led.verdict.note in lists.FOR_A_PERSON:
        lists.set_aside(conn, row.list_id, heard, note=led.verdict.note)
    force, news = led.in_force, led.news(row)
    if force is None or not news:
        return led.verdict
    moved = led.state != row.state
    change(conn, kind, row.id, seq=row.seq + moved, **news)
    if moved:
        known = replace(force, heard_at=heard.heard_at)
        facts.request_answered(conn, kind.table.name, row, known, led.state)
        if led.state == REVIEWED and (kind is WITHDRAWAL or all_came_back(conn, row.list_id)):
            _cancel_list(conn, row, known)
    return led.verdict


def all_came_back(conn: Connection, list_id: int) -> bool:
    """Say whether customs granted the return of every piece of the list, at once or in parts."""
    paper, line = goods_return.c, goods_return_line.c
    back = conn.execute(
        select(func.coalesce(func.sum(line.qty), 0))
        .join(goods_return, paper.id == line.return_id)
        .where(paper.list_id == list_id, paper.state == REVIEWED)
    ).scalar_one()
    declared = sum(int(line.qty) for line in lists.lines_of(conn, list_id))
    return int(back) == declared


def _cancel_list(conn: Connection, row: Any, heard: Answer) -> None:
    """Let the list that is undone end; one that customs meanwhile keeps needs a person."""
    listed = lists.row_of(conn, row.list_id)
    how = lists.Undone(row.reason, after_gate=facts.left_zone(row))
    if not lists.cancel(conn, listed, how, at=heard.heard_at):
        lists.set_aside(conn, row.list_id, heard, note="no_such_move")
