"""Decides what is asked of an authenticator, and whether its answer proves what it should.

Leaves challenges, counters and whose passkey it is to the verbs beside it.  The package
``webauthn`` is known to this module alone.  Source: W3C Web Authentication Level 2, 7.1 and 7.2.
"""

import ipaddress
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from shop.accounts.errors import PasskeyNotAdded, PasskeyRefused, PasskeysNeedHostName

SITE = "Qianzhan 前展"
ANSWER_WITHIN_MS = 120_000
LONGEST_ANSWER = 20_000
"""Signs of JSON; an attestation with its certificates has some thousands."""
_VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class Site:
    """For whom passkeys are made: the host's name, and the origin browsers must come from."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewPasskey:
    """What an authenticator made."""

    credential_id: str
    public_key: bytes
    sign_count: int


@dataclass(frozen=True, slots=True)
class Answer:
    """An authenticator's answer, not yet proved: the passkey it names, and all that was sent."""

    credential_id: str
    user_handle: bytes
    sent: dict[str, Any]


def site_of(public_url: str) -> Site:
    """Return for whom passkeys are made; raises ``PasskeysNeedHostName`` for a bare address."""
    parts = urlsplit(public_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return Site(host, f"{parts.scheme}://{parts.netloc}".lower())
    raise PasskeysNeedHostName(host=host)


def user_handle(staff_id: int) -> bytes:
    """Return what an authenticator keeps of a person: eight bytes that tell no name."""
    return staff_id.to_bytes(8, "big")


def ask_to_make(
    site: Site, challenge: bytes, *, staff_id: int, login: str, known: Sequence[str]
) -> str:
    """Return the JSON options for a new passkey; ``known`` are credentials it must not repeat."""
    options = webauthn.generate_registration_options(
        rp_id=site.rp_id,
        rp_name=SITE,
        user_id=user_handle(staff_id),
        user_name=login,
        challenge=challenge,
        timeout=ANSWER_WITHIN_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_VERIFIED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(one)) for one in known
        ],
    )
    return webauthn.options_to_json(options)


def ask_to_prove(site: Site, challenge: bytes) -> str:
    """Return the JSON options for signing in with any passkey of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=ANSWER_WITHIN_MS,
        user_verification=_VERIFIED,
    )
    return webauthn.options_to_json(options)


def made_passkey(site: Site, challenge: bytes, sent: str) -> NewPasskey:
    """Return the passkey that a browser says was made; raises ``PasskeyNotAdded``."""
    try:
        made = webauthn.verify_registration_response(
            credential=_object(sent),
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except Exception as error:  # whatever the bytes of a stranger break in a parser
        raise PasskeyNotAdded from error
    return NewPasskey(
        bytes_to_base64url(made.credential_id), made.credential_public_key, made.sign_count
    )


def read_answer(sent: str) -> Answer:
    """Return which passkey an answer names; raises ``PasskeyRefused`` when it is none."""
    try:
        whole = _object(sent)
        named, handle = whole["id"], base64url_to_bytes(whole["response"]["userHandle"])
        # One spelling for one credential: throttles and rows are found by it.
        return Answer(bytes_to_base64url(base64url_to_bytes(named)), handle, whole)
    except Exception as error:
        raise PasskeyRefused from error


def proved_count(site: Site, challenge: bytes, answer: Answer, *, public_key: bytes) -> int:
    """Return the signature counter of an answer that the passkey itself gave, here and now.

    Raises ``PasskeyRefused``: another site, another challenge, no user verification, a
    signature that is not the key's.  The counter is judged by the caller, since one that goes
    back says something only when the signature is right.
    """
    try:
        proved = webauthn.verify_authentication_response(
            credential=answer.sent,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:
        raise PasskeyRefused from error
    return proved.new_sign_count


def _object(sent: str) -> dict[str, Any]:
    if len(sent) > LONGEST_ANSWER:
        raise ValueError("longer than any authenticator's answer")
    whole = json.loads(sent)
    if not isinstance(whole, dict):
        raise ValueError("no JSON object")
    return whole
