"""Keys, certificates and signatures of the test's own, written byte by byte.

The canonical form of a signature is written here as text, so that the checker's is proved by
another hand.
"""

import base64
import re
from dataclasses import dataclass

import gmalg

USER_ID = b"1234567812345678"
CEB = "http://www.chinaport.gov.cn/ceb"
DS = "http://www.w3.org/2000/09/xmldsig#"
PORT = "http://www.chinaport.gov.cn/2022/04/xmldsig#"
EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
SM2_CURVE = bytes.fromhex("06082a811ccf5501822d")
SM2_WITH_SM3 = bytes.fromhex("06082a811ccf55018375")
COMMON_NAME = bytes.fromhex("0603550403")
SIGNED_INFO = (
    "<ds:SignedInfo{scope}>"
    '<ds:CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315">'
    "</ds:CanonicalizationMethod>"
    f'<ds:SignatureMethod Algorithm="{PORT}sm2-sm3"></ds:SignatureMethod>'
    '<ds:Reference URI=""><ds:Transforms>'
    f'<ds:Transform Algorithm="{DS}enveloped-signature"></ds:Transform></ds:Transforms>'
    f'<ds:DigestMethod Algorithm="{PORT}sm3"></ds:DigestMethod>'
    "<ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
)
IN_SCOPE = f' xmlns="{CEB}" xmlns:ds="{DS}"'


@dataclass(frozen=True)
class Key:
    """A sender's key pair and certificate (DER)."""

    private: bytes
    public: bytes
    certificate: bytes


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    size = len(body).to_bytes(2, "big").lstrip(b"\0")
    return bytes((tag, 0x80 | len(size))) + size + body


def new_key(name: str) -> Key:
    """Return a fresh key with a certificate it signs itself, valid 2026 to 2030."""
    private, public = gmalg.SM2().generate_keypair()
    algorithm = _der(0x30, SM2_WITH_SM3)
    called = _der(0x30, _der(0x31, _der(0x30, COMMON_NAME, _der(0x0C, name.encode()))))
    dates = _der(0x30, _der(0x17, b"260101000000Z"), _der(0x17, b"301231235959Z"))
    point = _der(0x30, _der(0x30, EC_PUBLIC_KEY, SM2_CURVE), _der(0x03, b"\0", public))
    version, serial = _der(0xA0, _der(0x02, b"\2")), _der(0x02, b"\7")
    signed = _der(0x30, version, serial, algorithm, called, dates, called, point)
    r, s = gmalg.SM2(sk=private, uid=USER_ID, pk=public).sign(signed)
    value = _der(0x30, _der(0x02, b"\0" + r), _der(0x02, b"\0" + s))
    return Key(private, public, _der(0x30, signed, algorithm, _der(0x03, b"\0", value)))


def pem(der: bytes) -> str:
    """Return ``der`` as a PEM certificate."""
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))


def _raw(r: bytes, s: bytes) -> bytes:
    """Return r then s, 32 bytes each: gmalg leaves leading noughts out."""
    return r.rjust(32, b"\0") + s.rjust(32, b"\0")


def sign(message: str, key: Key) -> str:
    """Return ``message``, which stands in its canonical form, with its signature."""
    state = gmalg.SM3()
    state.update(message.encode())
    digest = base64.b64encode(state.value()).decode()
    info = SIGNED_INFO.format(scope=IN_SCOPE, digest=digest).encode()
    r, s = gmalg.SM2(sk=key.private, uid=USER_ID, pk=key.public).sign(info)
    value, held = (base64.b64encode(part).decode() for part in (_raw(r, s), key.certificate))
    signature = (
        f'<ds:Signature xmlns:ds="{DS}">{SIGNED_INFO.format(scope="", digest=digest)}'
        f"<ds:SignatureValue>{value}</ds:SignatureValue><ds:KeyInfo><ds:KeyName>01</ds:KeyName>"
        f"<ds:X509Data><ds:X509Certificate>{held}</ds:X509Certificate></ds:X509Data>"
        "</ds:KeyInfo></ds:Signature>"
    )
    body, end = message[: message.rindex("</")], message[message.rindex("</") :]
    return body + signature + end


def unsigned(message: str) -> str:
    """Return a message as it was before it was signed."""
    return re.sub(r"<ds:Signature .*</ds:Signature>", "", message, flags=re.DOTALL)
