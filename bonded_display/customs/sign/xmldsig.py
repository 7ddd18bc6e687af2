"""Decide the enveloped signature of a business message and whether one holds.

Source: customs.md section 4.  The digest is over the message as it stood before the signature
was put in, without added white space; what is signed is the canonical SignedInfo with the
namespaces in scope.  Who may send the message is left to the verbs.
"""

import base64
import binascii

from lxml import etree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sign.methods import DIGESTS, DSIG, SIGNATURES, Methods
from bonded_display.customs.sign.public_keys import PublicKey
from bonded_display.customs.sign.signer import Signer
from kernel.clock import Instant

C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = DSIG + "enveloped-signature"

_OPEN = b"<ds:SignatureValue/>"


def canonical(element: etree._Element) -> bytes:
    """Return the canonical form (C14N 1.0, no comments) with the namespaces in scope."""
    return etree.tostring(element, method="c14n", with_comments=False)


def signed(root: etree._Element, signer: Signer, methods: Methods, *, at: Instant) -> bytes:
    """Return the message ``root`` with its signature as the bytes to store and send.

    ``root`` is changed.  A signer that is not near leaves the value open; ``completed`` fills
    it.  Raises ``SigningKeyUnfit`` when the key may not sign at ``at``.
    """
    signer.require_fit(at)
    chosen = methods.fitting(signer.algorithm)
    digest = DIGESTS[chosen.digest](canonical(root))
    signature = etree.SubElement(root, _tag("Signature"), nsmap={"ds": DSIG})
    info = _signed_info(signature, chosen, digest)
    value = etree.SubElement(signature, _tag("SignatureValue"))
    if signer.near:
        value.text = _text(signer.sign(canonical(info), at, method=chosen.signature))
    key_info = etree.SubElement(signature, _tag("KeyInfo"))
    etree.SubElement(key_info, _tag("KeyName")).text = signer.key_no
    data = etree.SubElement(key_info, _tag("X509Data"))
    etree.SubElement(data, _tag("X509Certificate")).text = signer.certificate_b64
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def is_open(raw: bytes) -> bool:
    """Say whether a message of ours still waits for its signature's value."""
    return _OPEN in raw


def completed(raw: bytes, signer: Signer, at: Instant) -> bytes:
    """Return the open message ``raw`` with its signature's value, by the key that signs now.

    Raises as ``signer.sign`` does.
    """
    root = read_xml(raw)
    signature = _signature(root)
    info = _only(signature, "SignedInfo")
    method = _only(info, "SignatureMethod").get("Algorithm", "")
    value = signer.sign(canonical(info), at, method=method)
    _only(signature, "SignatureValue").text = _text(value)
    _only(signature, "KeyInfo/KeyName").text = signer.key_no
    _only(signature, "KeyInfo/X509Data/X509Certificate").text = signer.certificate_b64
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


def is_signed(root: etree._Element) -> bool:
    """Say whether there is any signature below ``root``, wherever it stands."""
    return next(root.iter(_tag("Signature")), None) is not None


def key_name(root: etree._Element) -> str:
    """Return the number of the key that the signature names; raises as ``holds`` does."""
    return (_only(_signature(root), "KeyInfo/KeyName").text or "").strip()


def certificate_text(root: etree._Element) -> str:
    """Return the certificate that the signature carries, in base64; raises as ``holds`` does."""
    return _only(_signature(root), "KeyInfo/X509Data/X509Certificate").text or ""


def holds(root: etree._Element, public: PublicKey) -> bool:
    """Say whether ``root`` carries the signature of ``public`` over all of itself.

    ``root`` is left as it was.  Raises ``MailMalformed`` when the signature cannot be read:
    none or several, a method we do not know, a reference to anything but the whole message.
    """
    signature = _signature(root)
    digest_method = _only(signature, "SignedInfo/Reference/DigestMethod").get("Algorithm", "")
    method = _only(signature, "SignedInfo/SignatureMethod").get("Algorithm", "")
    whole = _only(signature, "SignedInfo/Reference").get("URI") == ""
    if digest_method not in DIGESTS or method not in SIGNATURES or not whole:
        raise MailMalformed(reason="signature_method", detail=f"{method} {digest_method}"[:200])
    info = canonical(_only(signature, "SignedInfo"))
    value = _bytes(_only(signature, "SignatureValue"))
    if SIGNATURES[method] != public.algorithm or not public.verify(method, info, value):
        return False
    wanted = _bytes(_only(signature, "SignedInfo/Reference/DigestValue"))
    return DIGESTS[digest_method](_without(root, signature)) == wanted


def _without(root: etree._Element, signature: etree._Element) -> bytes:
    """Return the canonical root as if the signature were not there; white space after it stays.

    The library takes the text behind an element away with it, the transform does not.
    """
    before, tail = signature.getprevious(), signature.tail
    kept = root.text if before is None else before.tail
    _put_text(root, before, (kept or "") + (tail or ""))
    root.remove(signature)
    found = canonical(root)
    root.append(signature)
    _put_text(root, before, kept)
    return found


def _put_text(root: etree._Element, before: etree._Element | None, text: str | None) -> None:
    if before is None:
        root.text = text
    else:
        before.tail = text


def _signature(root: etree._Element) -> etree._Element:
    signatures = root.findall(_tag("Signature"))
    if len(signatures) != 1 or root[-1] is not signatures[0]:
        raise MailMalformed(reason="signature_place", detail=str(len(signatures)))
    return signatures[0]


def _only(element: etree._Element, path: str) -> etree._Element:
    found = element.findall("/".join(_tag(step) for step in path.split("/")))
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
    except (binascii.Error, ValueError) as error:
        raise MailMalformed(reason="signature_base64", detail=str(element.tag)) from error
