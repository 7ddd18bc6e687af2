"""Certificates and key files as the office issues them; the SM2 ones by the other side's code."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bonded_display.customs.sign.signer import FileSigner
from simulators.x509 import Issuer, Request, issue
from tests.support.seams import START
from tests.unit.customs.examples import DAY, signer

DATES = (
    datetime.fromtimestamp((START - DAY) // 1_000_000, UTC),
    datetime.fromtimestamp((START + 365 * DAY) // 1_000_000, UTC),
)


def public_hex(key: FileSigner) -> str:
    """Return the public point as 65 bytes in hex."""
    return "04" + "".join(part.to_bytes(32, "big").hex() for part in key.public)


def certified(holder_code: str = "1401960001", **changes: Any) -> FileSigner:
    """Return an SM2 key with a real certificate of its dates."""
    key = signer(holder_code)
    name = {"C": "CN", "O": key.holder_name, "CN": key.key_no}
    public = bytes.fromhex(public_hex(key))
    request = Request(name, public, *DATES, serial=7)
    made = issue(request, Issuer(name, key.private.to_bytes(32, "big"), public))
    return replace(key, certificate_b64=base64.b64encode(made).decode(), **changes)


def rsa_pair() -> tuple[rsa.RSAPrivateKey, bytes]:
    """Return an RSA key and its certificate (DER)."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "03010002")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(8)
        .not_valid_before(DATES[0])
        .not_valid_after(DATES[1] + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return key, made.public_bytes(serialization.Encoding.DER)


def key_file(path: Path, key: FileSigner, **changes: Any) -> Path:
    """Write the key file of ``key``; ``changes`` with the value None take an entry away."""
    said = {
        "key_no": key.key_no,
        "algorithm": "sm2",
        "private_hex": f"{key.private:064x}",
        "public_hex": public_hex(key),
        "certificate_b64": key.certificate_b64,
        "holder_code": key.holder_code,
        "holder_name": key.holder_name,
        "not_before": DATES[0].isoformat(),
        "not_after": DATES[1].isoformat(),
    }
    chosen = {name: value for name, value in {**said, **changes}.items() if value is not None}
    path.write_text(json.dumps(chosen), encoding="utf-8")
    return path
