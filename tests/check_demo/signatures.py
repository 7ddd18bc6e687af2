"""Check who signed each document: the digest, the signature, the certificate, the sender.

Source: the customs reference, section 4: enveloped, C14N, SM3, SM2 with the default user id.
"""

import base64
import copy
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache

import gmalg
from lxml import etree

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import KINDS, Demo
from tests.check_demo.readers import der
from tests.check_demo.readers.documents import Document, Unreadable

DS = "http://www.w3.org/2000/09/xmldsig#"
CHINAPORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
ALGORITHMS = {
    "ds:SignedInfo/ds:CanonicalizationMethod": "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "ds:SignedInfo/ds:SignatureMethod": CHINAPORT + "sm2-sm3",
    "ds:SignedInfo/ds:Reference/ds:Transforms/ds:Transform": DS + "enveloped-signature",
    "ds:SignedInfo/ds:Reference/ds:DigestMethod": CHINAPORT + "sm3",
}
USER_ID = b"1234567812345678"
SENDERS = {
    "CEB311": ("ebpCode",),
    "CEB411": ("payCode",),
    "CEB511": ("logisticsCode",),
    "CEB621": ("ebpCode", "agentCode"),
}
"""Which elements name the lawful sender; for 311 the list's declaring agent may be it too."""
THREE = 3
CHINA = timedelta(hours=8)


def lawful(demo: Demo, kind: str) -> list[str]:
    """Return the customs codes of who may send the document."""
    codes = [demo.document(kind).head[name] for name in SENDERS[kind]]
    if kind == "CEB311":
        codes.append(demo.document("CEB621").head["agentCode"])
    return codes


def _only(node: etree._Element, path: str) -> etree._Element:
    found = node.xpath(path, namespaces={"ds": DS})
    if not isinstance(found, list) or len(found) != 1 or not isinstance(found[0], etree._Element):
        raise Unreadable(f"not one {path}")
    return found[0]


def _signature(document: Document) -> etree._Element:
    node = _only(document.root, "//ds:Signature")
    if node.getparent() is not document.root or node.getnext() is not None:
        raise Unreadable("the signature is not the message's last element")
    return node


def _bytes(signature: etree._Element, path: str) -> bytes:
    text = _only(signature, path).text or ""
    return base64.b64decode("".join(text.split()), validate=True)


def certificate(document: Document) -> bytes:
    """Return the certificate (DER) that the document carries."""
    return _bytes(_signature(document), "ds:KeyInfo/ds:X509Data/ds:X509Certificate")


def _canonical(node: etree._Element) -> bytes:
    return bytes(etree.tostring(node, method="c14n", exclusive=False, with_comments=False))


def _without_signature(root: etree._Element) -> etree._Element:
    """Return a copy of the message as it was before it was signed; text around stays."""
    plain = copy.deepcopy(root)
    node = _only(plain, "./ds:Signature")
    before = node.getprevious()
    if before is not None:
        before.tail = (before.tail or "") + (node.tail or "") or None
    plain.remove(node)
    return plain


@lru_cache(maxsize=256)
def _sm3(data: bytes) -> bytes:
    state = gmalg.SM3()
    state.update(data)
    return bytes(state.value())


@lru_cache(maxsize=256)
def _holds(public: bytes, message: bytes, value: bytes) -> bool:
    """Say whether ``value`` (r then s) is a signature of the key's holder on ``message``."""
    judge = gmalg.SM2(pk=public, uid=USER_ID)
    return bool(judge.verify_pk(public) and judge.verify(message, value[:32], value[32:]))


def _signed(kind: str) -> None:
    @check(f"signature_{kind}")
    def signature(demo: Demo) -> Iterator[Difference]:
        """The digest is the message's, the signature the key holder's."""
        document = demo.document(kind)
        node = _signature(document)
        for path, wanted in ALGORITHMS.items():
            if (found := _only(node, path).get("Algorithm")) != wanted:
                yield Difference(path.rpartition(":")[2], wanted, found)
        if _only(node, "ds:SignedInfo/ds:Reference").get("URI") != "":
            yield Difference("Reference", "the whole message", "a part")
        digest = _sm3(_canonical(_without_signature(document.root)))
        if digest != (said := _bytes(node, "ds:SignedInfo/ds:Reference/ds:DigestValue")):
            yield Difference("DigestValue", digest.hex(), said.hex())
        value = _bytes(node, "ds:SignatureValue")
        public = der.read(certificate(document)).public
        signed = _canonical(_only(node, "ds:SignedInfo"))
        if len(value) != 64 or not _holds(public, signed, value):
            yield Difference("SignatureValue", "the key holder's, r and s raw", value.hex())

    @check(f"certificate_{kind}")
    def trusted(demo: Demo) -> Iterator[Difference]:
        """The key is the lawful sender's by ``trust``, valid then, and the transmitter's."""
        document = demo.document(kind)
        carried, codes = certificate(document), lawful(demo, kind)
        holders = [code for code in codes if demo.trust.get(code) == carried]
        if not holders:
            known = [code for code, held in demo.trust.items() if held == carried]
            yield Difference(
                "KeyInfo", f"the certificate of {codes}", f"of {known}", list(demo.trust)
            )
        elif document.transfer["copCode"] not in holders:
            yield Difference("copCode", holders, document.transfer["copCode"])
        held, sent = der.read(carried), _in_utc(document.head["appTime"])
        if not held.not_before <= sent <= held.not_after:
            dates = f"from {held.not_before} to {held.not_after}"
            yield Difference("certificate", f"valid at {sent}", "-", dates)


for _kind in KINDS:
    _signed(_kind)


def _in_utc(china_text: str) -> str:
    local = datetime.strptime(china_text, "%Y%m%d%H%M%S")  # noqa: DTZ007  # China has one offset
    return f"{local - CHINA:%Y%m%d%H%M%S}"


@check("three_keys")
def three_keys(demo: Demo) -> Iterator[Difference]:
    """Ours, the payment company's, the courier's: three keys for four documents."""
    keys = [der.read(certificate(demo.document(kind))).public for kind in KINDS]
    if len(set(keys)) != THREE:
        yield Difference("keys over four documents", THREE, len(set(keys)))
