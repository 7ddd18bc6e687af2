"""Decide the schema of a message, as XML Schema made from its table, and check a message by it.

It is customs' own schema reduced to what the tables say: the content of the signature and of
``ExtendMessage`` is not looked at.  Where the two differ customs' file is right.
"""

from functools import cache

from lxml import etree

from bonded_display.customs.messages.base_transfer import (
    BASE_SUBSCRIBE,
    BASE_TRANSFER,
    MOST_SUBSCRIBERS,
)
from bonded_display.customs.messages.business import ROOT
from bonded_display.customs.messages.table import CEB, Element, Fault, Message, Node
from bonded_display.customs.messages.xml import local_name

_XS = "http://www.w3.org/2001/XMLSchema"
_DSIG = "http://www.w3.org/2000/09/xmldsig#"
_DECIMALS = {"N19,5": ("decimal", "19", "5"), "N9": ("int", "9", "0"), "int": ("int", "", "")}


def schema_of(message: Message) -> etree._Element:
    """Return the schema of ``message`` as the root of an XML Schema document."""
    root = etree.Element(
        _tag("schema"),
        {"targetNamespace": CEB, "elementFormDefault": "qualified"},
        nsmap={"xs": _XS},
    )
    sequence = _element(root, message.root)
    node = _element(sequence, message.node, most=message.most)
    if message.flat:
        _fill(node, message.head)
    else:
        _fill(_element(node, message.head.name), message.head)
        if message.lines is not None:
            _fill(_element(node, message.lines.name, most=message.most_lines), message.lines)
    if message.signature is not None:
        _end(sequence, signature_must=message.signature == "Y")
    kind = sequence.getparent()
    assert kind is not None, "a sequence stands in its type"
    for element in (*ROOT.elements, Element("version", "C..10", "Y", "Constant")):
        attribute = etree.SubElement(kind, _tag("attribute"), name=element.name, use="required")
        _text_type(attribute, element)
    return root


def schema_faults(message: Message, root: etree._Element) -> list[Fault]:
    """Return where ``root`` breaks the schema of ``message``; an empty list is a valid message.

    No value is quoted: a value may be a buyer's.
    """
    schema = _compiled(message)
    if schema.validate(root):
        return []
    entries: list[etree._LogEntry] = list(schema.error_log)  # type: ignore[call-overload]
    spaces = {prefix: uri for part in root.iter() for prefix, uri in part.nsmap.items() if prefix}
    return list(dict.fromkeys(_fault(root, entry, spaces) for entry in entries))


@cache
def _compiled(message: Message) -> etree.XMLSchema:
    return etree.XMLSchema(schema_of(message))


def _fault(root: etree._Element, entry: etree._LogEntry, spaces: dict[str, str]) -> Fault:
    """Return an error of libxml2 by its own name for the rule."""
    rule = (entry.type_name or "").removeprefix("SCHEMAV_").lower()
    found = root.xpath(entry.path or ".", namespaces=spaces)
    element = found[0] if isinstance(found, list) and found else root
    assert isinstance(element, etree._Element), "the path of an error names an element"
    return Fault(_path(root, element), "schema", rule)


def _path(root: etree._Element, element: etree._Element) -> str:
    """Return the way down to ``element``, places told where a name comes again."""
    steps: list[str] = []
    while (parent := element.getparent()) is not None and element is not root:
        twins = parent.findall(str(element.tag))
        place = f"[{twins.index(element) + 1}]" if len(twins) > 1 else ""
        steps.insert(0, f"{local_name(element)}{place}")
        element = parent
    return ".".join(steps) or local_name(root)


def _end(sequence: etree._Element, *, signature_must: bool) -> None:
    _fill(_element(sequence, BASE_TRANSFER.name), BASE_TRANSFER)
    copies = _element(sequence, BASE_SUBSCRIBE.name, fewest=0, most=MOST_SUBSCRIBERS)
    _fill(copies, BASE_SUBSCRIBE)
    own = _element(sequence, "ExtendMessage", fewest=0)
    etree.SubElement(own, _tag("any"), processContents="skip", minOccurs="0", maxOccurs="unbounded")
    etree.SubElement(
        sequence,
        _tag("any"),
        namespace=_DSIG,
        processContents="skip",
        minOccurs="1" if signature_must else "0",
    )


def _element(
    parent: etree._Element, name: str, *, fewest: int = 1, most: int | None = 1
) -> etree._Element:
    """Put an element of a sequence below ``parent`` and return the sequence."""
    made = etree.SubElement(parent, _tag("element"), name=name)
    if local_name(parent) == "sequence":
        made.set("minOccurs", str(fewest))
        made.set("maxOccurs", "unbounded" if most is None else str(most))
    kind = etree.SubElement(made, _tag("complexType"))
    return etree.SubElement(kind, _tag("sequence"))


def _fill(sequence: etree._Element, node: Node) -> None:
    for element in node.elements:
        made = etree.SubElement(sequence, _tag("element"), name=element.name)
        if element.presence != "Y":
            made.set("minOccurs", "0")
        if element.fixed:
            made.set("fixed", element.fixed)
        if element.type in _DECIMALS:
            _number_type(made, element)
        else:
            _text_type(made, element)


def _number_type(made: etree._Element, element: Element) -> None:
    base, total, fraction = _DECIMALS[element.type]
    restriction = _restriction(made, base)
    for facet, value in (("totalDigits", total), ("fractionDigits", fraction)):
        if value:
            etree.SubElement(restriction, _tag(facet), value=value)


def _text_type(made: etree._Element, element: Element) -> None:
    fewest, most = element.lengths
    restriction = _restriction(made, "string")
    needed = fewest if element.presence == "Y" or fewest == most else 0
    etree.SubElement(restriction, _tag("minLength"), value=str(needed))
    if most is not None:
        etree.SubElement(restriction, _tag("maxLength"), value=str(most))


def _restriction(made: etree._Element, base: str) -> etree._Element:
    kind = etree.SubElement(made, _tag("simpleType"))
    return etree.SubElement(kind, _tag("restriction"), base=f"xs:{base}")


def _tag(name: str) -> str:
    return f"{{{_XS}}}{name}"
