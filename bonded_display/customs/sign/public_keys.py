"""Decide what a certificate says of its key, and whether a signature is that key's.

Whom to believe is left to ``trust``.
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.curve import Point
from bonded_display.customs.sign.methods import RSA_SHA1
from kernel.clock import Instant, instant

_SM2_KEY_HEAD = bytes.fromhex(
    "3059301306072a8648ce3d020106082a811ccf5501822d034200"  # ecPublicKey, curve of SM2, 65 bytes
)
LEAST_RSA_BITS = 1024
"""What old cards of the office hold (K); a shorter key is believed by nobody."""


class PublicKey(Protocol):
    """A key that signatures are held against."""

    @property
    def algorithm(self) -> str:
        """``sm2`` or ``rsa``."""

    def verify(self, method: str, message: bytes, signature: bytes) -> bool:
        """Say whether ``signature`` is this key's over exactly ``message``."""


@dataclass(frozen=True)
class Sm2Public:
    """A point on the curve."""

    point: Point
    algorithm: str = "sm2"

    def verify(self, method: str, message: bytes, signature: bytes) -> bool:
        """Say whether ``signature`` (r||s) is this key's; every SM2 method means SM3."""
        return sm2.verify(self.point, message, signature)


@dataclass(frozen=True)
class RsaPublic:
    """A modulus and its exponent."""

    key: RSAPublicKey
    algorithm: str = "rsa"

    def verify(self, method: str, message: bytes, signature: bytes) -> bool:
        """Say whether ``signature`` (PKCS 1 v1.5) is this key's by the method's hash."""
        try:
            self.key.verify(signature, message, padding.PKCS1v15(), rsa_hash(method))
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Certificate:
    """What we read of an X.509 certificate."""

    der: bytes
    public: PublicKey
    not_before: Instant
    not_after: Instant


def rsa_hash(method: str) -> hashes.HashAlgorithm:
    """Return the hash that an RSA method means."""
    if method in ("", RSA_SHA1):
        return hashes.SHA1()  # nosec B303  # customs' general method
    return hashes.SHA256()


def read_certificate(raw: bytes) -> Certificate:
    """Return the certificate in PEM or DER; ``ValueError`` when it is none that we can use."""
    pem = raw.lstrip().startswith(b"-----BEGIN")
    read = x509.load_pem_x509_certificate if pem else x509.load_der_x509_certificate
    found = read(raw)
    return Certificate(
        der=found.public_bytes(serialization.Encoding.DER),
        public=_public(found),
        not_before=instant(found.not_valid_before_utc),
        not_after=instant(found.not_valid_after_utc),
    )


def _public(found: x509.Certificate) -> PublicKey:
    """Return the key; the library does not know the curve of SM2, whose encoding is one only."""
    parts = found.tbs_certificate_bytes.split(_SM2_KEY_HEAD)
    if len(parts) == 2:
        return Sm2Public(sm2.read_public(parts[1][:65]))
    try:
        key = found.public_key()
    except UnsupportedAlgorithm as error:
        raise ValueError("a key of an unknown kind") from error
    if not isinstance(key, RSAPublicKey) or key.key_size < LEAST_RSA_BITS:
        raise ValueError("neither SM2 nor RSA")
    return RsaPublic(key)


def from_base64(text: str) -> bytes:
    """Return the bytes that ``text`` holds, broken into lines or not; none when it is no base64."""
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""
