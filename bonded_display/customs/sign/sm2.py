"""Decide SM2 signatures with SM3: how they are made and whether one holds.

GB/T 32918.2; the value is raw r||s, 64 bytes, with the default user id (customs.md section 4).
Which bytes are signed is left to ``xmldsig``; where the key lives, to ``signer``.
"""

import secrets
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SM3, Hash

from bonded_display.customs.sign.curve import (
    A,
    B,
    G,
    N,
    Point,
    affine,
    on_curve,
    table_of,
    times,
    times_generator,
)

USER_ID = b"1234567812345678"


def sm3(data: bytes) -> bytes:
    """Return the 32-byte SM3 digest of ``data``."""
    digest = Hash(SM3())
    digest.update(data)
    return digest.finalize()


def public_key(private: int) -> Point:
    """Return the public point of ``private``; ``ValueError`` unless it is in 1 .. N - 2."""
    if not 1 <= private <= N - 2:
        raise ValueError("not an SM2 private key")
    return times_generator(private)


def read_public(raw: bytes) -> Point:
    """Return the point of 65 bytes 04||x||y; ``ValueError`` when it is none on the curve."""
    point = (int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:], "big"))
    if len(raw) != 65 or raw[0] != 4 or not on_curve(point):
        raise ValueError("not an SM2 public key")
    return point


def message_digest(public: Point, message: bytes) -> int:
    """Return the number that is signed: SM3 of the signer's digest Z and the message."""
    return int.from_bytes(sm3(_signers_digest(public) + message), "big")


@lru_cache(maxsize=32)
def _signers_digest(public: Point) -> bytes:
    parts = (A, B, *G, *public)
    head = (len(USER_ID) * 8).to_bytes(2, "big") + USER_ID
    return sm3(head + b"".join(part.to_bytes(32, "big") for part in parts))


@lru_cache(maxsize=32)
def _inverse(private: int) -> int:
    return pow(1 + private, -1, N)


def sign(private: int, public: Point, message: bytes) -> bytes:
    """Return the 64-byte signature of ``message``.

    The nonce is fresh from the operating system's generator each time; one that were ever
    repeated or guessed would give the private key away.
    """
    e = message_digest(public, message)
    inverse = _inverse(private)
    while True:
        nonce = secrets.randbelow(N - 1) + 1
        r = (e + times_generator(nonce)[0]) % N
        s = inverse * (nonce - r * private) % N
        if r and s and r + nonce != N:
            return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(public: Point, message: bytes, signature: bytes) -> bool:
    """Say whether ``signature`` is the holder's over exactly ``message``."""
    if len(signature) != 64 or not on_curve(public):
        return False
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N) or t == 0:
        return False
    total = times(t, table_of(public), times(s, table_of(G)))
    if total[2] == 0:
        return False
    ((x, _),) = affine([total])
    return (message_digest(public, message) + x) % N == r
