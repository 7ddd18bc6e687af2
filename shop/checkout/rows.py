"""Decide which values a placed order is stored with, each copied once, at placing.

When and under which lock they are written is ``place_group``'s business.
"""

from typing import Any

from kernel import ids
from kernel.clock import Instant
from shop.checkout.judge import Frozen, PlaceRequest
from shop.checkout.plan import OrderPlan, PlannedLine

Row = dict[str, Any]


def checkout_row(
    request: PlaceRequest, frozen: Frozen, plan: OrderPlan, *, at: Instant, expires_at: Instant
) -> Row:
    """Return the checkout's row; it is paid once, ``total_fen``."""
    return {
        "id": request.checkout_id,
        "owner": frozen.owner,
        "account_id": frozen.account_id,
        "state": "placed",
        "seq": 1,
        "total_fen": plan.total_fen,
        "provider": frozen.provider,
        "placed_at": at,
        "expires_at": expires_at,
        "correlation": frozen.correlation,
        "home_shard": ids.shard_of(request.checkout_id),
        "device": frozen.device,
    }


def order_row(
    request: PlaceRequest, frozen: Frozen, plan: OrderPlan, *, at: Instant, expires_at: Instant
) -> Row:
    """Return the customs order's row; its share is the whole payment while it is the only one."""
    return {
        "id": request.order_id,
        "checkout_id": request.checkout_id,
        "order_no": order_no(request.order_id),
        "state": "placed",
        "seq": 1,
        "route": "retail_import",
        "warehouse_id": request.warehouse_id,
        "outlet_id": frozen.outlet_id,
        "offer_id": frozen.offer_id,
        "account_id": frozen.account_id,
        "platform_enterprise_id": frozen.platform_enterprise_id,
        "merchant_enterprise_id": frozen.merchant_enterprise_id,
        "courier_enterprise_id": frozen.courier_enterprise_id,
        "person_lookup": frozen.person_lookup,
        "parties": frozen.parties,
        "goods_fen": plan.goods_fen,
        "freight_fen": plan.freight_fen,
        "insurance_fen": plan.insurance_fen,
        "discount_fen": 0,
        "tax_fen": plan.tax_fen,
        "paid_share_fen": plan.total_fen,
        "gross_e5": plan.gross_e5,
        "net_e5": plan.net_e5,
        "buyer_sealed": frozen.buyer_sealed,
        "consignee_sealed": frozen.consignee_sealed,
        "notices_version": frozen.notices_version,
        "placed_at": at,
        "expires_at": expires_at,
    }


def order_no(order_id: int) -> str:
    """Return the printed number of an order: QZ and its id."""
    return f"QZ{order_id}"


def line_rows(order_id: int, plan: OrderPlan) -> list[Row]:
    """Return the order's lines; the legal quantities follow the account-book item's fractions."""
    return [_line_row(order_id, line) for line in plan.lines]


def _line_row(order_id: int, line: PlannedLine) -> Row:
    item, want, quote = line.book_item, line.wanted, line.quote
    return {
        "id": ids.new(),
        "order_id": order_id,
        "gnum": quote.gnum,
        "item_id": want.item_id,
        "account_book_item_id": item.account_book_item_id,
        "item_record_no": item.item_record_no,
        "sku": want.sku,
        "gtin14": want.gtin14,
        "gname": item.gname,
        "gmodel": item.gmodel,
        "hs_code": item.hs_code,
        "origin_code": item.origin_code,
        "unit_code": item.unit_code,
        "unit1_code": item.unit1_code,
        "unit2_code": item.unit2_code,
        "qty": line.qty,
        "qty1_e5": line.qty * item.qty1_e5_per_piece,
        "qty2_e5": None if item.qty2_e5_per_piece is None else line.qty * item.qty2_e5_per_piece,
        "net_e5": line.qty * item.net_e5_per_piece,
        "gross_e5": line.qty * item.gross_e5_per_piece,
        "price_fen": want.price_fen,
        "total_fen": line.total_fen,
        "freight_fen": quote.freight_fen,
        "insurance_fen": quote.insurance_fen,
        "duty_fen": quote.duty_fen,
        "consumption_fen": quote.consumption_fen,
        "vat_fen": quote.vat_fen,
        "tax_class": quote.tax_class,
    }
