"""Decide who signs: one interface, so that a key file and a device are the same to the desk.

What is signed is left to ``xmldsig``.
"""

import base64
import binascii
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.sign import sm2
from kernel.clock import Instant, instant


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

    def sign(self, message: bytes, at: Instant) -> bytes:
        """Return the 64-byte SM2 signature; ``SigningKeyUnfit`` outside the key's dates."""


@dataclass(frozen=True)
class FileSigner:
    """An SM2 key read from a key file; for demo, tests and zones that allow software keys."""

    key_no: str
    certificate_b64: str
    holder_code: str
    holder_name: str
    not_before: Instant
    not_after: Instant
    public: tuple[int, int]
    private: int = field(repr=False)

    def sign(self, message: bytes, at: Instant) -> bytes:
        """Return the 64-byte SM2 signature; ``SigningKeyUnfit`` outside the key's dates."""
        if not self.not_before <= at < self.not_after:
            raise SigningKeyUnfit(key_no=self.key_no, reason="out_of_dates")
        return sm2.sign(self.private, self.public, message)


def read_key_file(path: Path) -> FileSigner:
    """Return the signer of a JSON key file.

    Raises ``SigningKeyUnfit`` (``unreadable``, ``incomplete``, ``algorithm``, ``certificate``,
    ``not_a_pair``); the reason never quotes the file.
    """
    try:
        key = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SigningKeyUnfit(key_no=path.stem, reason="unreadable") from error
    try:
        return _signer(key)
    except (KeyError, TypeError, ValueError) as error:
        raise SigningKeyUnfit(key_no=path.stem, reason="incomplete") from error


def _signer(key: dict[str, Any]) -> FileSigner:
    key_no = str(key["key_no"])
    if key["algorithm"] != "sm2":
        raise SigningKeyUnfit(key_no=key_no, reason="algorithm")
    try:
        base64.b64decode(key["certificate_b64"], validate=True)
    except binascii.Error as error:
        raise SigningKeyUnfit(key_no=key_no, reason="certificate") from error
    private = int(key["private_hex"], 16)
    public = sm2.read_public(bytes.fromhex(key["public_hex"]))
    if sm2.public_key(private) != public:
        raise SigningKeyUnfit(key_no=key_no, reason="not_a_pair")
    return FileSigner(
        key_no=key_no,
        certificate_b64=key["certificate_b64"],
        holder_code=key["holder_code"],
        holder_name=key["holder_name"],
        not_before=_instant(key["not_before"]),
        not_after=_instant(key["not_after"]),
        public=public,
        private=private,
    )


def _instant(text: str) -> Instant:
    moment = datetime.fromisoformat(text)
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
