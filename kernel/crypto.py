"""Decides how personal data is sealed and found again; where the data keys live is kernel.keys'.

    sealed  =  1 byte format | 8 bytes data key id | 12 bytes nonce | AES-256-GCM ciphertext, tag
    lookup  =  "<key version>:" + hex of HMAC-SHA256(lookup key, purpose NUL text)

The context names the one place the blob belongs to, ``customs_order.buyer:<id>``: it is bound
into the tag, so a blob moved to another row does not open.

A till's or a partner's bearer key is ``<row id>.<256 random bits>``: the id finds the row, of the
whole only a hash is kept.  So long a secret needs no slow hash.
"""

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.errors import Refusal

_FORMAT = 1
_KEY_ID_BYTES, _NONCE_BYTES, _TAG_BYTES = 8, 12, 16
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
_HEADER_BYTES = 1 + _KEY_ID_BYTES + _NONCE_BYTES
_NO_HASH = "0" * 64


class SealBroken(Refusal):
    """A sealed blob was altered, belongs elsewhere, or its key is not ours; nothing was opened."""

    code = "seal_broken"

    def __init__(self, *, context: str) -> None:
        super().__init__(context=context)


class KeySource(Protocol):
    """Where a sealer finds its data keys."""

    def key_for_sealing(self) -> tuple[int, bytes]:
        """Return the id (63 bits) and the 32 bytes of the key in use this month."""

    def key_of(self, key_id: int) -> bytes | None:
        """Return the key of an id, or ``None`` when there is none."""


class FixedKeys:
    """One data key held in memory: for tools without a database, and tests."""

    def __init__(self, key: bytes, key_id: int = 1) -> None:
        self._key, self._id = key, key_id

    def key_for_sealing(self) -> tuple[int, bytes]:
        """Return the one key."""
        return self._id, self._key

    def key_of(self, key_id: int) -> bytes | None:
        """Return the one key if it is meant."""
        return self._key if key_id == self._id else None


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> AESGCM:
    """Return the cipher of a key, made once: its tables cost more than sealing a short text."""
    return AESGCM(key)


class Sealer:
    """Seals and unseals with data keys, and makes lookup hashes with versioned lookup keys."""

    def __init__(self, keys: KeySource, lookup_keys: Mapping[int, bytes]) -> None:
        self._keys = keys
        self._lookup_keys = dict(lookup_keys)
        self._lookup_version = max(lookup_keys)

    def seal(self, plain: bytes, context: str) -> bytes:
        """Return ``plain`` sealed for one place; sealing twice gives different bytes."""
        key_id, key = self._keys.key_for_sealing()
        nonce = os.urandom(_NONCE_BYTES)
        header = bytes([_FORMAT]) + key_id.to_bytes(_KEY_ID_BYTES, "big") + nonce
        return header + _cipher(key).encrypt(nonce, plain, context.encode())

    def unseal(self, sealed: bytes, context: str) -> bytes:
        """Return the plain bytes; raises ``SealBroken`` for anything but our own for this place."""
        if len(sealed) < _HEADER_BYTES + _TAG_BYTES or sealed[0] != _FORMAT:
            raise SealBroken(context=context)
        key = self._keys.key_of(int.from_bytes(sealed[1 : 1 + _KEY_ID_BYTES], "big"))
        if key is None:
            raise SealBroken(context=context)
        nonce = sealed[1 + _KEY_ID_BYTES : _HEADER_BYTES]
        try:
            return _cipher(key).decrypt(nonce, sealed[_HEADER_BYTES:], context.encode())
        except InvalidTag as error:
            raise SealBroken(context=context) from error

    def lookup(self, text: str, purpose: str) -> str:
        """Return the hash by which an equal text is found; its purpose keeps tables apart."""
        return self._hashed(text, purpose, self._lookup_version)

    def lookups(self, text: str, purpose: str) -> list[str]:
        """Return the hashes under every key version, newest first: for reading while keys turn."""
        return [
            self._hashed(text, purpose, version)
            for version in sorted(self._lookup_keys, reverse=True)
        ]

    def _hashed(self, text: str, purpose: str, version: int) -> str:
        message = f"{purpose}\0{text}".encode()
        digest = hmac.new(self._lookup_keys[version], message, hashlib.sha256).hexdigest()
        return f"{version}:{digest}"


def wrap(key: bytes, *, master_key: bytes, context: str) -> bytes:
    """Return a data key sealed by the master key, which never enters the database."""
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(master_key).encrypt(nonce, key, context.encode())


def unwrap(wrapped: bytes, *, master_key: bytes, context: str) -> bytes:
    """Return the data key; raises ``SealBroken`` when the master key is another."""
    try:
        return AESGCM(master_key).decrypt(
            wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], context.encode()
        )
    except (InvalidTag, ValueError) as error:
        raise SealBroken(context=context) from error


_sealer: Sealer | None = None


def use(sealer: Sealer | None) -> None:
    """Make ``sealer`` the one of this process; ``None`` takes it away."""
    global _sealer
    _sealer = sealer


def _current() -> Sealer:
    if _sealer is None:
        raise RuntimeError("no sealer: call kernel.keys.open_sealer and kernel.crypto.use first")
    return _sealer


def seal(plain: bytes, context: str) -> bytes:
    """Return ``plain`` sealed for the place ``context`` names."""
    return _current().seal(plain, context)


def unseal(sealed: bytes, context: str) -> bytes:
    """Return the plain bytes; raises ``SealBroken`` (Refusal)."""
    return _current().unseal(sealed, context)


def seal_json(value: object, context: str) -> bytes:
    """Return a JSON value sealed for the place ``context`` names."""
    return seal(_CANONICAL.encode(value).encode(), context)


def unseal_json(sealed: bytes, context: str) -> Any:
    """Return the JSON value; raises ``SealBroken`` (Refusal)."""
    return json.loads(unseal(sealed, context))


def lookup(text: str, purpose: str) -> str:
    """Return ``<version>:<hex>``, equal for equal text and purpose; the caller normalises first."""
    return _current().lookup(text, purpose)


def lookups(text: str, purpose: str) -> list[str]:
    """Return the hashes under every key version, newest first."""
    return _current().lookups(text, purpose)


class Bearer(NamedTuple):
    """A bearer key as it was shown: the row that it names, 0 where none, and the key's hash."""

    row_id: int
    hash: str

    def opens(self, kept: str | None) -> bool:
        """Whether it is the key of the ``kept`` hash; compared in constant time."""
        return hmac.compare_digest(self.hash, kept or _NO_HASH)


def new_bearer_key(row_id: int) -> str:
    """Return a new key of a row; it is shown once, and its ``bearer_hash`` kept."""
    return f"{row_id}.{secrets.token_urlsafe(32)}"


def bearer_hash(key: str) -> str:
    """Return the hash that is kept of a key, 64 hex digits."""
    return hashlib.sha256(key.encode()).hexdigest()


def read_bearer(authorization: str) -> Bearer:
    """Return what an ``Authorization: Bearer`` header shows; without a key it opens nothing."""
    scheme, _, key = authorization.partition(" ")
    number = key.partition(".")[0]
    plain = scheme == "Bearer" and number.isascii() and number.isdigit() and len(number) <= 19
    row_id = int(number) if plain else 0
    return Bearer(row_id if row_id < 2**63 else 0, bearer_hash(key))
