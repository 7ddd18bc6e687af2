"""Decide which bytes are read as XML at all: no entity, no document type, no network.

What a document means is left to the modules named after the messages.
"""

from lxml import etree

from bonded_display.customs.errors import MailMalformed

LARGEST_BYTES = 8 * 1024 * 1024
"""A hundred lists of ten lines, every text at its longest; what is larger is set aside unread."""


def read_xml(raw: bytes) -> etree._Element:
    """Return the root element of ``raw``.

    Raises ``MailMalformed`` (``too_large``, ``not_xml``, ``document_type``).  A document type
    is refused whole: entity bombs and external entities need one, customs' messages have none.
    """
    if len(raw) > LARGEST_BYTES:
        raise MailMalformed(reason="too_large", detail=str(len(raw)))
    try:
        root = etree.fromstring(raw, _parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        line, column = getattr(error, "position", (0, 0))
        raise MailMalformed(reason="not_xml", detail=f"line {line} column {column}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise MailMalformed(reason="document_type", detail="")
    return root


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace."""
    return etree.QName(element).localname


def texts(element: etree._Element) -> dict[str, str]:
    """Return the children of ``element`` that hold text only, by local name, ends stripped.

    The first of a repeated name counts; what the tables do not know is kept, for the reader
    of a receipt is lenient.
    """
    found: dict[str, str] = {}
    for child in element:
        if len(child) == 0:
            found.setdefault(local_name(child), (child.text or "").strip())
    return found
