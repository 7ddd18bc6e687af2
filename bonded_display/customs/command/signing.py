"""Decide which key and which methods a question about a signature names."""

from pathlib import Path

from bonded_display.customs.command import question
from bonded_display.customs.command.errors import QuestionUnread
from bonded_display.customs.sign import sm2
from bonded_display.customs.sign.key_files import read_key_file
from bonded_display.customs.sign.methods import Methods
from bonded_display.customs.sign.public_keys import PublicKey, Sm2Public
from bonded_display.customs.sign.signer import Signer


def key(given: question.Json) -> Signer:
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


def public(given: question.Json) -> PublicKey:
    """Return the public key of ``public_hex``: 65 bytes 04||x||y."""
    try:
        return Sm2Public(sm2.read_public(bytes.fromhex(question.text(given, "public_hex"))))
    except ValueError as wrong:
        raise QuestionUnread(place="public_hex") from wrong
