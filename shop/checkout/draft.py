"""Decide what a paid order's draft declaration list says: the order's own values, copied once.

Writing it is the customs desk's ``draft_many``, within the capture group's commit.
"""

from collections.abc import Mapping

from bonded_display.customs.handed import DraftLine, DraftList, Parties
from kernel.clock import Instant
from shop.queries import Line, Order


def draft_list(
    order: Order, *, list_id: int, filed: Mapping[str, str], waybill_no: str | None, at: Instant
) -> DraftList:
    """Return the draft declaration list of a paid order.

    ``filed`` is what the warehouse is filed with: account_book_no, customs_code, port_code
    and traf_mode.
    """
    return DraftList(
        id=list_id,
        order_id=order.id,
        warehouse_id=order.warehouse_id,
        order_no=order.order_no,
        waybill_no=waybill_no,
        account_book_no=filed["account_book_no"],
        customs_code=filed["customs_code"],
        port_code=filed["port_code"],
        traf_mode=filed["traf_mode"],
        parties=Parties.from_text(order.parties),
        goods_fen=order.goods_fen,
        freight_fen=order.freight_fen,
        insurance_fen=order.insurance_fen,
        quoted_tax_fen=order.tax_fen,
        gross_e5=order.gross_e5,
        net_e5=order.net_e5,
        created_at=at,
        lines=tuple(_draft_line(line) for line in order.lines),
    )


def _draft_line(line: Line) -> DraftLine:
    return DraftLine(
        gnum=line.gnum,
        account_book_item_id=line.account_book_item_id,
        item_record_no=line.item_record_no,
        sku=line.sku,
        gtin14=line.gtin14,
        hs_code=line.hs_code,
        gname=line.gname,
        gmodel=line.gmodel,
        origin_code=line.origin_code,
        qty=line.qty,
        unit_code=line.unit_code,
        qty1_e5=line.qty1_e5,
        unit1_code=line.unit1_code,
        qty2_e5=line.qty2_e5,
        unit2_code=line.unit2_code,
        price_fen=line.price_fen,
        total_fen=line.total_fen,
    )
