"""Declares goods that came back and were found as they left: CEB625 under the case's number."""

from sqlalchemy import Connection

from bonded_display.customs.changes.return_goods import return_goods
from bonded_display.customs.sendings import Submitted
from bonded_display.warehouse.errors import NotNow
from bonded_display.warehouse.returns.cases import lock_case, peek_case, pieces_of
from kernel import audit, db

DECLARED = ("checked", "restored")


def declare_return(case_id: int) -> Submitted:
    """Send 625 for the pieces of a checked case; again only when customs refused it.

    The case is looked at under its warehouse's lock: goods that somebody sends back to the
    shopper in this moment are not declared.  Raises ``ReturnUnknown``, ``NotNow`` unless they
    were checked, else as ``return_goods``.
    """
    with db.read() as connection:
        case = peek_case(connection, case_id)
        pieces = pieces_of(connection, case_id)

    def still_here(conn: Connection) -> None:
        state = lock_case(conn, case_id).state
        if state not in DECLARED:
            raise NotNow(subject=f"return_case:{case_id}", state=state, to="declared")

    return return_goods(
        case.list_id, pieces, reason=case.reason, return_id=case_id, first=still_here
    )


def declare_return_again(case_id: int) -> Submitted:
    """As ``declare_return``, at a person's word, which is kept."""
    submitted = declare_return(case_id)
    with db.write() as connection:
        detail = {"guid": submitted.guid}
        audit.record(
            connection, "declare_return_again", subject=f"return_case:{case_id}", detail=detail
        )
    return submitted
