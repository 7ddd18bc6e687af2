"""Decide how the tests of endings let customs answer and the house act, with a crash where told."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from bonded_display.customs.handed import Parties
from kernel import clock, db, deliveries
from kernel.outbox import Fact
from shop.flow import HANDLERS
from shop.queries import Order
from tests.db.shop.money import ledger
from tests.http.back_office.house import Trade
from tests.support import sample_house
from tests.support.sample_house import one, rows
from tests.support.seams import FakeClock
from tests.unit.customs.examples import PARTIES
from tests.unit.customs.receipts import INVT_NO, bill_change, request_receipt

ELSEWHERE = (
    *("check_payer", "declare_payment", "declare_waybill", "request_slip", "submit_order"),
    "hand_to_courier",
)
"""Handlers that ask other companies, or are played by ``Trade``."""


def _nothing(_fact: Fact) -> None:
    return None


@dataclass
class Unwinding:
    """A house in which orders end; ``clock`` stands until it is told to go on."""

    trade: Trade
    clock: FakeClock

    def work(self, rounds: int = 6) -> None:
        """Let the worker run what is due, again after each pause."""
        chosen = HANDLERS | dict.fromkeys(ELSEWHERE, _nothing)
        for _ in range(rounds):
            deliveries.run_due(chosen, most=200)
            self.clock.tick(25)

    def again(self) -> None:
        """Let every delivery be due once more, as after a crash that lost what was settled."""
        with db.write() as conn:
            conn.execute(text("UPDATE delivery SET state = 'waiting', due_at = 0"))

    def terminal(self, order: Order, status: int = -621018) -> None:
        """Let customs refuse the order's list for good."""
        self.trade.answered(order, status)

    def withdrawal_answered(self, order: Order, status: int) -> None:
        """Let customs answer to the order's withdrawal."""
        cop_no = one("SELECT id FROM list_withdrawal WHERE order_id = :id", id=order.id)
        self.hear(order, request_receipt("CEB624", str(cop_no), status=status, time=self.time()))

    def bill_void(self, order: Order) -> None:
        """Let customs make the order's tax bill void."""
        number = self.trade.numbers[order.id]
        self.hear(order, bill_change(status=3, time=self.time(), invt_no=number))

    def undone(self, order: Order, *, gone: int = 0) -> None:
        """Assert that nothing is held for the order and its money went back once.

        ``gone`` pieces are no longer there.
        """
        assert one("SELECT state FROM customs_order") == "refused"
        assert [fen for _, fen in self.trade.wallet.refunds.values()] == [order.paid_share_fen]
        assert rows("SELECT state, amount_fen FROM refund") == [("done", order.paid_share_fen)]
        assert one("SELECT state FROM payment") == "refunded"
        assert ledger(order.id) == {}
        assert one("SELECT used_fen FROM limit_year") == 0
        assert one("SELECT SUM(held_fen) FROM guarantee") == 0
        assert sample_house.free_pieces(order.lines[0].sku) == 6 - gone
        assert sample_house.held_is_reserved()
        assert one("SELECT count(*) FROM fact WHERE name = 'order.refused'") == 1
        assert parked() == []

    def hear(self, order: Order, text_: str) -> None:
        """Let customs say something of the order, by its own numbers and parties."""
        parties = Parties.from_text(order.parties)
        number = self.trade.numbers.get(order.id, INVT_NO)
        self.trade.hear(
            text_.replace(PARTIES.platform.code, parties.platform.code).replace(INVT_NO, number)
        )

    def time(self) -> str:
        """Return customs' time of its next answer."""
        self.clock.tick(1)
        return clock.china_text_ms(clock.now() + 3600 * clock.SECOND)


def parked() -> list[tuple[object, ...]]:
    """Return the deliveries that a person must look at."""
    return rows("SELECT handler, trouble FROM delivery WHERE state = 'parked'")


def crash_once(call: Callable[..., object]) -> Callable[..., object]:
    """Return ``call`` such that it is done the first time and the worker dies right after it."""
    died: list[bool] = []

    def dying(*args: object, **values: object) -> object:
        answer = call(*args, **values)
        if not died:
            died.append(True)
            raise RuntimeError("the worker died here")
        return answer

    return dying
