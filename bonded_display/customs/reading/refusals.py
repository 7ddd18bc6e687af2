"""Decide why a paper was refused, as far as a number says it; the words are the pages'.

Customs' own words stay sealed with the mail; who reads them is kept (``papers``).
"""

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, and_, or_, select

from bonded_display.customs.states import UNSENT_OR_REFUSED
from bonded_display.customs.tables import customs_receipt
from kernel.clock import Instant

NAMED: Final = {
    -10101: "code.10101",
    -10102: "code.10102",
    -301010: "code.301010",
    -301011: "code.301011",
    -401007: "code.401007",
    -504015: "code.504015",
    -621004: "code.621004",
    -621005: "code.621005",
    -621012: "code.621012",
    -621018: "code.621018",
    -621028: "code.621028",
    -621029: "code.621029",
}
"""Codes whose meaning is known; source: customs.md section 2."""


@dataclass(frozen=True, slots=True)
class WhyRefused:
    """A refusal: its status, the code in its words if any, and which stored answer it is.

    ``paper_id`` is None for what another company told us of its own document.
    """

    status: int
    code: int | None
    at: Instant
    paper_id: int | None
    from_port: bool = False

    @property
    def reason(self) -> str:
        """Return what completes the message id of its words."""
        for number in (self.code, self.status):
            if number in NAMED:
                return NAMED[number]
        return "port" if self.from_port else "customs"


def refusal_of_list(conn: Connection, row: Any) -> WhyRefused | None:
    """Return the refusal in force of a list; None when it was not refused."""
    return _refusal(conn, row, row.latest_guid, "CEB621", ("CEB622", [row.cop_no]))


def refusal_of_document(conn: Connection, row: Any, *, platform_code: str) -> WhyRefused | None:
    """Return the refusal in force of an order's document: order, payment or waybill."""
    keys = [f"{row.order_no}|{platform_code}", str(row.order_no)]
    found = _refusal(conn, row, row.guid, "CEB311", ("CEB312", keys))
    if found is None and row.state in UNSENT_OR_REFUSED and row.return_at is not None:
        return WhyRefused(row.return_status, None, row.return_at, None)
    return found


def _refusal(
    conn: Connection, row: Any, guid: str | None, sent: str, answer: tuple[str, list[str]]
) -> WhyRefused | None:
    """The kept answer that stands in the row, from customs or, about the sending, from the port."""
    if row.state not in UNSENT_OR_REFUSED or row.return_status is None or guid is None:
        return None
    heard, (kind, keys) = customs_receipt.c, answer
    port = [guid, f"{guid}|{sent}", f"{guid}|{sent}Message"]
    found = conn.execute(
        select(heard.id, heard.kind, heard.info_code)
        .where(
            heard.return_status == row.return_status,
            or_(
                and_(heard.kind == kind, heard.doc_key.in_(keys)),
                and_(heard.kind == "CEB900", heard.doc_key.in_(port)),
            ),
        )
        .where(heard.return_at == row.return_at)
        .order_by(heard.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    port_said = found.kind == "CEB900"
    return WhyRefused(row.return_status, found.info_code, row.return_at, found.id, port_said)
