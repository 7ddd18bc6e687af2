"""Decide who signs: one interface, so that a key file and a device are the same to the desk.

What is signed is left to ``xmldsig``, how a key is read to ``key_files``.
"""

from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.methods import RSA_SHA1
from bonded_display.customs.sign.public_keys import PublicKey, RsaPublic, Sm2Public, rsa_hash
from kernel.clock import Instant


class Signer(Protocol):
    """A sender's signing key, wherever it lives."""

    @property
    def key_no(self) -> str:
        """The card number that goes into ``KeyName``."""

    @property
    def certificate_b64(self) -> str:
        """The certificate (DER) in base64, for ``X509Certificate``."""

    @property
    def holder_code(self) -> str:
        """The 10-digit customs code of the company that holds the key."""

    @property
    def not_before(self) -> Instant:
        """The first instant at which the key may sign."""

    @property
    def not_after(self) -> Instant:
        """The first instant at which it may no longer."""

    @property
    def algorithm(self) -> str:
        """``sm2`` or ``rsa``."""

    @property
    def near(self) -> bool:
        """True when it signs at once; a device is asked after the transaction, never inside."""

    def require_fit(self, at: Instant) -> None:
        """Raise ``SigningKeyUnfit`` (``not_yet_valid``, ``expired``) outside the key's dates."""

    def sign(self, message: bytes, at: Instant, *, method: str = "") -> bytes:
        """Return the signature by ``method``; ``SigningKeyUnfit`` outside the key's dates."""


@dataclass(frozen=True)
class HeldKey:
    """What is known of a key without asking it to sign."""

    key_no: str
    certificate_b64: str
    holder_code: str
    holder_name: str
    not_before: Instant
    not_after: Instant

    def require_fit(self, at: Instant) -> None:
        """Raise ``SigningKeyUnfit`` (``not_yet_valid``, ``expired``) outside the key's dates."""
        if at < self.not_before:
            raise SigningKeyUnfit(key_no=self.key_no, reason="not_yet_valid")
        if at >= self.not_after:
            raise SigningKeyUnfit(key_no=self.key_no, reason="expired")


@dataclass(frozen=True)
class FileSigner(HeldKey):
    """An SM2 key read from a key file; for demo, tests and zones that allow software keys."""

    public: tuple[int, int]
    private: int = field(repr=False)
    algorithm: str = "sm2"
    near: bool = True

    @property
    def public_key(self) -> PublicKey:
        """The key that its signatures are held against."""
        return Sm2Public(self.public)

    def sign(self, message: bytes, at: Instant, *, method: str = "") -> bytes:
        """Return the 64-byte SM2 signature; ``SigningKeyUnfit`` outside the key's dates."""
        self.require_fit(at)
        return sm2.sign(self.private, self.public, message)


@dataclass(frozen=True)
class RsaFileSigner(HeldKey):
    """An RSA key read from a key file: customs' general method, for those who still have one."""

    private: RSAPrivateKey = field(repr=False)
    algorithm: str = "rsa"
    near: bool = True

    @property
    def public_key(self) -> PublicKey:
        """The key that its signatures are held against."""
        return RsaPublic(self.private.public_key())

    def sign(self, message: bytes, at: Instant, *, method: str = "") -> bytes:
        """Return the PKCS 1 v1.5 signature; ``SigningKeyUnfit`` outside the key's dates."""
        self.require_fit(at)
        return self.private.sign(message, padding.PKCS1v15(), rsa_hash(method or RSA_SHA1))
