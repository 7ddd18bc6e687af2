"""How a checkout or an order ends before its parcel leaves: unpaid, refused, payer not buyer."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.errors import SigningKeyUnfit
from kernel import db, deliveries
from kernel.clock import MINUTE
from settlement.payments.errors import ProviderCannotDeclare
from settlement.payments.sweep import sweep_payments
from shop.capture_payment import Captures, capture_payment
from shop.endings.withdraw_order import withdraw_order
from shop.errors import CheckoutNotPayable, OrderUnknown
from shop.expire_checkout import expire_checkout, sweep_expired
from shop.flow import HANDLERS
from shop.move_order import move_order
from shop.order.states import IllegalMove
from shop.pay_checkout import GRACE, pay_checkout
from shop.place_order import place_order
from shop.refuse_order import refuse_order
from tests.db.shop.money import ledger, open_page, sell
from tests.support import sample_house
from tests.support.sample_house import books, one, rows, shopper
from tests.unit.customs.examples import signer


def states() -> tuple[str, str]:
    return one("SELECT state FROM customs_order"), one("SELECT state FROM checkout")


def run_handlers(clock, *names: str) -> None:
    """Let handlers run until nothing of theirs is due; all of them unless named."""
    chosen = {name: HANDLERS[name] for name in names} if names else HANDLERS
    for _ in range(8):
        deliveries.run_due({**dict.fromkeys(HANDLERS, _nothing), **chosen})
        clock.tick(1)


def _nothing(_fact: object) -> None:
    return None


def test_the_page_is_opened_once(sample, wallet):
    """Pressed twice: one page, one payment; the pieces wait for its end and two minutes more."""
    sale = sell(sample, pay=False)

    urls = {open_page(sale) for _ in range(2)}

    page_ends = one("SELECT expires_at FROM payment")
    assert len(urls) == len(wallet.opened) == 1
    for table in ("reservation", "checkout", "customs_order"):
        assert one(f"SELECT expires_at FROM {table}") == page_ends + GRACE
    assert rows("SELECT share_fen FROM payment_share") == [(sale.placed.total_fen,)]


def test_another_shoppers_checkout_is_not_there(sample, wallet):
    """Its number was guessed: not found, no page."""
    sale = sell(sample, pay=False)

    with pytest.raises(OrderUnknown):
        pay_checkout(shopper(2).actor, sale.placed.checkout_id, return_url="https://id.example/")
    with pytest.raises(OrderUnknown):
        pay_checkout(sale.who.actor, 1, return_url="https://id.example/")

    assert wallet.opened == {}


@pytest.mark.parametrize("swept", [True, False])
def test_an_expired_checkout_cannot_be_paid(sample, wallet, clock, swept):
    """Half an hour is over, whether or not the sweep came by: no page, nothing charged."""
    sale = sell(sample, pay=False)
    clock.set(sale.placed.expires_at)
    if swept:
        sweep_expired()

    with pytest.raises(CheckoutNotPayable):
        open_page(sale)

    assert wallet.opened == {}


def test_an_unpaid_checkout_ends_and_holds_nothing(sample, clock):
    """A moment before its time it stands; then order, pieces and limit are free, once."""
    sale = sell(sample, qty=2, pay=False)
    clock.set(sale.placed.expires_at - 1)
    assert not expire_checkout(sale.placed.checkout_id)
    assert states() == ("placed", "placed")

    clock.set(sale.placed.expires_at)
    sweep_expired()
    sweep_expired()

    assert states() == ("expired", "expired")
    assert sample_house.free_pieces(sample.goods.sku) == 6
    assert one("SELECT used_fen FROM limit_year") == 0
    assert not expire_checkout(sale.placed.checkout_id)
    assert sample_house.held_is_reserved()


def test_a_page_that_ended_unpaid_ends_the_checkout(sample, wallet, clock):
    """The provider says open to the end: the payment expires, its fact ends the checkout."""
    sell(sample)
    clock.set(one("SELECT expires_at FROM payment") + GRACE + MINUTE)

    sweep_payments(Captures())
    run_handlers(clock)

    assert one("SELECT state FROM payment") == "expired"
    assert states() == ("expired", "expired")
    assert sample_house.held_is_reserved()


def test_a_paid_checkout_does_not_expire(sample, wallet, clock):
    """The sweeper learns of the money; hours later nothing has changed."""
    sale = sell(sample)
    wallet.pay(sale.placed.checkout_id)
    clock.tick(30)
    sweep_payments(Captures())
    clock.tick(6 * 3600)

    sweep_expired()

    assert states() == ("paid", "paid")
    assert not expire_checkout(sale.placed.checkout_id)


def test_payer_and_buyer_are_two_people(sample, wallet, clock):
    """The company says so: nothing is declared, the order ends, the money goes back by itself."""
    sale = sell(sample, qty=2)
    wallet.payer = "different"
    capture_payment(sale.heard(wallet))

    run_handlers(clock, "check_payer", "refuse_payer", "refund_refused")

    assert one("SELECT state FROM customs_order") == "refused"
    assert one("SELECT state FROM payment") == "refunded"
    assert [fen for _, fen in wallet.refunds.values()] == [sale.placed.total_fen]
    assert ledger(sale.order_id) == {}
    assert rows("SELECT id FROM customs_message") == []
    assert not rows("SELECT id FROM fact WHERE name = 'payer.accepted'")
    assert one("SELECT used_fen FROM limit_year") == 0
    assert sample_house.free_pieces(sample.goods.sku) == 6


def test_a_refused_order_ends_once(sample, wallet):
    """Told twice by two documents: one fact, so one refund."""
    sale = sell(sample)
    capture_payment(sale.heard(wallet))

    assert refuse_order(sale.order_id, reason="customs -621007")
    assert not refuse_order(sale.order_id, reason="customs -311005")

    assert one("SELECT count(*) FROM fact WHERE name = 'order.refused'") == 1
    assert sample_house.held_is_reserved()


def test_an_order_that_left_the_zone_is_not_refused(sample, wallet):
    """That is a goods return: nothing is changed."""
    sale = sell(sample)
    capture_payment(sale.heard(wallet))
    for state in ("declared", "released", "left_zone"):
        assert move_order(sale.order_id, state)
    before = books()

    with pytest.raises(IllegalMove):
        refuse_order(sale.order_id, reason="customs")

    assert books() == before


def test_an_order_moves_only_forward(sample, wallet):
    """A late receipt says less than is known: told, and nothing changes."""
    sale = sell(sample)
    capture_payment(sale.heard(wallet))
    assert move_order(sale.order_id, "released", at=7)

    assert not move_order(sale.order_id, "declared", at=9)

    assert one("SELECT state FROM customs_order") == "released"
    assert rows("SELECT state, at FROM order_step") == [("released", 7)]


def test_a_provider_that_cannot_declare_takes_no_order(sample, wallet, clock):
    """The offer was opened when it could; the page is closed and a posted form is refused."""
    who, ask = shopper(), sample.ask()
    with db.write() as connection:
        connection.execute(text("UPDATE offer SET provider = 'stripe'"))
    clock.tick(3)

    with pytest.raises(ProviderCannotDeclare):
        place_order(who.actor, ask, key="key-of-an-undeclared-one")

    assert sample.shown().closed == "provider_cannot_declare"
    assert one("SELECT count(*) FROM customs_order") == 0


def test_withdrawal_that_cannot_be_signed_leaves_the_order_as_it_was(unwinding):
    """The key is another company's: the picker goes on, and nobody is written down."""
    order = unwinding.trade.released()
    customs_desk.use(replace(customs_desk.current(), signer=signer("4403960001")))
    before = sample_house.books()

    with pytest.raises(SigningKeyUnfit):
        withdraw_order(order.id, reason="消费者取消")

    assert sample_house.books() == before
    assert rows("SELECT state FROM pick_task") == [("open",)]
    assert rows("SELECT id FROM audit_line WHERE verb = 'withdraw_order'") == []
