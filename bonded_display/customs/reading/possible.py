"""Decide which deeds a person is offered for one list: send again, amend, withdraw.  Pure of writing.

The verbs judge again under their locks; what is offered here and refused there changed meanwhile.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, literal, select, union_all

from bonded_display.customs.changes.tables import goods_return, list_withdrawal
from bonded_display.customs.changes.withdraw_list import AT_CUSTOMS, SENT
from bonded_display.customs.states import REFUSED, RELEASED, UNSENT_OR_REFUSED
from bonded_display.customs.tables import customs_message, document

PAPER_WAITS = frozenset(SENT)
"""Customs has not judged the paper: its very bytes may go again."""


@dataclass(frozen=True, kw_only=True)
class Possible:
    """What may be done: ids of sendings that may go again, and which forms open.

    ``paper`` is the withdrawal or goods return that stands for the list: kind, state, guid.
    """

    resend: frozenset[int] = frozenset()
    amend: bool = False
    withdraw: bool = False
    paper: Any = None


def possible_for(conn: Connection, listed: Any, *, before_gate: bool) -> Possible:
    """Return what is offered for the list ``listed``; two statements.

    ``before_gate`` says that its parcel is on no vehicle, which a released list must be to be
    withdrawn.
    """
    papers = conn.execute(_papers(listed)).all()
    waiting = [paper.guid for paper in papers if paper.state in PAPER_WAITS]
    if listed.state in PAPER_WAITS:
        waiting.append(listed.latest_guid)
    message = customs_message.c
    sendings = conn.execute(select(message.id).where(message.guid.in_(waiting))).scalars()
    undoing = [paper for paper in papers if paper.kind != "CEB311"]
    free = all(paper.state in UNSENT_OR_REFUSED for paper in undoing)
    return Possible(
        resend=frozenset(sendings),
        amend=listed.state in REFUSED,
        withdraw=free and _withdrawable(listed.state, before_gate=before_gate),
        paper=undoing[-1] if undoing else None,
    )


def _withdrawable(state: str, *, before_gate: bool) -> bool:
    if state == RELEASED:
        return before_gate
    return state in UNSENT_OR_REFUSED or state in SENT or state in AT_CUSTOMS


def _papers(listed: Any) -> Any:
    """The order document, and what would undo the list, with the guid of its latest sending."""
    order, undo, back = document.c, list_withdrawal.c, goods_return.c
    return union_all(
        select(literal("CEB311").label("kind"), order.state, order.guid).where(
            order.order_id == listed.order_id, order.kind == "order"
        ),
        select(literal("CEB625"), back.state, back.guid).where(back.list_id == listed.id),
        select(literal("CEB623"), undo.state, undo.guid).where(undo.list_id == listed.id),
    )
