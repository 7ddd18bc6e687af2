"""Decide how a message that came in is shown as JSON: what it says and what is odd about it."""

from typing import Any

from lxml import etree

from bonded_display.customs.command.judge import Parsed, parse
from bonded_display.customs.command.told import words_of_reason
from bonded_display.customs.messages import business
from bonded_display.customs.messages.every import SHAPES
from bonded_display.customs.messages.reading.odd import frame_oddities, oddities
from bonded_display.customs.messages.reading.opening import Unread, open_answer
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.messages.table import CEB
from bonded_display.customs.messages.xml import local_name, read_xml
from bonded_display.customs.transport import dxp

Shown = dict[str, Any]


def opened(raw: bytes) -> bytes:
    """Return the business message: what an envelope carries, else ``raw`` itself.

    Raises ``MailMalformed``.
    """
    return dxp.unwrap(raw) if local_name(read_xml(raw)) == "DxpMsg" else raw


def shown(raw: bytes) -> Shown:
    """Return what a business message says; raises ``MailMalformed``."""
    parsed = parse(raw)
    return _answer(raw) if parsed.message.root in SHAPES else _declared(parsed)


def _answer(raw: bytes) -> Shown:
    found = open_answer(raw)
    return {
        "verdict": "partly" if found.unread else "read",
        "kind": found.kind,
        "odd": list(found.odd),
        "receipts": [_receipt(receipt) for receipt in found.receipts],
        "unread": [_unread(unread) for unread in found.unread],
    }


def _receipt(receipt: Receipt) -> Shown:
    return {
        "key": receipt.key,
        "status": receipt.status,
        "return_time": receipt.time_text,
        "info": receipt.info,
        "odd": list(receipt.odd),
        "fields": dict(receipt.fields),
        "lines": [dict(line) for line in receipt.lines],
    }


def _unread(unread: Unread) -> Shown:
    return {
        "place": unread.place + 1,
        "reason": unread.problem.reason,
        "words": words_of_reason(unread.problem.reason),
        "fields": dict(unread.fields),
    }


def _declared(parsed: Parsed) -> Shown:
    message, root = parsed.message, parsed.root
    frame = business.read_frame(root)
    return {
        "verdict": "read",
        "kind": message.kind,
        "guid": frame.guid,
        "odd": [str(fault) for fault in frame_oddities(message, root)],
        "transfer": None if frame.transfer is None else dict(frame.transfer),
        "subscribers": [dict(subscriber) for subscriber in frame.subscribers],
        "documents": [
            {
                "odd": [str(fault) for fault in oddities(message, node)],
                "head": dict(document.head),
                "lines": [dict(line) for line in document.lines],
            }
            for node, document in zip(_nodes(parsed), business.read(message, root), strict=True)
        ],
    }


def _nodes(parsed: Parsed) -> list[etree._Element]:
    return parsed.root.findall(f"{{{CEB}}}{parsed.message.node}")
