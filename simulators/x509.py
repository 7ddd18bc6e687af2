"""Write and read the X.509 certificates of SM2 keys, byte by byte (DER).

Only what a sender's certificate needs; who gets one is decided by ``customs.issue``, whom to
trust by ``customs.trust``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from simulators import keys

_OIDS = {
    "C": "2.5.4.6",
    "O": "2.5.4.10",
    "OU": "2.5.4.11",
    "CN": "2.5.4.3",
}
_EC_PUBLIC_KEY = "1.2.840.10045.2.1"
_SM2_CURVE = "1.2.156.10197.1.301"
_SM2_WITH_SM3 = "1.2.156.10197.1.501"
_BASIC_CONSTRAINTS = "2.5.29.19"
_KEY_USAGE = "2.5.29.15"
_SEQUENCE, _SET, _INTEGER, _BITS, _OCTETS, _OID = 0x30, 0x31, 0x02, 0x03, 0x04, 0x06
_PRINTABLE, _UTF8, _UTC_TIME, _GENERALIZED_TIME, _BOOLEAN = 0x13, 0x0C, 0x17, 0x18, 0x01


class BadCertificate(Exception):
    """Bytes that are no certificate of ours; the text says where reading ended."""


@dataclass(frozen=True)
class Request:
    """What a certificate shall say: ``subject`` by short names C, O, OU, CN."""

    subject: Mapping[str, str]
    public: bytes
    not_before: datetime
    not_after: datetime
    serial: int
    is_authority: bool = False


@dataclass(frozen=True)
class Issuer:
    """Who signs: its ``name`` as in its own subject, and its key pair."""

    name: Mapping[str, str]
    private: bytes
    public: bytes


@dataclass(frozen=True)
class Certificate:
    """What a certificate says; ``signed`` and ``signature`` (r || s) are for checking it."""

    subject: dict[str, str]
    public: bytes
    not_before: datetime
    not_after: datetime
    signed: bytes
    signature: bytes


def _der(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def _int(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray((first * 40 + second,))
    for number in rest:
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(0x80 | number & 0x7F)
        body.extend(reversed(septets))
    return _der(_OID, bytes(body))


def _name(said: Mapping[str, str]) -> bytes:
    """Encode a distinguished name: the country printable, the rest UTF-8."""
    return _der(_SEQUENCE, *(_attribute(short, text) for short, text in said.items()))


def _attribute(short: str, text: str) -> bytes:
    value = _der(_PRINTABLE if short == "C" else _UTF8, text.encode())
    return _der(_SET, _der(_SEQUENCE, _oid(_OIDS[short]), value))


def _time(at: datetime) -> bytes:
    at = at.astimezone(UTC)
    if at.year < 2050:
        return _der(_UTC_TIME, at.strftime("%y%m%d%H%M%SZ").encode())
    return _der(_GENERALIZED_TIME, at.strftime("%Y%m%d%H%M%SZ").encode())


def _extension(oid: str, value: bytes) -> bytes:
    return _der(_SEQUENCE, _oid(oid), _der(_BOOLEAN, b"\xff"), _der(_OCTETS, value))


def issue(request: Request, issuer: Issuer) -> bytes:
    """Return the DER of a version-3 certificate that ``issuer`` signs by SM2 with SM3."""
    algorithm = _der(_SEQUENCE, _oid(_SM2_WITH_SM3))
    may_sign_certificates = _der(_BOOLEAN, b"\xff") if request.is_authority else b""
    usage = b"\x01\x06" if request.is_authority else b"\x07\x80"
    signed = _der(
        _SEQUENCE,
        _der(0xA0, _int(2)),
        _int(request.serial),
        algorithm,
        _name(issuer.name),
        _der(_SEQUENCE, _time(request.not_before), _time(request.not_after)),
        _name(request.subject),
        _der(
            _SEQUENCE,
            _der(_SEQUENCE, _oid(_EC_PUBLIC_KEY), _oid(_SM2_CURVE)),
            _der(_BITS, b"\0", request.public),
        ),
        _der(
            0xA3,
            _der(
                _SEQUENCE,
                _extension(_BASIC_CONSTRAINTS, _der(_SEQUENCE, may_sign_certificates)),
                _extension(_KEY_USAGE, _der(_BITS, usage)),
            ),
        ),
    )
    raw = keys.sign_raw(issuer.private, issuer.public, signed)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return _der(_SEQUENCE, signed, algorithm, _der(_BITS, b"\0", _der(_SEQUENCE, _int(r), _int(s))))


def _split(data: bytes) -> list[tuple[int, bytes, bytes]]:
    """Return the elements that lie one after the other in ``data``: (tag, body, whole)."""
    found, at = [], 0
    while at < len(data):
        if at + 2 > len(data):
            raise BadCertificate("cut short")
        tag, size, start = data[at], data[at + 1], at + 2
        if size & 0x80:
            start += size & 0x7F
            size = int.from_bytes(data[at + 2 : start], "big")
        if start + size > len(data):
            raise BadCertificate("cut short")
        found.append((tag, data[start : start + size], data[at : start + size]))
        at = start + size
    return found


def _read_name(body: bytes) -> dict[str, str]:
    shorts = {_oid(dotted): short for short, dotted in _OIDS.items()}
    said = {}
    for _, attributes, _ in _split(body):
        kind, value = _split(_split(attributes)[0][1])
        said[shorts.get(kind[2], kind[2].hex())] = value[1].decode()
    return said


def _read_time(tag: int, body: bytes) -> datetime:
    pattern = "%y%m%d%H%M%SZ" if tag == _UTC_TIME else "%Y%m%d%H%M%SZ"
    return datetime.strptime(body.decode(), pattern).replace(tzinfo=UTC)


def read(der: bytes) -> Certificate:
    """Return what the certificate ``der`` says, its signature not yet checked.

    Raises ``BadCertificate`` when it is no certificate of an SM2 key.
    """
    try:
        (_, whole, _), *more = _split(der)
        signed, _, signature = _split(whole)
        fields = _split(signed[1])
        not_before, not_after = _split(fields[4][1])
        algorithm, point = _split(fields[6][1])
        r, s = _split(_split(signature[1][1:])[0][1])
        if more or algorithm[1] != _oid(_EC_PUBLIC_KEY) + _oid(_SM2_CURVE):
            raise BadCertificate("not an SM2 key")
        return Certificate(
            subject=_read_name(fields[5][1]),
            public=point[1][1:],
            not_before=_read_time(not_before[0], not_before[1]),
            not_after=_read_time(not_after[0], not_after[1]),
            signed=signed[2],
            signature=b"".join(part[1][-32:].rjust(32, b"\0") for part in (r, s)),
        )
    except (ValueError, IndexError) as error:
        raise BadCertificate(type(error).__name__) from None


def is_signed_by(certificate: Certificate, public: bytes) -> bool:
    """Return whether the holder of ``public`` signed ``certificate``."""
    return keys.verifies(public, certificate.signed, certificate.signature)
