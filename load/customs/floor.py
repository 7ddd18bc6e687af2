"""Decides what the bare libraries cost on a document: lxml builds and writes it, SM2 signs it.

The same elements in the same order, the same canonical forms, the same signing code as the
product's; no table, no rule, no database, no interface between.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from lxml import etree

from bonded_display.customs.messages.table import CEB
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.signer import FileSigner

DS = "http://www.w3.org/2000/09/xmldsig#"
PORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

Texts = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Bare:
    """One CEB621 as nothing but names and texts, ready to be put into elements."""

    guid: str
    head: Texts
    lines: Sequence[Texts]
    transfer: Texts


def bare(raw: bytes) -> Bare:
    """Return the texts of a signed list of the product's, names with their namespace."""
    root = etree.fromstring(raw)
    node, transfer, _ = root
    head, *lines = node
    told = [_texts(line) for line in lines]
    return Bare(str(root.get("guid")), _texts(head), told, _texts(transfer))


def _texts(element: etree._Element) -> Texts:
    return [(str(child.tag), child.text or "") for child in element]


@dataclass
class Spent:
    """Seconds in either library."""

    lxml_s: float = 0
    sm2_s: float = 0


def sign_bare(document: Bare, key: FileSigner, spent: Spent) -> bytes:
    """Return the document built, canonical, signed and written; its seconds go to ``spent``."""
    begun = perf_counter()
    root = _built(document)
    digest = sm2.sm3(etree.tostring(root, method="c14n", with_comments=False))
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = _info(signature, digest)
    signed = etree.tostring(info, method="c14n", with_comments=False)
    half = perf_counter()
    value = sm2.sign(key.private, key.public, signed)
    again = perf_counter()
    etree.SubElement(signature, f"{{{DS}}}SignatureValue").text = base64.b64encode(value).decode()
    key_info = etree.SubElement(signature, f"{{{DS}}}KeyInfo")
    etree.SubElement(key_info, f"{{{DS}}}KeyName").text = key.key_no
    data = etree.SubElement(key_info, f"{{{DS}}}X509Data")
    etree.SubElement(data, f"{{{DS}}}X509Certificate").text = key.certificate_b64
    raw = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
    spent.lxml_s += half - begun + perf_counter() - again
    spent.sm2_s += again - half
    return raw


def _built(document: Bare) -> etree._Element:
    root = etree.Element(
        f"{{{CEB}}}CEB621Message",
        {"guid": document.guid, "version": "1.0"},
        nsmap={"ceb": CEB, "xsi": XSI},
    )
    node = etree.SubElement(root, f"{{{CEB}}}Inventory")
    _put(etree.SubElement(node, f"{{{CEB}}}InventoryHead"), document.head)
    for line in document.lines:
        _put(etree.SubElement(node, f"{{{CEB}}}InventoryList"), line)
    _put(etree.SubElement(root, f"{{{CEB}}}BaseTransfer"), document.transfer)
    return root


def _put(parent: etree._Element, texts: Texts) -> None:
    for name, text in texts:
        etree.SubElement(parent, name).text = text


def _info(signature: etree._Element, digest: bytes) -> etree._Element:
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    c14n = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=c14n)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=PORT + "sm2-sm3")
    reference = etree.SubElement(info, f"{{{DS}}}Reference", URI="")
    transforms = etree.SubElement(reference, f"{{{DS}}}Transforms")
    etree.SubElement(transforms, f"{{{DS}}}Transform", Algorithm=DS + "enveloped-signature")
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=PORT + "sm3")
    value = etree.SubElement(reference, f"{{{DS}}}DigestValue")
    value.text = base64.b64encode(digest).decode()
    return info
