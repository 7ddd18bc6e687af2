"""Decide what each verb answers: build, check, sign, verify, read.

An answer has a ``verdict``; how a refusal is told is ``told``'s, what a question looks like
``question``'s.  Nothing is stored and nothing is sent.
"""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lxml import etree

from bonded_display.customs.command import question, signing
from bonded_display.customs.command.errors import BytesUnread, DocumentUnfit, QuestionUnread
from bonded_display.customs.command.judge import (
    Parsed,
    faults_beside,
    faults_of,
    is_signed,
    parse,
)
from bonded_display.customs.command.shown import opened, shown
from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.table import Fault, Message
from bonded_display.customs.sign import xmldsig
from kernel import clock

Answer = dict[str, Any]


def build(asked: object) -> Answer:
    """Return the message of some documents; raises ``DocumentUnfit`` with every fault."""
    given = question.parts(
        asked, "question", {"kind", "guid", "transfer", "subscribers", "documents"}
    )
    message = _kind(question.text(given, "kind"))
    documents = question.documents(given)
    frame = question.frame(given, business.new_guid())
    faults = business.table_faults(message, documents, frame) or [
        fault.of(message, place, len(documents))
        for place, document in enumerate(documents, start=1)
        for fault in rules_1210.document_faults(message.kind, document)
    ]
    if faults:
        raise DocumentUnfit(kind=message.kind, faults=faults)
    root = business.build_all(message, documents, frame, rules=list)
    return {"verdict": "built", "kind": message.kind, "guid": frame.guid, "xml": _text(root)}


def check(asked: object) -> Answer:
    """Return that a message is fit, by itself and beside others of the same sale.

    Raises ``DocumentUnfit`` with every fault.
    """
    given = question.parts(asked, "question", {*question.BYTES, "against"})
    parsed = _parsed(given)
    others = [
        _parsed(question.parts(other, f"against[{place}]", question.BYTES))
        for place, other in enumerate(question.items(given, "against", []), start=1)
    ]
    faults = faults_of(parsed)
    for place, other in enumerate(others, start=1):
        where = f"against[{place}]"
        faults += [replace(fault, where=f"{where}.{fault.where}") for fault in faults_of(other)]
    for other in others if not faults else []:
        faults += faults_beside(parsed, other)
    kind = parsed.message.kind
    if faults:
        raise DocumentUnfit(kind=kind, faults=faults)
    return {
        "verdict": "fit",
        "kind": kind,
        "documents": len(business.read(parsed.message, parsed.root)),
        "signed": is_signed(parsed),
    }


def sign(asked: object) -> Answer:
    """Return a fit message with its signature; the text's UTF-8 bytes are what was signed.

    Raises ``DocumentUnfit`` and ``SigningKeyUnfit``; nothing was signed then.
    """
    given = question.parts(
        asked, "question", {*question.BYTES, "key_file", "at", "signature_method", "digest_method"}
    )
    parsed, methods, at = _parsed(given), signing.methods(given), question.moment(given, "at")
    key = signing.key(given)
    faults = faults_of(parsed) or _not_to_sign(parsed)
    if faults:
        raise DocumentUnfit(kind=parsed.message.kind, faults=faults)
    signed = xmldsig.signed(parsed.root, key, methods, at=clock.now() if at is None else at)
    return {
        "verdict": "signed",
        "kind": parsed.message.kind,
        "key_no": key.key_no,
        "sha256": hashlib.sha256(signed).hexdigest(),
        "xml": signed.decode("utf-8"),
    }


def verify(asked: object) -> Answer:
    """Return whether the message carries the signature of the public key over all of itself."""
    given = question.parts(asked, "question", {*question.BYTES, "public_hex"})
    parsed, public = _parsed(given), signing.public(given)
    try:
        holds = xmldsig.holds(parsed.root, public)
    except MailMalformed as problem:
        raise BytesUnread(problem) from problem
    return {"verdict": "holds" if holds else "broken", "kind": parsed.message.kind}


def read(asked: object) -> Answer:
    """Return what a message says, as far as it can be understood, with what is odd about it.

    An envelope (DxpMsg) is opened first.
    """
    given = question.parts(asked, "question", question.BYTES)
    try:
        return shown(opened(question.raw(given)))
    except MailMalformed as problem:
        raise BytesUnread(problem) from problem


VERBS: dict[str, Callable[[object], Answer]] = {
    "build": build,
    "check": check,
    "sign": sign,
    "verify": verify,
    "read": read,
}


def _parsed(given: question.Json) -> Parsed:
    try:
        return parse(opened(question.raw(given)))
    except MailMalformed as problem:
        raise BytesUnread(problem) from problem


def _kind(name: str) -> Message:
    if name not in MESSAGES:
        raise QuestionUnread(place="kind")
    return MESSAGES[name]


def _not_to_sign(parsed: Parsed) -> list[Fault]:
    if parsed.message.signature is None:
        return [Fault(parsed.message.root, "not_ours_to_sign")]
    return [Fault(parsed.message.root, "signed_before")] if is_signed(parsed) else []


def _text(root: etree._Element) -> str:
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True).decode("utf-8")
