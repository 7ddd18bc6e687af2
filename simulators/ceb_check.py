"""Decide whether a CEB message has the right form, by the tables of ``ceb``.

What the message means is judged elsewhere; the official schema, where it is at hand, is asked
as a second witness.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from simulators.ceb import DS, NS, bad_value, kind_of
from simulators.ceb_parts import PARTS, SHAPES, Field, Shape

_EXTEND = ("name", "version", "Message")


def problems(root: etree._Element) -> list[str]:
    """Return every fault of form in ``root``, in document order; empty when it is sound."""
    kind = kind_of(root)
    if kind not in SHAPES:
        return [f"未知报文:{etree.QName(root).localname}"]
    shape = SHAPES[kind]
    return [*_attributes(root), *_top(root, shape), *_loose_text(root)]


def _attributes(root: etree._Element) -> Iterator[str]:
    if len(root.get("guid", "")) != 36:
        yield "报文guid长度应为36"
    if not 1 <= len(root.get("version", "")) <= 10:
        yield "报文version长度不符"
    if set(root.attrib) - {"guid", "version"}:
        yield "报文根节点有未知属性"


def _top(root: etree._Element, shape: Shape) -> Iterator[str]:
    """Walk the children of the root: nodes, then the parts every business message ends with."""
    children = list(root.iterchildren("*"))
    nodes = _take(children, f"{{{NS}}}{shape.node}")
    if not 1 <= len(nodes) <= shape.most:
        yield f"{shape.node}应为1至{shape.most}个"
    for node in nodes:
        yield from _node(node, shape)
    if not shape.is_receipt:
        yield from _tail(children, shape)
    for child in children:
        yield f"多余或错位的节点:{etree.QName(child).localname}"


def _tail(children: list[etree._Element], shape: Shape) -> Iterator[str]:
    transfer = _take(children, f"{{{NS}}}BaseTransfer", most=1)
    if not transfer:
        yield "缺少BaseTransfer"
    for part in transfer:
        yield from _part(part, "BaseTransfer")
    for part in _take(children, f"{{{NS}}}BaseSubscribe", most=5):
        yield from _part(part, "BaseSubscribe")
    for part in _take(children, f"{{{NS}}}ExtendMessage", most=1):
        if tuple(etree.QName(child).localname for child in part.iterchildren("*")) != _EXTEND:
            yield "ExtendMessage结构不符"
    if not _take(children, f"{{{DS}}}Signature", most=1) and shape.must_be_signed:
        yield "缺少Signature"


def _take(children: list[etree._Element], tag: str, *, most: int = 10**6) -> list[etree._Element]:
    """Remove from the front of ``children`` those named ``tag``, and return them."""
    taken: list[etree._Element] = []
    while children and children[0].tag == tag and len(taken) < most:
        taken.append(children.pop(0))
    return taken


def _node(node: etree._Element, shape: Shape) -> Iterator[str]:
    if shape.head is None:
        yield from _part(node, shape.node)
        return
    if node.attrib:
        yield f"{shape.node}有未知属性"
    children = list(node.iterchildren("*"))
    heads = _take(children, f"{{{NS}}}{shape.head}", most=1)
    lines = _lines(children, shape)
    if not heads:
        yield f"缺少{shape.head}"
    if shape.line and not lines:
        yield f"缺少{shape.line}"
    for part in heads:
        yield from _part(part, shape.head)
    for part in lines:
        yield from _part(part, str(shape.line))
    for child in children:
        yield f"{shape.node}内多余或错位的节点:{etree.QName(child).localname}"


def _lines(children: list[etree._Element], shape: Shape) -> list[etree._Element]:
    tag = f"{{{NS}}}{shape.line}"
    return _take(children, tag, most=shape.most_lines) if shape.line else []


def _part(part: etree._Element, name: str) -> Iterator[str]:
    """Check the elements of one part: order, presence, lengths, kinds; no attribute anywhere."""
    if part.attrib:
        yield f"{name}有未知属性"
    children = list(part.iterchildren("*"))
    for each in PARTS[name]:
        found = _take(children, f"{{{NS}}}{each.name}", most=1)
        if not found and each.required:
            yield f"{name}缺少{each.name}"
        for element in found:
            yield from _value(element, name, each)
    for child in children:
        yield f"{name}多余或错位的元素:{etree.QName(child).localname}"


def _value(element: etree._Element, name: str, each: Field) -> Iterator[str]:
    text = element.text or ""
    if len(element) or element.attrib:  # perhaps only a comment stands inside
        if element.attrib or len(list(element.iterchildren("*"))):
            yield f"{name}.{each.name}只应有文本"
            return
        text = "".join(str(part) for part in element.itertext())
    fault = bad_value(each, text)
    if fault:
        yield f"{name}.{each.name}{fault}"


def _loose_text(root: etree._Element) -> Iterator[str]:
    """Find text between elements, which no part allows."""
    for element in root.iter(f"{{{NS}}}*"):
        if not len(element):
            continue
        inner = [element.text or "", *(child.tail or "" for child in element)]
        if any(text.strip() for text in inner):
            yield f"{etree.QName(element).localname}内有游离文本"


class OfficialSchema:
    """The authority's own schema, when its file is at hand."""

    def __init__(self, schema: Path) -> None:
        self._schema = etree.XMLSchema(etree.parse(str(schema)))

    def problems(self, root: etree._Element) -> list[str]:
        """Return what the official schema refuses; kinds of fault only, never a value."""
        if self._schema.validate(root):
            return []
        kinds = re.findall(r":(SCHEMAV_[A-Z0-9_]+)", str(self._schema.error_log))
        return [f"官方模式:{kind}" for kind in kinds][:5] or ["官方模式不符"]


def official_schema(folder: str | None) -> OfficialSchema | None:
    """Return the schema under ``folder`` (the value of QIANZHAN_OFFICIAL), or ``None``."""
    path = Path(folder or "") / "customs" / "xsd" / "ceb-import-202205.xsd"
    return OfficialSchema(path) if folder and path.is_file() else None
