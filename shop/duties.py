"""Decides what is done by the clock rather than by a fact, and how often.

Each duty is safe to run twice and in several workers; what it does is its room's verb.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select, text

from bonded_display.customs.heard.take_parked_again import renew_trust
from bonded_display.customs.sendings import send_unsent
from bonded_display.customs.take_in_mail import take_in_mail
from bonded_display.warehouse.delivery import record_signed_for
from bonded_display.warehouse.record_gate_passed import record_gate_passed
from bonded_display.warehouse.tables import exit_batch
from bonded_display.warehouse.waybills import refill_pool
from kernel import clock, config, db, register
from kernel.clock import MINUTE
from kernel.errors import Unavailable
from kernel.logs import log
from settlement.payments.sweep import sweep_payments
from shop.back_office.declare_again import (
    learn_payment_again,
    learn_waybill_again,
    payments_declared_again,
    waybills_declared_again,
)
from shop.capture_payment import Captures
from shop.expire_checkout import sweep_expired
from shop.imports.run import go_on as import_sheets
from shop.operations.heartbeat import beat
from shop.tables import customs_order, order_step

SWEPT = 100
JUST_LEFT = 2 * MINUTE


@dataclass(slots=True)
class Round:
    """Goes round the rows that wait, ``SWEPT`` a time; ``waiting`` selects their ids.

    One that fails is told in the log and holds up none behind it.  ``Unavailable`` ends the
    turn, for the other side will not answer the next one either; that goes on after it.
    """

    verb: Callable[[int], object]
    waiting: Callable[[], Select[Any]]
    after: int = 0
    within_s: float = 2.0
    """A turn begins no further row after so many seconds: facts wait for the worker too."""

    def __call__(self) -> None:
        """Let the verb have its turn with the next of them, from the first after the last."""
        query = self.waiting()
        (column,) = query.selected_columns
        with db.read() as connection:
            due = query.where(column > self.after).order_by(column).limit(SWEPT)
            row_ids = list(connection.execute(due).scalars())
        ends = time.monotonic() + self.within_s
        for row_id in row_ids:
            if time.monotonic() >= ends:
                return
            self.after = row_id
            self._try(row_id)
        if len(row_ids) < SWEPT:
            self.after = 0

    def _try(self, row_id: int) -> None:
        try:
            self.verb(row_id)
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001  # the rows behind it are nobody's fault
            log.exception("round_left_one", verb=self.verb.__name__, row_id=str(row_id))


def _before_the_gate() -> Select[Any]:
    return select(exit_batch.c.id).where(exit_batch.c.state == "approved")


def _on_the_road() -> Select[Any]:
    return select(customs_order.c.id).where(customs_order.c.state == "left_zone")


def _just_left() -> Select[Any]:
    left = order_step.c
    return (
        _on_the_road()
        .join(order_step, left.order_id == customs_order.c.id)
        .where(text("order_step.state = 'left_zone'"), left.at > clock.now() - JUST_LEFT)
    )


ask_the_gate = Round(record_gate_passed, _before_the_gate)
"""Learns which approved batches have passed the zone's gate."""

ask_the_courier = Round(record_signed_for, _on_the_road)
"""Learns which parcels on the road were signed for."""

ask_of_payments_again = Round(learn_payment_again, payments_declared_again)
"""Learns customs' answer to payments that the payment company was asked to declare anew."""

ask_of_waybills_again = Round(learn_waybill_again, waybills_declared_again)
"""The same of waybills, which the courier declares."""

ask_of_the_newest = Round(record_signed_for, _just_left)
"""The same of those that left a moment ago: what is a day on the road is not asked of so often."""


def refill_waybills() -> None:
    """Fetch waybill numbers ahead from today's courier, and from those paid orders wait for."""
    waits = select(customs_order.c.courier_enterprise_id).where(
        customs_order.c.state == "paid", customs_order.c.waybill_no.is_(None)
    )
    with db.read() as connection:
        courier = register.party(connection, "courier", clock.china_date(clock.now()))
        waited_for = set(connection.execute(waits.distinct()).scalars())
    refill_pool(courier.id)
    for courier_id in sorted(waited_for - {courier.id}):
        refill_pool(courier_id)


def renew_trusted() -> None:
    """Believe the certificates that lie in the folder now: mail comes signed by a new one some day."""
    renew_trust(config.current())


def sweep_money() -> None:
    """Ask providers about payments whose events never came."""
    sweep_payments(Captures())


DUTIES: tuple[tuple[str, float, Callable[[], object]], ...] = (
    ("beat", 5.0, beat),
    ("take_in_mail", 0.1, take_in_mail),
    ("send_unsent", 1.0, send_unsent),
    ("renew_trusted", 30.0, renew_trusted),
    ("ask_the_gate", 0.5, ask_the_gate),
    ("ask_of_the_newest", 0.5, ask_of_the_newest),
    ("ask_the_courier", 20.0, ask_the_courier),
    ("ask_of_payments_again", 2.0, ask_of_payments_again),
    ("ask_of_waybills_again", 2.0, ask_of_waybills_again),
    ("sweep_money", 5.0, sweep_money),
    ("sweep_expired", 5.0, sweep_expired),
    ("refill_waybills", 2.0, refill_waybills),
)
"""Name, seconds between two runs, and the verb."""

BESIDE: tuple[tuple[str, float, Callable[[], object]], ...] = (
    ("import_sheets", 0.5, import_sheets),
)
"""As ``DUTIES``, but each turn may take minutes: facts and the beat do not wait for them."""
