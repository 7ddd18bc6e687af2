"""Hold a party's SM2 key as its key file tells it, sign with it, verify with another's.

The curve is gmalg's; the certificate bytes are ``x509``'s, the signature node ``signature``'s.
"""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import dataclass
from pathlib import Path

import gmalg
from cryptography.hazmat.primitives import hashes

from simulators.curve import CORE

_guard = threading.Lock()  # the core has one hash object
USER_ID = b"1234567812345678"
"""The default user id of SM2 signatures (verified in the reference on recorded values)."""


class BadKey(Exception):
    """A key file that cannot be used; the text says why, without the key."""


@dataclass(frozen=True)
class Key:
    """A holder's key pair: ``private`` 32 bytes, ``public`` 65 (04, x, y)."""

    key_no: str
    holder_code: str
    holder_name: str
    private: bytes
    public: bytes
    certificate: bytes


def new_pair() -> tuple[bytes, bytes]:
    """Return a fresh (private 32 bytes, public 65 bytes)."""
    private, public = gmalg.SM2().generate_keypair()
    return private.rjust(32, b"\0"), public


def load_key(path: Path) -> Key:
    """Return the key in the JSON file ``path``.

    Raises ``BadKey`` when a field is absent or the halves of the pair do not belong together.
    """
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        key = Key(
            key_no=said["key_no"],
            holder_code=said["holder_code"],
            holder_name=said["holder_name"],
            private=bytes.fromhex(said["private_hex"]),
            public=bytes.fromhex(said["public_hex"]),
            certificate=base64.b64decode(said["certificate_b64"], validate=True),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadKey(f"{path}: {type(error).__name__}") from None
    if said.get("algorithm") != "sm2" or gmalg.SM2().generate_pk(key.private) != key.public:
        raise BadKey(f"{path}: the public half does not belong to the private half")
    return key


def sign(key: Key, message: bytes) -> bytes:
    """Return the raw signature r || s, 64 bytes, over ``message`` by SM2 with SM3."""
    return sign_raw(key.private, key.public, message)


def sign_raw(private: bytes, public: bytes, message: bytes) -> bytes:
    """Return r || s over ``message``; for a key that has no certificate yet."""
    with _guard:
        r, s = CORE.sign(message, int.from_bytes(private, "big"), USER_ID, _point(public))
    return int(r).to_bytes(32, "big") + int(s).to_bytes(32, "big")


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether the raw ``signature`` over ``message`` was made by ``public``'s holder."""
    point = _point(public)
    if len(signature) != 64 or not CORE.ecdlp.ec.isvalid(point):
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    with _guard:
        return bool(CORE.verify(message, r, s, USER_ID, point))


def _point(public: bytes) -> tuple[int, int]:
    return int.from_bytes(public[1:33], "big"), int.from_bytes(public[33:], "big")


def sm3(data: bytes) -> bytes:
    """Return the SM3 digest of ``data``, 32 bytes."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(data)
    return digest.finalize()
