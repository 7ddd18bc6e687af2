"""Decides what placing an order and the identity page may know of an account's person.

Leaves deciding on it to those who ask; the sealed person is opened only where customs needs it.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, and_, select

from kernel import crypto, db
from kernel.clock import SECOND, Instant
from shop.accounts.believed import Believed
from shop.accounts.consents import ID_NUMBER, ID_NUMBER_VERSION
from shop.accounts.tables import account, consent, identity


@dataclass(frozen=True)
class Buyer:
    """An account as a buyer; ``person_lookup`` is None until it is verified."""

    account_id: int
    phone_lookup: str
    phone_sealed: bytes
    identity_id: int | None
    person_lookup: str | None
    person_sealed: bytes | None
    verified_at: Instant | None
    consented: bool


@dataclass(frozen=True)
class Person:
    """A person as the ID card names them; ``repr`` shows nothing of it."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)


def read_buyers(conn: Connection, account_ids: list[int]) -> dict[int, Buyer]:
    """Return the buyers of some accounts by account id, in one statement."""
    rows = conn.execute(
        select(
            account.c.id,
            account.c.phone_lookup,
            account.c.phone_sealed,
            identity.c.id.label("identity_id"),
            identity.c.person_lookup,
            identity.c.person_sealed,
            identity.c.verified_at,
            consent.c.id.label("consent_id"),
        )
        .outerjoin(
            identity, and_(identity.c.account_id == account.c.id, identity.c.result == "match")
        )
        .outerjoin(
            consent,
            and_(
                consent.c.account_id == account.c.id,
                consent.c.purpose == ID_NUMBER,
                consent.c.version == ID_NUMBER_VERSION,
                consent.c.withdrawn_at.is_(None),
            ),
        )
        .where(account.c.id.in_(account_ids))
    )
    return {
        row.id: Buyer(
            row.id,
            row.phone_lookup,
            row.phone_sealed,
            row.identity_id,
            row.person_lookup,
            row.person_sealed,
            row.verified_at,
            row.consent_id is not None,
        )
        for row in rows
    }


def read_buyer(conn: Connection, account_id: int) -> Buyer:
    """Return one account as a buyer; raises ``KeyError`` for an id that is no account."""
    return read_buyers(conn, [account_id])[account_id]


_believed: Believed[int, Buyer] = Believed(5 * SECOND, most=20_000)


def believed_buyer(account_id: int) -> Buyer:
    """Return one account as a buyer, at most five seconds old; as a session is believed.

    Only a verified buyer who consents is believed: who is neither is read anew each time.
    What an account changes in this process counts at once: ``forget_buyer``.
    """
    buyer = _believed.get(account_id, _read_now)
    if buyer.person_lookup is None or not buyer.consented:
        forget_buyer(account_id)
        return _read_now(account_id)
    return buyer


def forget_buyer(account_id: int) -> None:
    """Believe nothing of an account that has just changed."""
    _believed.forget(account_id)


def forget_buyers() -> None:
    """Believe nothing; for a change of database."""
    _believed.forget()


def _read_now(account_id: int) -> Buyer:
    with db.read() as conn:
        return read_buyer(conn, account_id)


def open_person(buyer: Buyer) -> Person:
    """Return the verified person in the clear; raises ``ValueError`` when there is none."""
    if buyer.person_sealed is None:
        raise ValueError("no verified person")
    body = crypto.unseal_json(buyer.person_sealed, f"identity.person:{buyer.identity_id}")
    return Person(body["name"], body["id_number"])


def open_phone(buyer: Buyer) -> str:
    """Return the account's phone in the clear, '+8613800138000'."""
    return crypto.unseal(buyer.phone_sealed, f"account.phone:{buyer.account_id}").decode()
