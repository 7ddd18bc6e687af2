"""A part that comes back takes the same off both sides' books: value, each tax, guarantee, year."""

from decimal import Decimal

import pytest

from bonded_display.customs.changes.return_goods import return_goods
from kernel import clock, db
from kernel.batch import Batch
from settlement.tax import guarantees
from settlement.tax.portions import Portion
from settlement.tax.return_part import PartAsk, return_part
from settlement.tax.take_limit import LimitUse, give_back_limit, take_limit_many
from tests.db.compare_books.both import THREE
from tests.support.sample_house import one, rows

WHY = "消费者退货"
VALUE_FEN = THREE.goods_fen + 2_000


def fen(yuan: object) -> int:
    """Return customs' figure in fen."""
    return int(Decimal(str(yuan)) * 100)


def sold(both) -> None:
    """Sell three pieces, which use their buyer's year."""
    use = LimitUse("buyer", 2026, 1, VALUE_FEN, clock.now())
    with db.write() as conn, Batch(conn) as batch:
        take_limit_many(batch, [use])
    assert both.sell(1, THREE) == "7001"
    both.work()


def came_back(both, return_id: int, portion: Portion) -> None:
    """Declare a part, have customs grant it, and take it off."""
    return_goods(7001, {1: portion.qty}, reason=WHY, return_id=return_id)
    both.work()
    assert one("SELECT state FROM goods_return WHERE id = :id", id=return_id) == "REVIEWED"
    ask = PartAsk(
        return_id=return_id,
        order_id=1,
        list_id=7001,
        quoted_fen=portion.of(THREE.tax_fen),
        portions=[portion],
        weights={},
    )
    with db.write() as conn:
        return_part(conn, ask, at=clock.now())


def ours() -> list[tuple[int, int]]:
    """Return value and tax that each part took off, in fen."""
    return rows("SELECT value_fen, billed_fen FROM tax_part ORDER BY return_id")


def theirs(both) -> list[tuple[int, int]]:
    """Return what customs says that each part took off, in fen."""
    told = both.their.rows(
        "SELECT r.value, l.customs_tax, l.value_added_tax, l.consumption_tax FROM goods_return r"
        " JOIN goods_return_line l ON l.return_id = r.id ORDER BY r.id"
    )
    return [(fen(part.pop("value")), sum(map(fen, part.values()))) for part in told]


def held() -> int:
    """Return what our guarantee holds for the list, in fen."""
    with db.read() as conn:
        standing = guarantees.held_for(conn, "declaration_list:7001")
    assert standing is not None
    return standing.amount_fen


def held_there(both) -> int:
    """Return what customs holds under the guarantee, in fen."""
    moved = both.their.rows("SELECT amount FROM guarantee_movement")
    return sum(fen(each["amount"]) for each in moved)


def used_there(both) -> int:
    """Return what customs says that the buyer's year is used by, in fen."""
    return sum(fen(each["value"]) for each in both.their.rows("SELECT value FROM limit_use"))


@pytest.mark.parametrize("cut", [(1,), (2,), (1, 1), (1, 2), (2, 1), (1, 1, 1)])
def test_parts_take_the_same_off_both_books(both, cut):
    """Three pieces whose taxes no three share evenly, cut anywhere; after each part all agrees."""
    sold(both)
    assert held() == held_there(both) == THREE.tax_fen
    before = 0
    for number, qty in enumerate(cut):
        if before + qty == THREE.pieces:
            break
        came_back(both, 9001 + number, Portion(1, before, qty, THREE.pieces))
        before += qty

        assert ours() == theirs(both)
        assert len(ours()) == number + 1
        assert held() == held_there(both) == THREE.tax_fen - sum(tax for _, tax in ours())
        assert one("SELECT value_fen FROM limit_use") == used_there(both)
        assert both.differences() == []
    if sum(cut) < THREE.pieces:
        here, there = both.sides()
        assert [side.lists["7001"].state for side in (here, there)] == ["RELEASED"] * 2
        return

    parts = ours()
    return_goods(7001, {1: THREE.pieces - before}, reason=WHY, return_id=9009)
    both.work()
    with db.write() as conn:
        give_back_limit(conn, 1, at=clock.now())

    last = theirs(both)[-1]
    whole = (sum(value for value, _ in parts) + last[0], sum(tax for _, tax in parts) + last[1])
    assert whole == (VALUE_FEN, THREE.tax_fen)
    assert held() == held_there(both) == 0
    assert one("SELECT used_fen FROM limit_year") == used_there(both) == 0
    here, there = both.sides()
    assert [side.lists["7001"].state for side in (here, there)] == ["CANCELLED"] * 2
    assert both.differences() == []
