"""Decide how a payment company or a courier is asked to declare a refused document anew.

412 and 512 go to those companies: after a redeclaration nobody tells us, so the worker asks for
those whose document still stands refused at our desk.
"""

from sqlalchemy import Select, Table, select, text

from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.tables import document
from bonded_display.warehouse.cause_waybill import FINAL, learn_waybill, redeclare_waybill
from bonded_display.warehouse.tables import waybill_declaration
from settlement.payments.declarer import learn_declaration, redeclare_payment
from settlement.payments.tables import payment_declaration
from shop.back_office.worklists import IS_REFUSED

_NOT_ON_ITS_WAY = ("causing", "rejected")


def declare_again(order_id: int, kind: str) -> None:
    """Make the company send its refused ``payment`` or ``waybill`` document anew.

    One that is on its way already stays as it is.  Raises ``PaymentMissing``,
    ``DeclarationRefused``; ``WaybillMissing``, ``CourierRefused``; ``Unavailable``.
    """
    again = {"payment": redeclare_payment, "waybill": redeclare_waybill}[kind]
    again(order_id)


def learn_payment_again(order_id: int) -> None:
    """Ask what became of a redeclared payment, and record customs' answer when there is one."""
    known = learn_declaration(order_id)
    if known.state in FINAL:
        _record(order_id, "payment", known.return_status, known.return_time_text)


def learn_waybill_again(order_id: int) -> None:
    """Ask what became of a redeclared waybill, and record customs' answer when there is one."""
    known = learn_waybill(order_id)
    if known.state in FINAL:
        _record(order_id, "waybill", str(known.return_status), str(known.return_time_text))


def _record(order_id: int, kind: str, status: str, time_text: str) -> None:
    record_acceptance(order_id, kind, status=status, return_time_text=time_text)


def payments_declared_again() -> Select[tuple[int]]:
    """Select the orders whose payment stands refused at our desk and is on its way once more."""
    return _declared_again(payment_declaration, "payment")


def waybills_declared_again() -> Select[tuple[int]]:
    """Select the orders whose waybill stands refused at our desk and is on its way once more."""
    return _declared_again(waybill_declaration, "waybill")


def _declared_again(table: Table, kind: str) -> Select[tuple[int]]:
    """Few documents are refused, and an index has them: the companies' rows are found by id."""
    return (
        select(table.c.order_id)
        .join(document, document.c.order_id == table.c.order_id)
        .where(text(f"document.{IS_REFUSED}"), document.c.kind == kind)
        .where(table.c.state.not_in(_NOT_ON_ITS_WAY))
    )
