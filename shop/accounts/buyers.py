"""Decides what placing an order and the identity page may know of an account's person.

Leaves deciding on it to those who ask; the sealed person is opened only where customs needs it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from kernel import crypto
from kernel.batch import Batch, Later
from kernel.clock import Instant
from shop.accounts.consents import ID_NUMBER, ID_NUMBER_VERSION


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
    consent_id: int | None

    @property
    def consented(self) -> bool:
        """Return whether the use of the ID number is agreed to."""
        return self.consent_id is not None


@dataclass(frozen=True)
class Person:
    """A person as the ID card names them; ``repr`` shows nothing of it."""

    name: str = field(repr=False)
    id_number: str = field(repr=False)


_COLUMNS = """
a.id, a.phone_lookup, a.phone_sealed, i.id, i.person_lookup, i.person_sealed, i.verified_at, c.id
"""
_PERSON = f"""
LEFT JOIN identity i ON i.account_id = a.id AND i.result = 'match'
LEFT JOIN consent c ON c.account_id = a.id AND c.purpose = '{ID_NUMBER}'
    AND c.version = '{ID_NUMBER_VERSION}' AND c.withdrawn_at IS NULL
"""
_BUYERS = f"SELECT {_COLUMNS} FROM account a {_PERSON} WHERE a.id IN :account_ids"
_SIGNED_IN = f"""
SELECT s.token_hash, {_COLUMNS} FROM login_session s JOIN account a ON a.id = s.account_id {_PERSON}
WHERE s.token_hash IN :token_hashes AND s.revoked_at IS NULL AND s.expires_at > :at
"""


def read_buyers(batch: Batch, account_ids: Sequence[int]) -> Later[dict[int, Buyer]]:
    """Ask for accounts as buyers, by account id; they come with the next trip."""
    if not account_ids:
        return Later(dict)
    rows = batch.fetch(_BUYERS, {"account_ids": sorted(set(account_ids))})
    return rows.then(lambda found: {row[0]: Buyer(*row) for row in found})


def read_signed_in(
    batch: Batch, token_hashes: Sequence[str], *, at: Instant
) -> Later[dict[str, Buyer]]:
    """Ask for the accounts whose sessions are alive at an instant, by their tokens' hashes.

    A session that is over, unknown or a staff member's is not among them.
    """
    if not token_hashes:
        return Later(dict)
    asked = {"token_hashes": sorted(set(token_hashes)), "at": at}
    rows = batch.fetch(_SIGNED_IN, asked)
    return rows.then(lambda found: {row[0]: Buyer(*row[1:]) for row in found})


def read_buyer(conn: Connection, account_id: int) -> Buyer:
    """Return one account as a buyer; raises ``KeyError`` for an id that is no account."""
    with Batch(conn) as batch:
        found = read_buyers(batch, [account_id])
    return found()[account_id]


def open_person(buyer: Buyer) -> Person:
    """Return the verified person in the clear; raises ``ValueError`` when there is none."""
    if buyer.person_sealed is None:
        raise ValueError("no verified person")
    body = crypto.unseal_json(buyer.person_sealed, f"identity.person:{buyer.identity_id}")
    return Person(body["name"], body["id_number"])


def open_phone(buyer: Buyer) -> str:
    """Return the account's phone in the clear, '+8613800138000'."""
    return crypto.unseal(buyer.phone_sealed, f"account.phone:{buyer.account_id}").decode()
