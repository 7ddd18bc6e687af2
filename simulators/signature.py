"""Put an enveloped XML signature on a CEB message, and check one.

Form from the reference, section 4: SM2 with SM3, raw r || s, the digest over the canonical
message as it was before the node was put in.  Whom to trust is the caller's ``Trust``.
"""

from __future__ import annotations

import base64
import binascii
import copy
import hashlib
from typing import Protocol

from lxml import etree

from simulators import keys
from simulators.ceb import DS, find
from simulators.keys import Key

_C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
_ENVELOPED = DS + "enveloped-signature"
_CHINAPORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
SIGNATURE_METHODS = (_CHINAPORT + "sm2-sm3", DS + "sm2-sm3")
"""The national method, and the one a live implementation sends for the same algorithm."""


def _sha1(data: bytes) -> bytes:
    return hashlib.sha1(data, usedforsecurity=False).digest()


DIGESTS = {_CHINAPORT + "sm3": keys.sm3, DS + "sha1": _sha1}


class BadSignature(Exception):
    """A signature that does not hold: ``code`` as in the authority's table."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


class Trust(Protocol):
    """Who knows certificates."""

    def public_key(self, key_no: str, certificate: bytes) -> tuple[str, bytes] | None:
        """Return (customs code of the holder, public key), or ``None`` when not trusted."""


def _canonical(element: etree._Element) -> bytes:
    data: bytes = etree.tostring(element, method="c14n", exclusive=False, with_comments=False)
    return data


def sign(
    root: etree._Element,
    key: Key,
    *,
    method: str = SIGNATURE_METHODS[0],
    digest: str = _CHINAPORT + "sm3",
) -> None:
    """Append the signature of ``key``'s holder to the unsigned message ``root``.

    ``method`` and ``digest`` are the algorithms' URIs; the signature itself is SM2 with SM3.
    """
    value_of_digest = DIGESTS[digest](_canonical(root))
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = _add(signature, "SignedInfo")
    _add(info, "CanonicalizationMethod", Algorithm=_C14N)
    _add(info, "SignatureMethod", Algorithm=method)
    reference = _add(info, "Reference", URI="")
    _add(_add(reference, "Transforms"), "Transform", Algorithm=_ENVELOPED)
    _add(reference, "DigestMethod", Algorithm=digest)
    _add(reference, "DigestValue").text = base64.b64encode(value_of_digest).decode()
    value = keys.sign(key, _canonical(info))
    _add(signature, "SignatureValue").text = base64.b64encode(value).decode()
    key_info = _add(signature, "KeyInfo")
    _add(key_info, "KeyName").text = key.key_no
    held = base64.b64encode(key.certificate).decode()
    _add(_add(key_info, "X509Data"), "X509Certificate").text = held


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attributes)


def signer_of(root: etree._Element, trust: Trust) -> str:
    """Return the customs code of the party whose signature on ``root`` holds.

    Raises ``BadSignature``: -621028 when the signed data differ from the message, -621029 for
    every other fault.
    """
    found = find(root, "./ds:Signature")
    if len(found) != 1:
        raise BadSignature("-621029", "报文未加签")
    signature = found[0]
    info = _only(signature, "ds:SignedInfo")
    if _algorithm(info, "ds:SignatureMethod") not in SIGNATURE_METHODS:
        raise BadSignature("-621029", "签名算法不受支持")
    if _algorithm(info, "ds:CanonicalizationMethod") != _C14N:
        raise BadSignature("-621029", "规范化算法不受支持")
    _check_digest(root, info)
    key_no = (_only(signature, "ds:KeyInfo/ds:KeyName").text or "").strip()
    certificate = _decoded(_only(signature, "ds:KeyInfo/ds:X509Data/ds:X509Certificate"))
    holder = trust.public_key(key_no, certificate)
    if holder is None:
        raise BadSignature("-621029", "证书未备案或已失效")
    code, public = holder
    if not keys.verifies(public, _canonical(info), _decoded(_only(signature, "ds:SignatureValue"))):
        raise BadSignature("-621029", "验签失败")
    return code


def _check_digest(root: etree._Element, info: etree._Element) -> None:
    reference = _only(info, "ds:Reference")
    transforms = [each.get("Algorithm") for each in find(reference, "./ds:Transforms/ds:Transform")]
    if reference.get("URI", "") != "" or transforms[:1] != [_ENVELOPED]:
        raise BadSignature("-621029", "签名引用不符")
    digest = DIGESTS.get(_algorithm(reference, "ds:DigestMethod"))
    if digest is None:
        raise BadSignature("-621029", "摘要算法不受支持")
    if digest(_canonical(_without_signature(root))) != _decoded(_only(reference, "ds:DigestValue")):
        raise BadSignature("-621028", "加签数据与报文不一致")


def _without_signature(root: etree._Element) -> etree._Element:
    """Return a copy of ``root`` as it was before the signature came; text around it stays."""
    plain = copy.deepcopy(root)
    node = find(plain, "./ds:Signature")[0]
    before = node.getprevious()
    if node.tail and before is not None:
        before.tail = (before.tail or "") + node.tail
    plain.remove(node)
    return plain


def _only(parent: etree._Element, path: str) -> etree._Element:
    found = find(parent, f"./{path}")
    if len(found) != 1:
        raise BadSignature("-621029", "签名节点不完整")
    return found[0]


def _algorithm(parent: etree._Element, path: str) -> str:
    return str(_only(parent, path).get("Algorithm", ""))


def _decoded(element: etree._Element) -> bytes:
    try:
        return base64.b64decode("".join((element.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("-621029", "签名节点不完整") from None
