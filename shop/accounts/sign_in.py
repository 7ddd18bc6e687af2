"""Decides that the holder of a phone is signed in, by the newest one-time code.

Leaves the cookie to shop.web.login.
"""

import hmac

from sqlalchemy import Connection, func, insert, select, update

from kernel import audit, clock, crypto, db, ids
from kernel.clock import Instant
from shop.accounts.errors import CodeGone, CodeWrong
from shop.accounts.phone import normal_phone
from shop.accounts.send_code import code_hash
from shop.accounts.sessions import open_session
from shop.accounts.tables import CODE_TRIES, account, one_time_code


def sign_in(typed_phone: str, code: str, *, language: str, device: str = "") -> str:
    """Return the token of a new session for the phone's account, made when it has none.

    Raises ``CodeWrong`` with the tries left and ``CodeGone`` when no code can be answered;
    a wrong answer is counted whatever follows.
    """
    phone = normal_phone(typed_phone)
    phone_lookup = crypto.lookup(phone, "phone")
    at = clock.now()
    with db.write() as conn:
        left = _try(conn, phone_lookup, code.strip(), at)
        if left is None:
            account_id = _account(conn, phone, phone_lookup, language=language, at=at)
            audit.record(conn, "sign_in", subject=f"account:{account_id}", detail={})
            return open_session(conn, at=at, account_id=account_id, device=device)
    if left < 0:
        raise CodeGone
    raise CodeWrong(left=left)


def _try(conn: Connection, phone_lookup: str, code: str, at: Instant) -> int | None:
    """Return None for the right code, else the tries left, or -1 when there is no code."""
    newest = select(func.max(one_time_code.c.id)).where(
        one_time_code.c.phone_lookup == phone_lookup
    )
    row = conn.execute(
        update(one_time_code)
        .where(
            one_time_code.c.id == newest.scalar_subquery(),
            one_time_code.c.tries < CODE_TRIES,
            one_time_code.c.used_at.is_(None),
            one_time_code.c.expires_at > at,
        )
        .values(tries=one_time_code.c.tries + 1)
        .returning(one_time_code.c.id, one_time_code.c.code_hash, one_time_code.c.tries)
    ).first()
    if row is None:
        return -1
    if not hmac.compare_digest(code_hash(row.id, code), row.code_hash):
        return CODE_TRIES - int(row.tries)
    conn.execute(update(one_time_code).where(one_time_code.c.id == row.id).values(used_at=at))
    return None


def _account(conn: Connection, phone: str, phone_lookup: str, *, language: str, at: Instant) -> int:
    found = conn.execute(
        select(account.c.id).where(account.c.phone_lookup == phone_lookup)
    ).scalar()
    if found is not None:
        return int(found)
    account_id = ids.new()
    conn.execute(
        insert(account).values(
            id=account_id,
            phone_lookup=phone_lookup,
            phone_sealed=crypto.seal(phone.encode(), f"account.phone:{account_id}"),
            language=language,
            created_at=at,
        )
    )
    return account_id
