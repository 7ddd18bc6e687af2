"""Issue a sender's SM2 key and certificate: ``python -m simulators.customs issue``.

The authority's own key lies beside the senders' keys, its certificate in the trust folder as
``ca.pem``.  Whom customs then believes is ``trust``'s to decide.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import secrets
from datetime import timedelta
from pathlib import Path

from simulators import clock, keys, x509
from simulators.x509 import Issuer, Request

AUTHORITY = {"C": "CN", "O": "模拟海关", "CN": "QIANZHAN SIMULATED CUSTOMS CA"}
_BEFORE, _AFTER = timedelta(days=1), timedelta(days=5 * 365)


def pem(der: bytes) -> str:
    """Return ``der`` as a PEM certificate."""
    text = base64.b64encode(der).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])


def unpem(text: str) -> bytes:
    """Return the DER in a PEM certificate; raises ``BadCertificate``."""
    lines = text.strip().splitlines()
    if len(lines) < 3 or "BEGIN CERTIFICATE" not in lines[0]:
        raise x509.BadCertificate("not PEM")
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        raise x509.BadCertificate("not base64") from None


def issue(code: str, name: str, *, out: Path, trust: Path) -> Path:
    """Issue a key to the holder of the customs code ``code``; return its key file's path.

    Raises ``FileExistsError`` when the holder has one already, ``BadKey`` when ``trust`` holds
    another authority's certificate.
    """
    path = out / f"{code}.json"
    if path.exists():
        raise FileExistsError(path)
    authority = _authority(out / "customs-ca.json", trust)
    private, public = keys.new_pair()
    key_no = f"{secrets.randbelow(10**13):013d}"
    now = clock.now().replace(microsecond=0)
    request = Request(
        subject={"C": "CN", "O": name, "OU": code, "CN": key_no},
        public=public,
        not_before=now - _BEFORE,
        not_after=now + _AFTER,
        serial=secrets.randbits(63),
    )
    certificate = x509.issue(request, authority)
    said = {
        "key_no": key_no,
        "algorithm": "sm2",
        "private_hex": private.hex(),
        "public_hex": public.hex(),
        "certificate_b64": base64.b64encode(certificate).decode(),
        "holder_code": code,
        "holder_name": name,
        "not_before": request.not_before.isoformat(),
        "not_after": request.not_after.isoformat(),
    }
    (trust / f"{code}.pem").write_text(pem(certificate), encoding="ascii")
    _write_private(path, said)
    return path


def _authority(path: Path, trust: Path) -> Issuer:
    """Return the authority of this keys folder; made, with its certificate, on first use."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    trust.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        if (trust / "ca.pem").exists():
            raise keys.BadKey(f"{trust / 'ca.pem'} belongs to another keys folder")
        private, public = keys.new_pair()
        now = clock.now().replace(microsecond=0)
        issuer = Issuer(AUTHORITY, private, public)
        request = Request(AUTHORITY, public, now - _BEFORE, now + 2 * _AFTER, 1, True)
        (trust / "ca.pem").write_text(pem(x509.issue(request, issuer)), encoding="ascii")
        _write_private(path, {"private_hex": private.hex(), "public_hex": public.hex()})
        return issuer
    said = json.loads(path.read_text(encoding="utf-8"))
    return Issuer(AUTHORITY, bytes.fromhex(said["private_hex"]), bytes.fromhex(said["public_hex"]))


def _write_private(path: Path, said: dict[str, str]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)


def command(words: list[str]) -> int:
    """Run ``issue`` from the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators.customs issue", description="Issue a sender's SM2 key."
    )
    parser.add_argument("--code", required=True, help="customs code of the holder, 10 digits")
    parser.add_argument("--name", required=True, help="registered name of the holder")
    parser.add_argument("--out", type=Path, required=True, help="folder for <code>.json (secret)")
    parser.add_argument("--trust", type=Path, required=True, help="folder for <code>.pem (public)")
    options = parser.parse_args(words)
    if len(options.code) != 10 or not options.code.isalnum() or not options.code.isascii():
        parser.error("--code: a customs code has 10 digits or letters")
    try:
        print(issue(options.code, options.name, out=options.out, trust=options.trust))
    except (FileExistsError, keys.BadKey) as fault:
        parser.error(str(fault))
    return 0
