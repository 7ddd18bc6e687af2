"""Decide what kind of answer a receipt's status is; the receipts' own rules decide what follows.

Source: rules.md section 4; codes from customs.md section 2.
"""

import re
from enum import StrEnum


class ReceiptClass(StrEnum):
    """What an answer asks of us."""

    PROGRESS = "progress"
    """A state of the authority."""
    PRESENT = "present"
    """The first copy is there: keep the state and query."""
    TERMINAL = "terminal"
    """Never to be accepted: the paid order is undone by itself."""
    FIXABLE = "fixable"
    """Refused; a corrected document may be sent."""
    WAIT = "wait"
    """Not understood by a program: goes to a person."""


CLASS_OF_CODE: dict[int, ReceiptClass] = {
    -301010: ReceiptClass.PRESENT,
    -301011: ReceiptClass.PRESENT,
    -401007: ReceiptClass.PRESENT,
    -504015: ReceiptClass.PRESENT,
    -621004: ReceiptClass.PRESENT,
    -621005: ReceiptClass.TERMINAL,
    -621018: ReceiptClass.TERMINAL,
    -10101: ReceiptClass.FIXABLE,
    -10102: ReceiptClass.FIXABLE,
    -621012: ReceiptClass.FIXABLE,
    -621028: ReceiptClass.FIXABLE,
    -621029: ReceiptClass.FIXABLE,
}
"""−621018, the year's limit, is normal after payment: the buyer's use elsewhere is unknown to us."""

REFUSED = 100

_CODE_IN_INFO = re.compile(r"\[Code:(-?\d{1,9});")


def code_in(info: str) -> int | None:
    """Return the code that an answer's text carries as ``[Code:1800;Desc:...]``, or None."""
    match = _CODE_IN_INFO.search(info)
    return int(match[1]) if match else None


def class_of(status: int, info: str = "") -> ReceiptClass:
    """Return the class of an answer; a plain refusal (100) takes that of the code in its text."""
    if status > 0 and status != REFUSED:
        return ReceiptClass.PROGRESS
    if status == REFUSED:
        code = code_in(info)
        return CLASS_OF_CODE.get(code, ReceiptClass.FIXABLE) if code else ReceiptClass.FIXABLE
    return CLASS_OF_CODE.get(status, ReceiptClass.WAIT)
