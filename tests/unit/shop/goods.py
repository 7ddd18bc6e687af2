"""Invented goods for the pure rules of placing: two account-book items, one tariff."""

from datetime import date, timedelta

from bonded_display.stock.choose import Level
from kernel.idempotency import Sent
from settlement.tax.rates import ConsumptionRule, Tariff
from shop.checkout.judge import Frozen, PlaceRequest
from shop.checkout.plan import BookItem, Choices, OrderPlan, Wanted, plan_order

TODAY = date(2026, 11, 24)
ITEM = 7
PLAIN = Tariff("2106909090", 1_300)
WINE = Tariff(
    "2204210000", 1_300, consumption_rule=ConsumptionRule.AD_VALOREM, consumption_bp=1_000
)


CREAM = Tariff(
    "3304990029",
    1_300,
    consumption_rule=ConsumptionRule.COSMETICS_MEASURE,
    consumption_bp=1_500,
    line_per_measure_fen=1_000,
)


def book_item(number: int, tariff: Tariff = PLAIN, *, measure_e5: int | None = None) -> BookItem:
    """Return an account-book item of the goods."""
    return BookItem(
        account_book_item_id=number,
        item_record_no=str(number),
        hs_code=tariff.hs_code,
        gname="蜂蜜",
        gmodel="500g/瓶",
        origin_code="116",
        unit_code="142",
        unit1_code="035",
        unit2_code=None,
        qty1_e5_per_piece=50_000,
        qty2_e5_per_piece=None,
        net_e5_per_piece=50_000,
        gross_e5_per_piece=60_000,
        measure_e5=measure_e5,
        measure_kind=None if measure_e5 is None else "ml",
        tariff=tariff,
    )


def wanted(qty: int, price_fen: int = 12_800, *, tariff: Tariff = PLAIN, items: int = 2) -> Wanted:
    """Return a wish for pieces that may come from ``items`` account-book items."""
    numbers = range(1, items + 1)
    books = {number: book_item(number, tariff) for number in numbers}
    return Wanted(ITEM, "HN500", "04901234567894", qty, price_fen, books)


def levels(*free: int) -> list[Level]:
    """Return levels with so many free pieces, the first expiring soonest."""
    return [
        Level(number, ITEM, pieces, 0, TODAY + timedelta(days=100 * number))
        for number, pieces in enumerate(free, start=1)
    ]


def request(
    want: Wanted, expected: Choices, *, number: int = 1, person: str = "1:aa"
) -> PlaceRequest:
    """Return a placing priced on ``expected``, shown at that price."""
    plan: OrderPlan = plan_order([want], expected, freight_fen=1_000)
    frozen = Frozen(
        owner=f"account:{number}",
        account_id=number,
        correlation="c",
        person_lookup=person,
        device="",
        outlet_id=None,
        offer_id=5,
        provider="boxed_wallet",
        platform_enterprise_id=1,
        merchant_enterprise_id=2,
        courier_enterprise_id=3,
        parties="{}",
        notices_version="2026-11",
        buyer_sealed=b"",
        consignee_sealed=b"",
    )
    return PlaceRequest(
        account_id=1,
        sent=Sent(f"account:{number}", f"key-{number}", "hash"),
        checkout_id=number * 10,
        order_id=number * 10 + 1,
        warehouse_id=1,
        year=2026,
        frozen=frozen,
        wanted=(want,),
        expected=expected,
        plan=plan,
        shown_total_fen=plan.total_fen,
    )
