"""Decide what a refused order document may say otherwise: only what it alone declares.

What payment, waybill, list or account book say as well (parties, buyer, address, pieces, prices,
goods' names, origin) needs the order undone.  Sending it is ``submit_order``'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection

from bonded_display.customs import sendings
from bonded_display.customs.errors import MessageFaulty
from bonded_display.customs.handed import OrderDocument, OrderLine
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.ceb311 import CEB311
from bonded_display.customs.messages.fill_311 import order_message
from bonded_display.customs.messages.table import Document, Values, faults
from bonded_display.customs.messages.xml import read_xml
from kernel.clock import Instant

HEAD: Mapping[str, str] = {"district_code": "consigneeDistrict", "note": "note"}
LINE: Mapping[str, str] = {"gmodel": "gmodel", "gtin14": "barCode", "line_note": "note"}
"""Our name of a field, and the element in which it stands."""

_OF_THIS_SENDING = frozenset({"guid", "appTime", "appType"})
PERSONAL = frozenset(
    {
        *("buyerRegNo", "buyerName", "buyerTelephone", "buyerIdNumber"),
        *("consignee", "consigneeTelephone", "consigneeAddress"),
    }
)
"""Elements whose values no page of differences shows."""

Typed = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """One element that the next sending says otherwise; ``gnum`` 0 is the head."""

    gnum: int
    element: str
    was: str = field(repr=False)
    becomes: str = field(repr=False)

    @property
    def personal(self) -> bool:
        """Whether its values are a person's."""
        return self.element in PERSONAL


def last_said(conn: Connection, row: Any) -> Document:
    """Return the texts of an order document's latest sending."""
    (said,) = business.read(CEB311, read_xml(sendings.signed_bytes(conn, row.guid)))
    return said


def amended(
    order: OrderDocument, said: Document, head: Typed, lines: Mapping[int, Typed]
) -> OrderDocument:
    """Return the order with the corrections over what its latest sending said.

    Fields that were not typed stay as they were sent last, so that no correction is lost by the
    next one.
    """
    own = {name: said.head.get(element, "") for name, element in HEAD.items()} | dict(head)
    sent = {int(line["gnum"]): line for line in said.lines}
    return replace(
        order,
        note=own["note"],
        consignee=replace(order.consignee, district_code=own["district_code"]),
        lines=tuple(
            _line(line, sent.get(line.gnum), lines.get(line.gnum, {})) for line in order.lines
        ),
    )


def _line(line: OrderLine, sent: Values | None, typed: Typed) -> OrderLine:
    own = {name: (sent or {}).get(element, "") for name, element in LINE.items()} | dict(typed)
    return replace(line, gmodel=own["gmodel"], gtin14=own["gtin14"], note=own["line_note"])


def differences(order: OrderDocument, said: Document, *, at: Instant) -> list[Difference]:
    """Return what the next sending of ``order`` would say otherwise than the latest.

    Raises ``MessageFaulty`` when it could not be signed as it is.
    """
    new = order_message(order, guid=business.new_guid(), at=at)
    wrong = faults(CEB311, new) or rules_1210.order_faults(new)
    if wrong:
        raise MessageFaulty(kind="CEB311", faults=[str(fault) for fault in wrong])
    found = _between(0, said.head, new.head)
    sent = {line["gnum"]: line for line in said.lines}
    for line in new.lines:
        found += _between(int(line["gnum"]), sent.get(line["gnum"], {}), line)
    return found


def _between(gnum: int, was: Values, becomes: Values) -> list[Difference]:
    names = [name for name in becomes if name not in _OF_THIS_SENDING]
    names += [name for name in was if name not in becomes and name not in _OF_THIS_SENDING]
    pairs = [(name, was.get(name, ""), becomes.get(name, "")) for name in names]
    return [Difference(gnum, name, old, new) for name, old, new in pairs if old != new]
