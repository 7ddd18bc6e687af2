"""Decide which key and which methods a question about a signature names."""

from pathlib import Path

from bonded_display.customs.command import question
from bonded_display.customs.command.errors import QuestionUnread
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.curve import Point
from bonded_display.customs.sign.signer import FileSigner, read_key_file
from bonded_display.customs.sign.xmldsig import Methods


def key(given: question.Json) -> FileSigner:
    """Return the key of ``key_file``; raises ``SigningKeyUnfit``."""
    return read_key_file(Path(question.text(given, "key_file")))


def methods(given: question.Json) -> Methods:
    """Return the algorithm names to write, customs' preferred ones unless others are asked."""
    usual = Methods()
    try:
        return Methods(
            signature=question.text(given, "signature_method", usual.signature),
            digest=question.text(given, "digest_method", usual.digest),
        )
    except ValueError as wrong:
        raise QuestionUnread(place="signature_method") from wrong


def public(given: question.Json) -> Point:
    """Return the public key of ``public_hex``: 65 bytes 04||x||y."""
    try:
        return sm2.read_public(bytes.fromhex(question.text(given, "public_hex")))
    except ValueError as wrong:
        raise QuestionUnread(place="public_hex") from wrong
