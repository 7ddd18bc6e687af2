"""Decide how a message is set for reading: a line an element, marked where it differs.  Pure.

The bytes that were signed are not changed: this is what a person sees of them, never what is sent.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from bonded_display.customs.messages.xml import read_xml

SIGNATURE = "Signature"
"""Follows from everything else: a new one is no difference of its own."""
LONGEST_TEXT = 400
"""Longer texts are keys, certificates and signatures; the file has them whole."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """One line: how deep, the tag with its attributes, the text, and how it differs.

    ``differs`` is empty, ``changed`` (``was`` says what stood there), ``new`` or ``gone``.
    """

    depth: int
    opening: str
    text: str = ""
    closing: str = ""
    differs: str = ""
    was: str = ""
    path: str = ""
    """Of the element that it opens: local names with their place among the same name."""


def show_xml(raw: bytes, *, before: bytes | None = None) -> tuple[ShownLine, ...]:
    """Return ``raw`` as lines, marked against the message ``before`` it.

    Elements are compared by their path and their place among those of the same name; what only
    the earlier one had stands at the end.  Raises ``MailMalformed`` for bytes that are no XML.
    """
    root = read_xml(raw)
    old = dict(_leaves(read_xml(before))) if before is not None else None
    lines = list(_lines(root, 0, _paths(root), old))
    if old is not None:
        there = {path for path, _ in _leaves(root)}
        gone = [(path, text) for path, text in old.items() if path not in there]
        lines += [_gone(path, text) for path, text in gone]
    return tuple(lines)


def _lines(
    element: etree._Element,
    depth: int,
    paths: dict[etree._Element, str],
    old: dict[str, str] | None,
) -> Iterator[ShownLine]:
    name = _name(element)
    opening = f"<{name}{_attributes(element)}"
    if len(element):
        yield ShownLine(depth, f"{opening}>", path=paths[element])
        for child in element:
            yield from _lines(child, depth + 1, paths, old)
        yield ShownLine(depth, "", closing=f"</{name}>")
        return
    text = (element.text or "").strip()
    path = paths[element]
    differs, was = _difference(path, text, old)
    if not text:
        yield ShownLine(depth, f"{opening}/>", differs=differs, was=was, path=path)
        return
    yield ShownLine(depth, f"{opening}>", _short(text), f"</{name}>", differs, _short(was), path)


def _difference(path: str, text: str, old: dict[str, str] | None) -> tuple[str, str]:
    if old is None or f"/{SIGNATURE}" in path:
        return "", ""
    if path not in old:
        return "new", ""
    return ("", "") if old[path] == text else ("changed", old[path])


def _gone(path: str, text: str) -> ShownLine:
    name = path.rsplit("/", 1)[-1].split("[")[0]
    return ShownLine(1, f"<{name}>", _short(text), f"</{name}>", "gone")


def _leaves(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Return each element without children by its path, outside the signature."""
    for element, path in _paths(root).items():
        if not len(element) and f"/{SIGNATURE}" not in path:
            yield path, (element.text or "").strip()


def _paths(root: etree._Element) -> dict[etree._Element, str]:
    """Return a path for every element: local names with their place among the same name."""
    paths = {root: f"/{etree.QName(root).localname}"}
    for element in root.iter():
        seen: Counter[str] = Counter()
        for child in element:
            name = etree.QName(child).localname
            seen[name] += 1
            paths[child] = f"{paths[element]}/{name}[{seen[name]}]"
    return paths


def _name(element: etree._Element) -> str:
    name = etree.QName(element).localname
    return f"{element.prefix}:{name}" if element.prefix else name


def _attributes(element: etree._Element) -> str:
    parent = element.getparent()
    known = parent.nsmap if parent is not None else {}
    spaces = [
        f' xmlns{f":{prefix}" if prefix else ""}="{uri}"'
        for prefix, uri in element.nsmap.items()
        if known.get(prefix) != uri
    ]
    given = [
        f' {etree.QName(str(key)).localname}="{value!s}"' for key, value in element.attrib.items()
    ]
    return "".join(spaces + given)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
