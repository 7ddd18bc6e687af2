"""Decide the transport envelope DxpMsg: who sends which message to whom.

The business message inside is carried byte for byte in base64; how files travel is left to the
adapters beside this module.  Source: customs.md section 1, dxp-terminal-202205.
"""

import base64
import binascii
from dataclasses import dataclass

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.xml import read_xml
from kernel import clock
from kernel.clock import Instant

DXP = "http://www.chinaport.gov.cn/dxp"
LONGEST_ID = 16


@dataclass(frozen=True)
class Envelope:
    """What is written on the outside of one message."""

    message_id: str
    """``CopMsgId``: the sending's guid, so that a port error (CEB900) names the sending."""
    sender_id: str
    receiver_id: str
    kind: str
    """``MsgType``, for example ``CEB621Message``."""
    created_at: Instant


def wrap(envelope: Envelope, business: bytes) -> bytes:
    """Return the bytes of the DxpMsg that carries ``business``; the same ones each time.

    Raises ``ValueError`` when an id is longer than the envelope allows.
    """
    if not 0 < len(envelope.sender_id) <= LONGEST_ID:
        raise ValueError("sender id does not fit the envelope")
    root = etree.Element(_tag("DxpMsg"), {"ver": "1.0"}, nsmap={"dxp": DXP})
    info = etree.SubElement(root, _tag("TransInfo"))
    etree.SubElement(info, _tag("CopMsgId")).text = envelope.message_id
    etree.SubElement(info, _tag("SenderId")).text = envelope.sender_id
    receivers = etree.SubElement(info, _tag("ReceiverIds"))
    etree.SubElement(receivers, _tag("ReceiverId")).text = envelope.receiver_id
    created = clock.china_time(envelope.created_at).isoformat(timespec="seconds")
    etree.SubElement(info, _tag("CreatTime")).text = created
    etree.SubElement(info, _tag("MsgType")).text = envelope.kind
    etree.SubElement(root, _tag("Data")).text = base64.b64encode(business).decode("ascii")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def unwrap(raw: bytes) -> bytes:
    """Return the business message that an envelope carries, as it was put in.

    Raises ``MailMalformed`` when it is no envelope, of another namespace, or carries nothing.
    """
    root = read_xml(raw)
    if root.tag != _tag("DxpMsg"):
        raise MailMalformed(reason="envelope", detail=str(root.tag)[:80])
    data = root.find(_tag("Data"))
    text = "".join((data.text or "").split()) if data is not None else ""
    if not text:
        raise MailMalformed(reason="envelope_empty", detail="")
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MailMalformed(reason="envelope_base64", detail="") from error


def _tag(name: str) -> str:
    return f"{{{DXP}}}{name}"
