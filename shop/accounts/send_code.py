"""Decides that a phone gets a one-time code, and how often.

Leaves answering it to sign_in.py and carrying the message to notifier.py.
"""

import secrets

from sqlalchemy import insert

from kernel import clock, crypto, db, i18n, ids
from kernel.clock import MINUTE
from shop.accounts.notifier import hand_off
from shop.accounts.phone import normal_phone
from shop.accounts.tables import one_time_code
from shop.accounts.throttle import CODES, take_attempt

CODE_MINUTES = 5


def code_hash(code_id: int, code: str) -> str:
    """Return the keyed hash under which six digits of one code row are kept."""
    return crypto.lookup(f"{code_id}:{code}", "one_time_code")


def send_code(typed_phone: str, *, language: str) -> str:
    """Return the normal phone that now gets a code which replaces any earlier one.

    Raises ``PhoneInvalid``, ``TooManyAttempts`` (one a minute, five an hour) and
    ``CodeNotSent``.  The file is written after the commit: a message never names a code
    that does not exist.
    """
    phone = normal_phone(typed_phone)
    phone_lookup = crypto.lookup(phone, "phone")
    code_id, code = ids.new(), f"{secrets.randbelow(1_000_000):06d}"
    at = clock.now()
    with db.write() as conn:
        take_attempt(conn, CODES, subject=phone_lookup, at=at)
        conn.execute(
            insert(one_time_code).values(
                id=code_id,
                phone_lookup=phone_lookup,
                code_hash=code_hash(code_id, code),
                expires_at=at + CODE_MINUTES * MINUTE,
                tries=0,
            )
        )
    hand_off(phone, i18n.text("code_sms", language, code=code, minutes=CODE_MINUTES))
    return phone
