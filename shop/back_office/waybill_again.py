"""Decide how a courier is asked to declare a refused waybill anew, and how its answer is learnt.

512 goes to the courier: after a redeclaration nobody tells us, so the worker asks for those whose
document still stands refused.
"""

from sqlalchemy import Select, select

from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.tables import document
from bonded_display.warehouse.cause_waybill import FINAL, learn_waybill, redeclare_waybill
from bonded_display.warehouse.tables import waybill_declaration


def declare_waybill_again(order_id: int) -> None:
    """Make the courier send its refused document anew; one under way already stays as it is.

    Raises ``WaybillMissing``, ``CourierRefused``, ``Unavailable``.
    """
    redeclare_waybill(order_id)


def learn_waybill_again(order_id: int) -> None:
    """Ask what became of a redeclared waybill, and record customs' answer when there is one."""
    known = learn_waybill(order_id)
    if known.state in FINAL:
        record_acceptance(
            order_id,
            "waybill",
            status=str(known.return_status),
            return_time_text=str(known.return_time_text),
        )


def declared_again() -> Select[tuple[int]]:
    """Select the orders whose waybill stands refused at our desk and is on its way once more."""
    refused = document.c.state.in_(("REJECTED", "ERROR", "FORMAT_ERROR"))
    return (
        select(waybill_declaration.c.order_id)
        .join(document, document.c.order_id == waybill_declaration.c.order_id)
        .where(refused, document.c.kind == "waybill")
        .where(waybill_declaration.c.state.not_in(("causing", "rejected")))
    )
