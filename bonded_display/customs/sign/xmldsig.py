"""Decide the enveloped signature of a business message and whether one holds.

Source: customs.md section 4.  The digest is over the message as it stood before the signature
was put in, without added white space; what is signed is the canonical SignedInfo with the
namespaces in scope.  Who may send the message is left to the verbs.
"""

import base64
import binascii
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.curve import Point
from bonded_display.customs.sign.signer import Signer
from kernel.clock import Instant

DSIG = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = DSIG + "enveloped-signature"

SM2_SM3 = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm2-sm3"
SM3 = "http://www.chinaport.gov.cn/2022/04/xmldsig#sm3"

SIGNATURE_METHODS = frozenset({SM2_SM3, DSIG + "sm2-sm3"})
"""All mean SM2 with SM3; live implementations write the second."""

DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    SM3: sm2.sm3,
    DSIG + "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
}
"""SHA-1 is customs' "general" method; the signature over SignedInfo is SM2 either way."""


@dataclass(frozen=True)
class Methods:
    """The algorithm names written into a signature; a setting, for gateways differ."""

    signature: str = SM2_SM3
    digest: str = SM3

    def __post_init__(self) -> None:
        if self.signature not in SIGNATURE_METHODS:
            raise ValueError(f"unknown signature method {self.signature}")
        if self.digest not in DIGESTS:
            raise ValueError(f"unknown digest method {self.digest}")


def canonical(element: etree._Element) -> bytes:
    """Return the canonical form (C14N 1.0, no comments) with the namespaces in scope."""
    return etree.tostring(element, method="c14n", with_comments=False)


def signed(root: etree._Element, signer: Signer, methods: Methods, *, at: Instant) -> bytes:
    """Return the message ``root`` with its signature as the bytes to store and send.

    ``root`` is changed.  Raises ``SigningKeyUnfit`` when the key may not sign at ``at``.
    """
    digest = DIGESTS[methods.digest](canonical(root))
    signature = etree.SubElement(root, _tag("Signature"), nsmap={"ds": DSIG})
    info = _signed_info(signature, methods, digest)
    value = signer.sign(canonical(info), at)
    etree.SubElement(signature, _tag("SignatureValue")).text = _text(value)
    key_info = etree.SubElement(signature, _tag("KeyInfo"))
    etree.SubElement(key_info, _tag("KeyName")).text = signer.key_no
    data = etree.SubElement(key_info, _tag("X509Data"))
    etree.SubElement(data, _tag("X509Certificate")).text = signer.certificate_b64
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _signed_info(signature: etree._Element, methods: Methods, digest: bytes) -> etree._Element:
    info = etree.SubElement(signature, _tag("SignedInfo"))
    etree.SubElement(info, _tag("CanonicalizationMethod"), Algorithm=C14N)
    etree.SubElement(info, _tag("SignatureMethod"), Algorithm=methods.signature)
    reference = etree.SubElement(info, _tag("Reference"), URI="")
    transforms = etree.SubElement(reference, _tag("Transforms"))
    etree.SubElement(transforms, _tag("Transform"), Algorithm=ENVELOPED)
    etree.SubElement(reference, _tag("DigestMethod"), Algorithm=methods.digest)
    etree.SubElement(reference, _tag("DigestValue")).text = _text(digest)
    return info


def holds(root: etree._Element, public: Point) -> bool:
    """Say whether ``root`` carries the signature of ``public`` over all of itself.

    ``root`` is left as it was.  Raises ``MailMalformed`` when the signature cannot be read:
    none or several, a method we do not know, a reference to anything but the whole message.
    """
    signatures = root.findall(_tag("Signature"))
    if len(signatures) != 1 or root[-1] is not signatures[0]:
        raise MailMalformed(reason="signature_place", detail=str(len(signatures)))
    (signature,) = signatures
    digest_method = _only(signature, "SignedInfo/Reference/DigestMethod").get("Algorithm", "")
    method = _only(signature, "SignedInfo/SignatureMethod").get("Algorithm", "")
    whole = _only(signature, "SignedInfo/Reference").get("URI") == ""
    if digest_method not in DIGESTS or method not in SIGNATURE_METHODS or not whole:
        raise MailMalformed(reason="signature_method", detail=f"{method} {digest_method}")
    info = canonical(_only(signature, "SignedInfo"))
    if not sm2.verify(public, info, _bytes(_only(signature, "SignatureValue"))):
        return False
    wanted = _bytes(_only(signature, "SignedInfo/Reference/DigestValue"))
    root.remove(signature)
    found = DIGESTS[digest_method](canonical(root))
    root.append(signature)
    return found == wanted


def _only(signature: etree._Element, path: str) -> etree._Element:
    found = signature.findall("/".join(_tag(step) for step in path.split("/")))
    if len(found) != 1:
        raise MailMalformed(reason="signature_parts", detail=f"{path}: {len(found)}")
    return found[0]


def _tag(name: str) -> str:
    return f"{{{DSIG}}}{name}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _bytes(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except binascii.Error as error:
        raise MailMalformed(reason="signature_base64", detail=str(element.tag)) from error
