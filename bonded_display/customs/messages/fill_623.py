"""Decide how a withdrawal (CEB623) and a goods return (CEB625) are written from a frozen list.

Parties, buyer and lines are the texts of the list that customs accepted, read back from the
bytes that were signed: both messages must say what the list said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bonded_display.customs.errors import MessageFaulty
from bonded_display.customs.messages.table import Document, Values
from kernel import clock
from kernel.clock import Instant

_AS_LISTED = (
    "customsCode",
    "orderNo",
    "ebpCode",
    "ebpName",
    "ebcCode",
    "ebcName",
    "logisticsNo",
    "logisticsCode",
    "logisticsName",
    "buyerIdType",
    "buyerIdNumber",
    "buyerName",
    "buyerTelephone",
    "agentCode",
    "agentName",
)


@dataclass(frozen=True)
class Against:
    """What a withdrawal or goods return says itself, beside what its list said."""

    cop_no: str
    """Our own number of this document, at most 20 characters; its receipt names it."""
    invt_no: str
    """Customs' number of the list."""
    reason: str
    guid: str
    at: Instant


def withdrawal_message(listed: Document, against: Against) -> Document:
    """Return the texts of CEB623 for the accepted CEB621 ``listed``."""
    return Document(head=_head(listed, against))


def goods_return_message(
    listed: Document, against: Against, *, returned: Mapping[int, int]
) -> Document:
    """Return the texts of CEB625: ``returned`` says how many pieces of each ``gnum`` come back.

    Raises ``MessageFaulty`` when the list has no such line.
    """
    lines = {line["gnum"]: line for line in listed.lines}
    strange = sorted(gnum for gnum in returned if str(gnum) not in lines)
    if strange:
        faults = [f"gnum {gnum}: not_in_list" for gnum in strange]
        raise MessageFaulty(kind="CEB625", faults=faults)
    return Document(
        head=_head(listed, against),
        lines=tuple(_line(lines[str(gnum)], returned[gnum]) for gnum in sorted(returned)),
    )


def _head(listed: Document, against: Against) -> dict[str, str]:
    return {
        "guid": against.guid,
        "appType": "1",
        "appTime": clock.china_text(against.at),
        "appStatus": "2",
        "copNo": against.cop_no,
        "invtNo": against.invt_no,
        "reason": against.reason,
        **{name: listed.head[name] for name in _AS_LISTED},
    }


def _line(line: Values, qty: int) -> dict[str, str]:
    return {
        "gnum": line["gnum"],
        "gcode": line["gcode"],
        "gname": line["gname"],
        "qty": str(qty),
        "unit": line["unit"],
    }
