"""Ends a goods return that customs refused for good: the goods go to the shopper again.

The order stands as it did, and its tax; whether customs is asked once more instead is a person's
word (``declare_return_again``).
"""

from bonded_display.customs.reading.returns import declared_return
from bonded_display.customs.states import REFUSED
from bonded_display.warehouse.errors import NotNow
from bonded_display.warehouse.returns.cases import lock_case
from bonded_display.warehouse.returns.ends import give_back_goods
from kernel import audit, clock, db, locks


def send_back_refused(case_id: int) -> bool:
    """Take the goods of the case from their place apart, to be sent on; False if done.

    Raises ``ReturnUnknown``, ``NotNow`` unless customs has refused their return.
    """
    with db.write() as connection:
        case = lock_case(connection, case_id)
        locks.take(connection, locks.Rank.ORDER, case.order_id)
        if case.state == "refused":
            return False
        paper = declared_return(connection, case_id)
        if paper is None or paper.state not in REFUSED:
            raise NotNow(subject=f"return_case:{case_id}", state=case.state, to="refused")
        give_back_goods(connection, case, at=clock.now())
        audit.record(connection, "send_back_refused", subject=f"return_case:{case_id}", detail={})
    return True
