"""Decide how a mail from customs is opened: envelope, message, receipts.  Pure.

Each step refuses what it cannot read with ``MailMalformed``; nothing of such a mail is taken.
"""

from bonded_display.customs.messages import (
    ceb311,
    ceb411,
    ceb511,
    ceb621,
    ceb623,
    ceb625,
    ceb816,
    ceb900,
)
from bonded_display.customs.messages.receipts import Receipt, check_root, read_receipts
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.transport.dxp import unwrap

SHAPES = {
    shape.root: shape
    for shape in (
        ceb311.SHAPE_312,
        ceb411.SHAPE_412,
        ceb511.SHAPE_512,
        ceb511.SHAPE_514,
        ceb621.SHAPE_622,
        ceb623.SHAPE_624,
        ceb625.SHAPE_626,
        ceb816.SHAPE_816,
        ceb816.SHAPE_818,
        ceb900.SHAPE_900,
    )
}


def open_mail(raw: bytes) -> list[Receipt]:
    """Return the receipts in the envelope ``raw``; raises ``MailMalformed``."""
    return open_message(unwrap(raw))


def open_message(business: bytes) -> list[Receipt]:
    """Return the receipts in a business message; raises ``MailMalformed``."""
    root = read_xml(business)
    shape = check_root(root, SHAPES)
    if shape is ceb816.SHAPE_816:
        return ceb816.read_816(root)
    if shape is ceb816.SHAPE_818:
        return ceb816.read_818(root)
    return read_receipts(shape, root)
