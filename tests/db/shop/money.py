"""What the tests of money share: a placed checkout, its page, money that is heard of."""

from dataclasses import dataclass

from kernel import actor
from settlement.payments.ports import HeardPayment
from shop.checkout.capture_group import CaptureRequest
from shop.offer.ask import PlaceAsk, Placed
from shop.pay_checkout import pay_checkout
from shop.place_order import place_order
from tests.support.sample_house import Sample, Shopper, one, rows, shopper
from tests.support.wallet import Wallet

RETURN_URL = "https://id.example/orders/1"


@dataclass(frozen=True)
class Sale:
    """One checkout of one order, its page open."""

    who: Shopper
    placed: Placed

    @property
    def order_id(self) -> int:
        """The only order."""
        return self.placed.order_ids[0]

    def heard(self, wallet: Wallet, *, delta_fen: int = 0, event: str = "evt_1") -> HeardPayment:
        """Let the shopper pay and return what is heard of it."""
        taken = wallet.pay(self.placed.checkout_id, delta_fen=delta_fen)
        return HeardPayment(
            provider=wallet.name,
            checkout_id=self.placed.checkout_id,
            session_id=f"cs_{self.placed.checkout_id}",
            provider_payment=taken.payment_id,
            gross_fen=taken.gross_fen,
            currency=taken.currency,
            paid_at=taken.paid_at,
            event_id=event,
        )

    def request(self, heard: HeardPayment) -> CaptureRequest:
        """Return what the group is handed."""
        warehouse_id = one("SELECT id FROM warehouse")
        return CaptureRequest(heard, warehouse_id, self.placed.order_ids)


def sell(
    sample: Sample, number: int = 1, qty: int = 1, *, ask: PlaceAsk | None = None, pay: bool = True
) -> Sale:
    """Place one order of a new shopper and open its page."""
    who = shopper(number)
    with actor.correlated(actor.new_correlation()):  # each comes by a visit of their own
        placed = place_order(who.actor, ask or sample.ask(qty), key=f"key-of-the-sale-{number:04d}")
    sale = Sale(who, placed)
    if pay:
        open_page(sale)
    return sale


def open_page(sale: Sale) -> str:
    """Open the page on which a checkout is paid; return its address."""
    return pay_checkout(sale.who.actor, sale.placed.checkout_id, return_url=RETURN_URL)


def ledger(order_id: int) -> dict[str, int]:
    """Return what stands of an order in each account, in fen; noughts left out."""
    sums = {}
    for account, fen in _entries(order_id):
        sums[account] = sums.get(account, 0) + fen
    return {account: fen for account, fen in sums.items() if fen}


def _entries(order_id: int) -> list[tuple[str, int]]:
    return rows(
        "SELECT account_code, amount_fen FROM entry WHERE order_id = :order_id", order_id=order_id
    )


def every_posting_is_nought() -> bool:
    """Say whether each posting sums to nought and is sealed."""
    return not rows(
        "SELECT p.id FROM posting p LEFT JOIN entry e ON e.posting_id = p.id"
        " GROUP BY p.id, p.sealed_at HAVING COALESCE(SUM(e.amount_fen), 1) <> 0"
        " OR p.sealed_at IS NULL"
    )
