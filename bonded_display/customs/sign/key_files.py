"""Decide how a key file is read: a software key, or where the device is that holds one.

A JSON object with ``key_no``, ``algorithm`` (sm2, rsa), ``certificate_b64``, ``holder_code``,
``holder_name``, ``not_before``, ``not_after``; then ``private_hex`` and ``public_hex`` (SM2),
``private_pem`` (RSA), or ``device`` with ``url``, ``password``, ``per_minute``.
"""

import base64
import binascii
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bonded_display.customs.errors import SigningKeyUnfit
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.control import Control
from bonded_display.customs.sign.device import PER_MINUTE, DeviceSigner
from bonded_display.customs.sign.public_keys import RsaPublic, read_certificate
from bonded_display.customs.sign.signer import FileSigner, HeldKey, RsaFileSigner, Signer
from kernel.clock import Instant, instant


def read_keys(path: Path) -> list[Signer]:
    """Return the signer of a key file, or those of every ``*.json`` in a folder.

    Raises ``SigningKeyUnfit`` as ``read_key_file`` does, also for a folder without a key.
    """
    found = [read_key_file(file) for file in sorted(path.glob("*.json"))] if path.is_dir() else []
    return found or [read_key_file(path)]


def read_key_file(path: Path) -> Signer:
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


def _signer(key: dict[str, Any]) -> Signer:
    key_no = str(key["key_no"])
    if key["algorithm"] not in ("sm2", "rsa"):
        raise SigningKeyUnfit(key_no=key_no, reason="algorithm")
    try:
        base64.b64decode(key["certificate_b64"], validate=True)
    except binascii.Error as error:
        raise SigningKeyUnfit(key_no=key_no, reason="certificate") from error
    if "device" in key:
        return _device(key)
    return _sm2(key) if key["algorithm"] == "sm2" else _rsa(key)


def _held(key: dict[str, Any]) -> dict[str, Any]:
    return {
        "key_no": str(key["key_no"]),
        "certificate_b64": key["certificate_b64"],
        "holder_code": key["holder_code"],
        "holder_name": key["holder_name"],
        "not_before": _instant(key["not_before"]),
        "not_after": _instant(key["not_after"]),
    }


def _sm2(key: dict[str, Any]) -> FileSigner:
    private = int(key["private_hex"], 16)
    public = sm2.read_public(bytes.fromhex(key["public_hex"]))
    if sm2.public_key(private) != public:
        raise SigningKeyUnfit(key_no=str(key["key_no"]), reason="not_a_pair")
    return FileSigner(**_held(key), public=public, private=private)


def _rsa(key: dict[str, Any]) -> RsaFileSigner:
    private = load_pem_private_key(key["private_pem"].encode(), password=None)
    public = _certificate(key).public
    pair = isinstance(private, RSAPrivateKey) and isinstance(public, RsaPublic)
    if not isinstance(private, RSAPrivateKey) or not pair or private.public_key() != public.key:
        raise SigningKeyUnfit(key_no=str(key["key_no"]), reason="not_a_pair")
    return RsaFileSigner(**_held(key), private=private)


def _device(key: dict[str, Any]) -> DeviceSigner:
    told = key["device"]
    public = _certificate(key).public
    if public.algorithm != key["algorithm"]:
        raise SigningKeyUnfit(key_no=str(key["key_no"]), reason="not_a_pair")
    control = Control(told["url"], told["password"])
    per_minute = int(told.get("per_minute", PER_MINUTE))
    return DeviceSigner(HeldKey(**_held(key)), public, control, per_minute=per_minute)


def _certificate(key: dict[str, Any]) -> Any:
    try:
        return read_certificate(base64.b64decode(key["certificate_b64"]))
    except ValueError as error:
        raise SigningKeyUnfit(key_no=str(key["key_no"]), reason="certificate") from error


def _instant(text: str) -> Instant:
    moment = datetime.fromisoformat(text)
    return instant(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
