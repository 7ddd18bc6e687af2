"""A slip to print, and one request for it, as tests change them."""

from dataclasses import replace
from typing import Any

from pos.protocol import ORDER_SLIP, OrderSlip, PrintRequest, SlipLine

PAID_AT = 1_795_485_720_000_000  # 2026-11-24 10:02 in China


def a_slip(**changes: Any) -> OrderSlip:
    """Return a slip of two lines that adds up; ``changes`` replace its fields as they are."""
    slip = OrderSlip(
        lang="zh-CN",
        outlet_name="前展便利 人民路店",
        outlet_code="SH-0417",
        order_no="QZ20261124000017",
        paid_at=PAID_AT,
        phone_masked="138****8000",
        lines=(
            SlipLine(1, "安热沙 水能户外防晒乳 SPF50+ 60ml", 2, 19800, 39600),
            SlipLine(2, "Lancôme 兰蔻 眼霜 15ml", 1, 42000, 42000),
        ),
        freight_fen=1200,
        consumption_fen=8756,
        vat_fen=7421,
        total_fen=98977,
        page_url="https://id.example/orders/7123456789012345678",
    )
    return replace(slip, **changes)


def a_request(number: int = 1, **changes: Any) -> PrintRequest:
    """Return a print request for ``a_slip``."""
    return PrintRequest(str(number), ORDER_SLIP, PAID_AT, a_slip(**changes))
