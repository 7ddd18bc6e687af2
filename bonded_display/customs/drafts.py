"""Decide how a paid order's declaration list is first written: as a draft, set-based.

It is written in the commit of the payment by the shop's capture group; sending is
``submit_list``'s.
"""

from collections.abc import Sequence

from sqlalchemy import select

from bonded_display.customs.errors import ListNotFound
from bonded_display.customs.handed import DraftLine, DraftList
from bonded_display.customs.states import DRAFT
from bonded_display.customs.tables import declaration_list, list_line
from kernel import db, locks
from kernel.batch import Batch


def draft_many(batch: Batch, drafts: Sequence[DraftList]) -> None:
    """Write each draft with its lines, in the caller's transaction; row counts are promised."""
    batch.insert(declaration_list, [_row(draft) for draft in drafts])
    batch.insert(list_line, [_line(draft.id, line) for draft in drafts for line in draft.lines])


def set_waybill(order_id: int, waybill_no: str) -> bool:
    """Put the number that a dry pool owed onto the order's draft; False when one stands already.

    Raises ``ListNotFound`` when the order has no list.
    """
    table = declaration_list
    with db.write() as conn:
        locks.take(conn, locks.Rank.ORDER, order_id)
        found = conn.execute(select(table.c.id).where(table.c.order_id == order_id)).first()
        if found is None:
            raise ListNotFound(list_id=0)
        done = conn.execute(
            table.update()
            .where(table.c.order_id == order_id, table.c.state == DRAFT)
            .where(table.c.waybill_no.is_(None))
            .values(waybill_no=waybill_no)
        )
    return done.rowcount == 1


def _row(draft: DraftList) -> dict[str, object]:
    return {
        "id": draft.id,
        "order_id": draft.order_id,
        "warehouse_id": draft.warehouse_id,
        "order_no": draft.order_no,
        "cop_no": str(draft.id),
        "state": DRAFT,
        "seq": 1,
        "waybill_no": draft.waybill_no,
        "account_book_no": draft.account_book_no,
        "customs_code": draft.customs_code,
        "port_code": draft.port_code,
        "traf_mode": draft.traf_mode,
        "parties": draft.parties.as_text(),
        "goods_fen": draft.goods_fen,
        "freight_fen": draft.freight_fen,
        "insurance_fen": draft.insurance_fen,
        "quoted_tax_fen": draft.quoted_tax_fen,
        "gross_e5": draft.gross_e5,
        "net_e5": draft.net_e5,
        "created_at": draft.created_at,
    }


def _line(list_id: int, line: DraftLine) -> dict[str, object]:
    values = {name: getattr(line, name) for name in DraftLine.__dataclass_fields__}
    return {"list_id": list_id, **values}
