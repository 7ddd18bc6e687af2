"""Decides how a terminal names its own rows: UUIDv7 (RFC 9562), in order of time."""

import secrets
import uuid

from kernel import clock


def uuid7() -> str:
    """Return a fresh UUIDv7 as text: 48 bits of milliseconds, then version, variant, chance."""
    ms = clock.now() // clock.MILLISECOND
    chance = secrets.randbits(74)
    high, low = chance >> 62, chance & (2**62 - 1)
    return str(uuid.UUID(int=ms << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
