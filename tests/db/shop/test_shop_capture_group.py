"""Money that came: a paid order with everything it needs in one commit, or what is owed."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from kernel import db, deliveries
from kernel.clock import MINUTE
from settlement.ledger.chart import (
    ADVANCES,
    IMPORT_TAX_COLLECTED,
    OWED_TO_SHOPPER,
    PROVIDER_CLEARING,
)
from shop.capture_payment import capture_payment
from shop.checkout.capture_group import Settled, commit_captures
from shop.errors import OrderUnknown
from shop.expire_checkout import expire_checkout
from shop.flow import HANDLERS
from shop.place_order import place_order
from tests.db.shop.money import Sale, every_posting_is_nought, ledger, open_page, sell
from tests.support import sample_house
from tests.support.sample_house import books, one, rows, shopper


@pytest.fixture
def stocked(sample):
    """The sample with waybill numbers in the pool."""
    sample_house.fill_waybills()
    return sample


def state(sale: Sale) -> tuple[str, str, str]:
    """Return the states of order, checkout and payment."""
    ids = {"order": sale.order_id, "checkout": sale.placed.checkout_id}
    return (
        one("SELECT state FROM customs_order WHERE id = :order", order=ids["order"]),
        one("SELECT state FROM checkout WHERE id = :id", id=ids["checkout"]),
        one("SELECT state FROM payment WHERE checkout_id = :id", id=ids["checkout"]),
    )


def settle_facts(clock) -> None:
    """Let every handler run that can."""
    for _ in range(6):
        while deliveries.run_due(HANDLERS):
            pass
        clock.tick(1)


def test_paid_is_paid_with_everything_in_one_commit(stocked, wallet, clock):
    """Payment, posting, firm allocation, waybill number, draft list, paid order and its fact."""
    sale = sell(stocked, qty=2)
    order_id = sale.order_id

    settled = capture_payment(sale.heard(wallet))

    assert settled == Settled("captured")
    assert state(sale) == ("paid", "paid", "captured")
    order = rows("SELECT paid_at, waybill_no, declaration_list_id, tax_fen FROM customs_order")[0]
    paid_at, waybill_no, list_id, tax_fen = order
    assert paid_at == clock.now()
    assert rows("SELECT id, order_id, waybill_no, state FROM declaration_list") == [
        (list_id, order_id, waybill_no, "DRAFT")
    ]
    assert one("SELECT order_id FROM waybill_number WHERE waybill_no = :no", no=waybill_no) == (
        order_id
    )
    columns = "gnum, account_book_item_id, qty, total_fen"
    assert rows(f"SELECT {columns} FROM list_line") == rows(f"SELECT {columns} FROM order_line")
    assert rows("SELECT state, qty, expires_at FROM reservation") == [("allocated", 2, None)]
    total = sale.placed.total_fen
    assert ledger(order_id) == {
        PROVIDER_CLEARING: total,
        ADVANCES: tax_fen - total,
        IMPORT_TAX_COLLECTED: -tax_fen,
    }
    assert every_posting_is_nought()
    assert rows("SELECT name, subject FROM fact WHERE name = 'order.paid'") == [
        ("order.paid", f"customs_order:{order_id}")
    ]


def test_a_commit_that_fails_leaves_nothing_of_it(stocked, wallet, monkeypatch):
    """The last statement of the commit is refused: no payment, no posting, no list stands."""
    sale = sell(stocked)
    heard = sale.heard(wallet)
    before = books()

    def refused(*_args: object) -> None:
        raise RuntimeError("the database said no")

    monkeypatch.setattr("shop.checkout.capture_group.outbox.record_many", refused)
    with pytest.raises(RuntimeError):
        capture_payment(heard)
    monkeypatch.undo()

    assert books() == before
    assert capture_payment(heard) == Settled("captured")


def test_money_told_three_times_is_settled_once(stocked, wallet):
    """By the event, by the page and by the sweeper, in one group and after it."""
    sale = sell(stocked)
    heard = sale.heard(wallet)
    request = sale.request(heard)

    told = commit_captures([request, request])
    later = capture_payment(heard)

    assert [one.outcome for one in (*told, later)] == [
        "captured",
        "settled_before",
        "settled_before",
    ]
    assert one("SELECT count(*) FROM posting") == 1
    assert one("SELECT count(*) FROM declaration_list") == 1
    assert one("SELECT count(*) FROM fact WHERE name = 'order.paid'") == 1


def test_a_group_settles_each_payment_by_itself(stocked, wallet, clock):
    """Four in one group: two good, one of a wrong figure, one whose reservation is over."""
    over = sell(stocked, 1, pay=False)
    clock.tick(29 * 60)
    asks = {number: stocked.ask() for number in (2, 3, 4)}
    open_page(over)
    good, short, fine = (sell(stocked, number, ask=ask) for number, ask in asks.items())
    _let_reservation_end(over)

    told = commit_captures(
        [
            good.request(good.heard(wallet)),
            short.request(short.heard(wallet, delta_fen=-1)),
            over.request(over.heard(wallet)),
            fine.request(fine.heard(wallet)),
        ]
    )

    assert [(settled.outcome, settled.reason) for settled in told] == [
        ("captured", ""),
        ("owed", "amount_differs"),
        ("owed", "reservation_over"),
        ("captured", ""),
    ]
    assert [state(sale)[0] for sale in (good, short, over, fine)] == [
        "paid",
        "owed",
        "owed",
        "paid",
    ]
    assert len({row[0] for row in rows("SELECT waybill_no FROM declaration_list")}) == 2
    assert every_posting_is_nought()
    assert sample_house.held_is_reserved()


def _let_reservation_end(sale: Sale) -> None:
    with db.write() as connection:
        connection.execute(
            text("UPDATE reservation SET expires_at = 1 WHERE order_id = :id"),
            {"id": sale.order_id},
        )


def test_money_after_the_reservation_is_owed_and_goes_back(stocked, wallet, clock):
    """The pieces were sold to another meanwhile: order owed, money refunded by itself."""
    late = sell(stocked, 1, 6)
    clock.set(one("SELECT expires_at FROM reservation LIMIT 1"))
    expire_checkout(late.placed.checkout_id)
    other = sell(stocked, 2, ask=stocked.ask(6))
    capture_payment(other.heard(wallet))

    settled = capture_payment(late.heard(wallet))
    assert settled == Settled("owed", "checkout_over")
    assert ledger(late.order_id) == {
        PROVIDER_CLEARING: late.placed.total_fen,
        OWED_TO_SHOPPER: -late.placed.total_fen,
    }
    settle_facts(clock)

    assert state(late) == ("owed", "owed", "refunded")
    assert state(other)[0] == "paid"
    assert ledger(late.order_id) == {}
    assert list(wallet.refunds.values()) == [
        (f"pi_{late.placed.checkout_id}", late.placed.total_fen)
    ]
    assert rows("SELECT state FROM limit_use WHERE order_id = :id", id=late.order_id) == [
        ("returned",)
    ]
    assert one("SELECT paid_at FROM customs_order WHERE id = :id", id=late.order_id) is None
    assert sample_house.held_is_reserved()
    assert every_posting_is_nought()


@pytest.mark.parametrize("delta_fen", [1, -1, 100_000])
def test_money_of_another_figure_is_owed_whole(stocked, wallet, clock, delta_fen):
    """One fen more or less is not what was asked for: nothing is sold, all of it goes back."""
    sale = sell(stocked)

    settled = capture_payment(sale.heard(wallet, delta_fen=delta_fen))
    settle_facts(clock)

    assert settled == Settled("owed", "amount_differs")
    assert state(sale) == ("owed", "owed", "refunded")
    assert [fen for _, fen in wallet.refunds.values()] == [sale.placed.total_fen + delta_fen]
    assert ledger(sale.order_id) == {}
    assert sample_house.free_pieces(stocked.goods.sku) == 6
    assert one("SELECT used_fen FROM limit_year") == 0


def test_a_dry_pool_does_not_stop_a_payment(sample, wallet):
    """No waybill number is left: the order is paid, its list waits for the number."""
    sale = sell(sample)

    capture_payment(sale.heard(wallet))

    assert state(sale)[0] == "paid"
    assert rows("SELECT waybill_no FROM customs_order") == [(None,)]
    assert rows("SELECT waybill_no FROM declaration_list") == [(None,)]


def test_money_for_no_checkout_of_ours_is_not_settled(stocked, wallet):
    """Somebody else's order number: refused, nothing posted."""
    heard = sell(stocked).heard(wallet)
    before = books()

    with pytest.raises(OrderUnknown):
        capture_payment(replace(heard, checkout_id=1))

    assert books() == before


def test_a_paid_retail_import_order_without_its_list_cannot_be(stocked, database):
    """Not by any statement, on either database; nor with another order's list."""
    sale, other = sell(stocked, 1, pay=False), sell(stocked, 2, pay=False)
    paid = "UPDATE customs_order SET paid_at = 5 WHERE id = :id"
    foreign = "UPDATE customs_order SET declaration_list_id = :list WHERE id = :id"

    with pytest.raises(Exception, match="paid_retail_import_has_its_list"):
        _run(paid, id=sale.order_id)
    with pytest.raises(Exception, match=r"(?i)foreign key|fk_customs_order_its_own_list"):
        _run(foreign, id=sale.order_id, list=other.order_id)

    assert rows("SELECT DISTINCT paid_at, declaration_list_id FROM customs_order") == [(None, None)]


def test_an_order_takes_no_other_orders_list(stocked, wallet):
    """A list exists, but it is another order's: the database refuses it."""
    first, second = sell(stocked, 1), sell(stocked, 2)
    capture_payment(first.heard(wallet))
    list_id = one("SELECT id FROM declaration_list")

    with pytest.raises(Exception, match=r"(?i)foreign key|fk_customs_order_its_own_list"):
        _run(
            "UPDATE customs_order SET paid_at = 5, declaration_list_id = :list WHERE id = :id",
            list=list_id,
            id=second.order_id,
        )

    assert state(second)[0] == "placed"


def _run(sql: str, **values: object) -> None:
    with db.write() as connection:
        connection.execute(text(sql), values)


def test_a_page_keeps_the_pieces_until_it_ends(stocked, wallet, clock):
    """Paid in the last minute of the page, half an hour after placing: honoured."""
    who = shopper(5)
    placed = place_order(who.actor, stocked.ask(), key="key-of-the-last-minute")
    clock.tick(29 * 60)
    sale = Sale(who, placed)
    open_page(sale)
    page_ends = one("SELECT expires_at FROM payment")
    clock.set(page_ends - MINUTE)

    assert not expire_checkout(placed.checkout_id)
    assert capture_payment(sale.heard(wallet)) == Settled("captured")
