"""Decide how the tests of goods returns let a parcel leave the zone, arrive, and come back."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from bonded_display.customs.handed import Parties
from bonded_display.stock.book import book_balance, pre_deduct
from bonded_display.stock.controls import differences
from bonded_display.stock.gate import deduct_at_gate
from bonded_display.warehouse.exit_batch import add_parcel, open_exit_batch
from bonded_display.warehouse.pack_parcel import pack_parcel
from bonded_display.warehouse.pick_scan import pick_scan
from bonded_display.warehouse.returns.arrive import receive_return
from bonded_display.warehouse.returns.check import check_return
from bonded_display.warehouse.rows import batch_row, gate_lines, move_batch, pick_lines
from bonded_display.warehouse.tables import exit_parcel, pick_task
from kernel import clock, db, outbox
from kernel.clock import china_text_ms
from shop.endings.ask_return import ask_return
from shop.finance.controls import totals
from shop.queries import Order
from tests.db.shop.money import ledger
from tests.db.shop.unwinding import Unwinding, parked
from tests.support import sample_house
from tests.support.sample_house import one, rows
from tests.unit.customs.examples import PARTIES
from tests.unit.customs.receipts import INVT_NO, bill, bill_change, list_receipt, request_receipt

WHY = "消费者七日无理由退货"


@dataclass
class Returning:
    """Orders that leave the zone, are signed for and come back."""

    house: Unwinding

    def work(self, rounds: int = 6) -> None:
        """Let the worker run; the courier is played by ``signed``."""
        self.house.work(rounds)

    def left(self, *, pieces: int = 1) -> Order:
        """Return a released and billed order whose parcel has passed the gate."""
        order = self.house.trade.released(pieces=pieces)
        self.house.trade.billed(order)
        task_id = one("SELECT id FROM pick_task WHERE order_id = :id", id=order.id)
        with db.read() as conn:
            codes = [line.lot_no for line in pick_lines(conn, task_id) for _ in range(line.qty)]
        for code in codes:
            pick_scan(task_id, code)
        pack_parcel(task_id, gross_e5=1_000_000)
        self._pass_gate(order)
        self.work(2)
        assert one("SELECT state FROM customs_order WHERE id = :id", id=order.id) == "left_zone"
        return self.house.trade.order(order.id)

    def _pass_gate(self, order: Order) -> None:
        batch_id = open_exit_batch(order.warehouse_id, vehicle_no="沪B12345")
        add_parcel(batch_id, waybill_no=str(order.waybill_no))
        at = clock.now()
        with db.write() as conn:
            conn.execute(update(exit_parcel).values(loaded_at=at))
            conn.execute(update(pick_task).values(state="loaded", collected_at=at))
            for to in ("closed", "listed", "pass_requested", "approved"):
                numbers: dict[str, Any] = {}
                if to == "listed":
                    numbers = {"bonded_inventory_list_no": f"QD{batch_id}"}
                if to == "approved":
                    numbers = {"exit_pass_no": f"P{batch_id}"}
                move_batch(conn, batch_row(conn, batch_id), to, **numbers)
            lines = gate_lines(conn, batch_id)
            listed = [(one.line, one.account_book_item_id, one.qty) for one in lines]
            pre_deduct(conn, f"QD{batch_id}", listed, at=at)
            seq = move_batch(conn, batch_row(conn, batch_id), "gone", passed_at=at)
            deduct_at_gate(conn, f"P{batch_id}", lines, at=at)
            outbox.record(
                conn,
                "exit.gate_passed",
                subject=f"exit_batch:{batch_id}",
                subject_seq=seq,
                payload={"batch_id": batch_id, "order_ids": [order.id], "passed_at": at},
                at=at,
            )

    def signed(self, order: Order, *, work: bool = True) -> None:
        """Let the receiver sign."""
        at = clock.now()
        with db.write() as conn:
            seq = one("SELECT seq FROM pick_task WHERE order_id = :id", id=order.id) + 1
            conn.execute(update(pick_task).values(signed_for_at=at, seq=seq))
            outbox.record(
                conn,
                "parcel.signed_for",
                subject=f"customs_order:{order.id}",
                subject_seq=seq,
                payload={"order_id": order.id, "delivered_at": at},
                at=at,
            )
        if work:
            self.work(2)

    def checked(self, order: Order, *, pieces: int | None = None) -> int:
        """Ask for the return, scan the parcel in, find it as it left; return the case's id."""
        part = None if pieces is None else {1: pieces}
        case_id = ask_return(order.id, reason=WHY, pieces=part)
        assert receive_return(str(order.waybill_no), warehouse_id=order.warehouse_id) == case_id
        check_return(case_id, fit=True, location="R-01")
        self.work(1)
        return case_id

    def answer(self, order: Order, case_id: int, status: int) -> str:
        """Return what customs says of the goods return."""
        return self._named(
            order,
            request_receipt("CEB626", str(case_id), status=status, time=self.time()),
        )

    def of_list(self, order: Order, status: int, *, late_s: int = 0) -> str:
        """Return what customs says of the list itself, or (``late_s`` below nought) said once."""
        at = china_text_ms(clock.now() + late_s * clock.SECOND) if late_s else self.time()
        text = list_receipt(str(order.declaration_list_id), status=status, time=at)
        agent = Parties.from_text(order.parties).agent.code
        return self._named(order, text).replace(PARTIES.agent.code, agent)

    def bill(self, order: Order) -> str:
        """Return customs' tax bill, as it was heard before."""
        return bill(self.house.trade.numbers[order.id])

    def void(self, order: Order) -> str:
        """Return customs' word that the bill is void."""
        number = self.house.trade.numbers[order.id]
        return bill_change(status=3, time=self.time(), invt_no=number)

    def hear(self, order: Order, *told: str) -> None:
        """Take in what customs said."""
        for text in told:
            self.house.hear(order, text)

    def time(self) -> str:
        """Return customs' time of its next answer."""
        return self.house.time()

    def _named(self, order: Order, text: str) -> str:
        return text.replace(INVT_NO, self.house.trade.numbers[order.id])

    def undone(self, order: Order, *, refunds: int = 1) -> None:
        """Assert that goods, book, tax, year and money stand as before the sale, each once."""
        assert one("SELECT state FROM customs_order") == "returned"
        assert one("SELECT state FROM declaration_list") == "CANCELLED"
        assert {state for (state,) in rows("SELECT state FROM return_case")} == {"restored"}
        assert rows("SELECT status FROM tax_bill") == [("3",)]
        back = [fen for _, fen in self.house.trade.wallet.refunds.values()]
        assert (len(back), sum(back)) == (refunds, order.paid_share_fen)
        assert one("SELECT state FROM payment") == "refunded"
        assert ledger(order.id) == {}
        assert one("SELECT used_fen FROM limit_year") == 0
        assert one("SELECT SUM(held_fen) FROM guarantee") == 0
        line = order.lines[0]
        assert sample_house.free_pieces(line.sku) == 6
        with db.read() as conn:
            assert differences(conn) == []
            assert book_balance(conn, line.account_book_item_id).balance == 3
            assert book_balance(conn, line.account_book_item_id).returned == line.qty
            assert [total.control.key for total in totals(conn) if not total.agrees] == []
        assert one("SELECT count(*) FROM fact WHERE name = 'order.returned'") == 1
        assert parked() == []
