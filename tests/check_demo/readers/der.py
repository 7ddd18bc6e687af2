"""Read from a certificate (DER) what is needed of it: the SM2 key, and when it is valid.

Whether to trust it is decided by who compares its bytes.
"""

from dataclasses import dataclass

EC_PUBLIC_KEY = bytes.fromhex("06072a8648ce3d0201")
SM2_CURVE = bytes.fromhex("06082a811ccf5501822d")
SEQUENCE, BITS, UTC_TIME, VERSION = 0x30, 0x03, 0x17, 0xA0


class BadCertificate(ValueError):
    """Bytes that are no certificate of an SM2 key."""


@dataclass(frozen=True)
class Certificate:
    """The public key (04 x y) and the first and last second, ``YYYYMMDDhhmmss`` in UTC."""

    public: bytes
    not_before: str
    not_after: str


def read(der: bytes) -> Certificate:
    """Return what ``der`` says; raises ``BadCertificate``."""
    (whole,) = _elements(der, 1)
    signed, _, _ = _elements(whole[1], 3)
    fields = _elements(signed[1])
    if fields[0][0] != VERSION or len(fields) < 7:
        raise BadCertificate("not of version 3")
    start, end = _elements(fields[4][1], 2)
    algorithm, key = _elements(fields[6][1], 2)
    if algorithm[1] != EC_PUBLIC_KEY + SM2_CURVE:
        raise BadCertificate("not an SM2 key")
    if key[0] != BITS or len(key[1]) != 66 or key[1][:2] != b"\x00\x04":
        raise BadCertificate("not an uncompressed point")
    return Certificate(key[1][1:], _time(*start), _time(*end))


def _time(tag: int, body: bytes) -> str:
    text = body.decode("ascii")
    century = ("20" if text[:2] < "50" else "19") if tag == UTC_TIME else ""
    if not text.endswith("Z") or len(century + text) != 15:
        raise BadCertificate(f"{text} is no time")
    return century + text[:-1]


def _elements(data: bytes, due: int = 0) -> list[tuple[int, bytes]]:
    """Return tag and body of the elements that fill ``data``, ``due`` of them if given."""
    found, at = [], 0
    while at < len(data):
        head = data[at : at + 2]
        if len(head) < 2:
            raise BadCertificate("cut short")
        size, at = head[1], at + 2
        if size & 0x80:
            more = size & 0x7F
            size, at = int.from_bytes(data[at : at + more], "big"), at + more
        if at + size > len(data):
            raise BadCertificate("cut short")
        found.append((head[0], data[at : at + size]))
        at += size
    if due and len(found) != due:
        raise BadCertificate(f"{len(found)} elements, not {due}")
    return found
