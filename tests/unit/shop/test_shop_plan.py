"""An order's plan: its parts make up its sums, to the fen, however a line is split."""

from hypothesis import given
from hypothesis import strategies as st

from bonded_display.stock.choose import Choice
from settlement.tax.rates import Tariff
from shop.checkout.plan import plan_order
from shop.checkout.rows import line_rows
from tests.unit.shop.goods import PLAIN, WINE, wanted

PRICES = st.integers(1, 60_000)
FREIGHTS = st.integers(0, 20_000)


@given(
    price_fen=PRICES,
    freight_fen=FREIGHTS,
    insurance_fen=st.integers(0, 500),
    parts=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    tariff=st.sampled_from([PLAIN, WINE]),
)
def test_the_parts_make_up_the_sums(
    price_fen: int, freight_fen: int, insurance_fen: int, parts: list[int], tariff: Tariff
) -> None:
    """Whatever price, freight, quantity and split: what is shown, stored and declared agree."""
    want = wanted(sum(parts), price_fen % 40_000 + 1, tariff=tariff, items=len(parts))
    choices = (tuple(Choice(number, qty) for number, qty in enumerate(parts, start=1)),)

    plan = plan_order([want], choices, freight_fen=freight_fen, insurance_fen=insurance_fen)

    lines = [line.quote for line in plan.lines]
    assert plan.goods_fen == want.price_fen * want.qty == sum(one.total_fen for one in plan.lines)
    assert sum(line.freight_fen for line in lines) == freight_fen
    assert sum(line.insurance_fen for line in lines) == insurance_fen
    assert plan.value_fen == plan.goods_fen + freight_fen + insurance_fen
    assert plan.tax_fen == sum(
        line.duty_fen + line.consumption_fen + line.vat_fen for line in lines
    )
    assert plan.total_fen == plan.value_fen + plan.tax_fen
    assert all(part >= 0 for line in lines for part in (line.freight_fen, line.vat_fen))
    assert [line.gnum for line in lines] == list(range(1, len(parts) + 1))
    assert plan.pieces == want.qty


@given(parts=st.lists(st.integers(1, 5), min_size=1, max_size=3))
def test_weights_follow_the_pieces(parts: list[int]) -> None:
    """Net and gross of the order are those of its stored lines."""
    want = wanted(sum(parts), 100, items=len(parts))
    choices = (tuple(Choice(number, qty) for number, qty in enumerate(parts, start=1)),)

    plan = plan_order([want], choices, freight_fen=0)

    assert plan.net_e5 == 50_000 * sum(parts)
    assert plan.gross_e5 == 60_000 * sum(parts)


def test_the_stored_lines_are_the_planned_ones(mint) -> None:
    """Three of four pieces from the first item: legal quantities by its own fractions."""
    from_two = (Choice(1, 3), Choice(2, 1))
    plan = plan_order([wanted(4)], (from_two,), freight_fen=1_000)

    rows = line_rows(99, plan)

    assert [(row["gnum"], row["account_book_item_id"], row["qty"]) for row in rows] == [
        (1, 1, 3),
        (2, 2, 1),
    ]
    assert [row["qty1_e5"] for row in rows] == [150_000, 50_000]
    assert all(row["total_fen"] == row["price_fen"] * row["qty"] for row in rows)
    assert {row["order_id"] for row in rows} == {99}
