"""Decide whether a message is fit to be sent: by its table, its schema and the rules of 1210.

Each is asked only when those before it have nothing to say, for it relies on them.
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.base_transfer import BASE_SUBSCRIBE, BASE_TRANSFER
from bonded_display.customs.messages.derived.schema import schema_faults
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.reading.odd import frame_oddities, oddities
from bonded_display.customs.messages.receipts import check_root
from bonded_display.customs.messages.table import CEB, Document, Fault, Message
from bonded_display.customs.messages.xml import read_xml

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_BY_ROOT = {message.root: message for message in MESSAGES.values()}


@dataclass(frozen=True)
class Parsed:
    """A message of a kind that is known."""

    message: Message
    root: etree._Element


def parse(raw: bytes) -> Parsed:
    """Return the message in ``raw``.

    Raises ``MailMalformed`` when it is no XML, of another namespace, or of a kind we do not know.
    """
    root = read_xml(raw)
    return Parsed(check_root(root, _BY_ROOT), root)


def faults_of(parsed: Parsed) -> list[Fault]:
    """Return everything wrong with one message by itself; an empty list is a fit one.

    One that is not signed yet is judged as if it were.
    """
    message, root = parsed.message, parsed.root
    found = list(_form(message, root))
    return found or schema_faults(message, _as_signed(parsed)) or list(_rules(parsed))


def is_signed(parsed: Parsed) -> bool:
    """Say whether a signature stands in the message, whatever it is worth."""
    return parsed.root.find(_SIGNATURE) is not None


def _as_signed(parsed: Parsed) -> etree._Element:
    if parsed.message.signature is None or is_signed(parsed):
        return parsed.root
    root = deepcopy(parsed.root)
    etree.SubElement(root, _SIGNATURE)
    return root


def faults_beside(parsed: Parsed, other: Parsed) -> list[Fault]:
    """Return where a fit message does not say what another fit one of the same sale says.

    Documents are matched by order number or waybill; two that stand alone are matched anyway.
    """
    kinds = (parsed.message.kind, other.message.kind)
    if kinds not in rules_1210.PAIRS and kinds[::-1] not in rules_1210.PAIRS:
        return [Fault(f"{kinds[0]} {kinds[1]}", "no_rules_between")]
    ours, theirs = (business.read(one.message, one.root) for one in (parsed, other))
    found: list[Fault] = []
    for place, document in enumerate(ours, start=1):
        partner = theirs[0] if len(ours) == len(theirs) == 1 else _partner(document, theirs)
        faults = (
            [Fault(other.message.kind, "no_partner")]
            if partner is None
            else _between(kinds, document, partner)
        )
        found += [fault.of(parsed.message, place, len(ours)) for fault in faults]
    return found


def _between(kinds: tuple[str, str], one: Document, other: Document) -> list[Fault]:
    if kinds in rules_1210.PAIRS:
        return rules_1210.faults_between(kinds, one, other)
    return rules_1210.faults_between((kinds[1], kinds[0]), other, one)


def _partner(document: Document, others: Sequence[Document]) -> Document | None:
    for name in ("orderNo", "logisticsNo"):
        for other in others:
            if document.head.get(name) and document.head[name] == other.head.get(name):
                return other
    return None


def _form(message: Message, root: etree._Element) -> Iterator[Fault]:
    yield from frame_oddities(message, root)
    nodes = root.findall(f"{{{CEB}}}{message.node}")
    for place, node in enumerate(nodes, start=1):
        for fault in oddities(message, node):
            yield fault.of(message, place, len(nodes))
    if message.signature is None:
        return
    frame = business.read_frame(root)
    yield from BASE_TRANSFER.faults(frame.transfer or {})
    for subscriber in frame.subscribers:
        yield from BASE_SUBSCRIBE.faults(subscriber)


def _rules(parsed: Parsed) -> Iterator[Fault]:
    message = parsed.message
    documents = business.read(message, parsed.root)
    for place, document in enumerate(documents, start=1):
        for fault in rules_1210.document_faults(message.kind, document):
            yield fault.of(message, place, len(documents))
