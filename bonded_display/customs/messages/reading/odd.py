"""Decide what is odd about a message that came in: where it is not what its table says.

Nothing is refused here, and no value is ever quoted: a value may be a buyer's.
"""

from collections.abc import Iterator

from lxml import etree

from bonded_display.customs.messages.base_transfer import BASE_SUBSCRIBE, BASE_TRANSFER
from bonded_display.customs.messages.table import CEB, Fault, Message, Node
from bonded_display.customs.messages.xml import local_name, texts

_LONGEST_NAME = 40
_DSIG = "http://www.w3.org/2000/09/xmldsig#"


def oddities(message: Message, node: etree._Element) -> list[Fault]:
    """Return how the document ``node`` differs from the table of ``message``, in its order."""
    if message.flat:
        return list(_part(message.head, node, message.node))
    tables = [message.head] + ([message.lines] if message.lines else [])
    found = list(_sequence([table.name for table in tables], node, message.node, repeated=True))
    heads = node.findall(f"{{{CEB}}}{message.head.name}")
    found += [Fault(message.head.name, "repeated_element")] * (len(heads) > 1)
    for head in heads[:1]:
        found += _part(message.head, head, message.head.name)
    if message.lines is None:
        return found
    lines = node.findall(f"{{{CEB}}}{message.lines.name}")
    for place, line in enumerate(lines, start=1):
        found += _part(message.lines, line, f"{message.lines.name}[{place}]")
    if not lines or len(lines) > (message.most_lines or len(lines)):
        found.append(Fault(message.lines.name, "line_count", str(len(lines))))
    return found


def frame_oddities(message: Message, root: etree._Element) -> list[Fault]:
    """Return what is odd around the documents: guid, version, number and order of the nodes.

    A signature at the end is never odd: customs may sign, though its schema does not say so.
    """
    count = len(root.findall(f"{{{CEB}}}{message.node}"))
    found = [
        Fault(f"{message.root}.{name}", "length", "")
        for name, fits in (("guid", range(36, 37)), ("version", range(1, 11)))
        if len(root.get(name, "")) not in fits
    ]
    if not count or count > (message.most or count):
        found.append(Fault(message.node, "document_count", str(count)))
    names = [message.node]
    if message.signature:
        names += [BASE_TRANSFER.name, BASE_SUBSCRIBE.name, "ExtendMessage"]
    return found + list(_sequence([*names, "Signature"], root, message.root, repeated=True))


def _part(table: Node, part: etree._Element, where: str) -> Iterator[Fault]:
    yield from _sequence([element.name for element in table.elements], part, where, repeated=False)
    for fault in table.faults(texts(part), where):
        if fault.rule != "unknown_element":
            yield fault


def _sequence(
    names: list[str], parent: etree._Element, where: str, *, repeated: bool
) -> Iterator[Fault]:
    """Yield children that have no place in ``names``, come again or come too late."""
    place_of = {name: place for place, name in enumerate(names)}
    furthest, seen = -1, set()
    for child in parent:
        name = local_name(child)[:_LONGEST_NAME]
        at = f"{where}.{name}"
        namespace = _DSIG if name == "Signature" else CEB
        if etree.QName(child).namespace != namespace:
            yield Fault(at, "foreign_namespace")
        elif name not in place_of:
            yield Fault(at, "unknown_element")
        elif name in seen and not repeated:
            yield Fault(at, "repeated_element")
        elif place_of[name] < furthest:
            yield Fault(at, "out_of_order")
        furthest = max(furthest, place_of.get(name, -1))
        seen.add(name)
