"""Verifying a person, and the consent that comes first."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kernel import clock, db
from kernel.actor import Actor
from kernel.audit import audit_line
from shop.accounts.buyers import Buyer, open_person, open_phone, read_buyer
from shop.accounts.consents import ID_NUMBER_VERSION
from shop.accounts.errors import (
    ConsentNotGiven,
    IdentityMinor,
    IdentityMismatch,
    IdentitySettled,
    IdentityUnavailable,
    IdNumberInvalid,
    NameInvalid,
    TooManyAttempts,
)
from shop.accounts.give_consent import give_consent
from shop.accounts.tables import consent, identity
from shop.accounts.verify_identity import verify_identity
from shop.accounts.withdraw_consent import withdraw_consent
from tests.db.accounts.conftest import CHEN, LI, WANG, Verifier
from tests.support.seams import FakeClock

Shopper = Callable[..., Actor]


def rows(table: object) -> list[dict[str, object]]:
    """Return every row of a table."""
    with db.read() as conn:
        return [dict(row._mapping) for row in conn.execute(select(table))]  # type: ignore[arg-type]


def buyer(actor: Actor) -> Buyer:
    """Return the actor as placing sees them."""
    with db.read() as conn:
        return read_buyer(conn, actor.id)


def test_a_match_is_kept_with_result_time_source_and_evidence(
    shopper: Shopper, verifier: Verifier
) -> None:
    """The person is sealed; placing finds the lookup, customs the name and number."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)

    verify_identity(actor, *CHEN, verifier=verifier)

    (kept,) = rows(identity)
    assert (kept["result"], kept["source"], kept["evidence_no"]) == ("match", "test-service", "EV1")
    assert kept["verified_at"] == clock.now()
    assert CHEN[1] not in str(kept)
    assert CHEN[0] not in str(kept)
    known = buyer(actor)
    assert known.consented
    assert known.person_lookup == kept["person_lookup"]
    assert (open_person(known).name, open_person(known).id_number) == CHEN
    assert open_phone(known) == "+8613800138000"


def test_without_a_consent_nobody_is_asked(shopper: Shopper, verifier: Verifier) -> None:
    """A tick forgotten, or a text that is no longer the one shown."""
    actor = shopper()

    with pytest.raises(ConsentNotGiven):
        give_consent(actor, "")
    with pytest.raises(ConsentNotGiven):
        verify_identity(actor, *CHEN, verifier=verifier)

    assert verifier.asked == []
    assert rows(identity) == rows(consent) == []


def test_a_wrong_check_digit_is_refused_before_anybody_is_asked(
    shopper: Shopper, verifier: Verifier
) -> None:
    """Nothing is sent, nothing kept, no try counted."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)

    for _ in range(7):
        with pytest.raises(IdNumberInvalid):
            verify_identity(actor, CHEN[0], CHEN[1][:-1] + "1", verifier=verifier)
    with pytest.raises(NameInvalid):
        verify_identity(actor, "1", CHEN[1], verifier=verifier)

    assert verifier.asked == []
    assert rows(identity) == []
    verify_identity(actor, *CHEN, verifier=verifier)


def test_a_minor_is_refused_by_us_and_by_the_service(shopper: Shopper, verifier: Verifier) -> None:
    """The birthday says so, or the service does; the person is not kept."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    with pytest.raises(IdentityMinor):
        verify_identity(actor, *LI, verifier=verifier)
    assert verifier.asked == []

    verifier.result = "minor"
    with pytest.raises(IdentityMinor):
        verify_identity(actor, *CHEN, verifier=verifier)
    assert [(row["result"], row["person_sealed"]) for row in rows(identity)] == [("minor", None)]
    assert buyer(actor).person_lookup is None


def test_a_mismatch_leaves_the_account_unverified(shopper: Shopper, verifier: Verifier) -> None:
    """Result and evidence are kept, the person is not; a second try can match."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    verifier.result = "mismatch"

    with pytest.raises(IdentityMismatch):
        verify_identity(actor, WANG[0], CHEN[1], verifier=verifier)

    assert buyer(actor).person_lookup is None
    (kept,) = rows(identity)
    assert (kept["result"], kept["evidence_no"], kept["person_sealed"]) == ("mismatch", "EV1", None)
    verifier.result = "match"
    verify_identity(actor, *CHEN, verifier=verifier)
    assert buyer(actor).person_lookup is not None


def test_a_service_that_does_not_answer_leaves_nothing(
    shopper: Shopper, verifier: Verifier
) -> None:
    """Unavailable is no result: the row stays absent, the person can come again."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    verifier.result = "down"

    with pytest.raises(IdentityUnavailable):
        verify_identity(actor, *CHEN, verifier=verifier)

    assert rows(identity) == []


def test_an_outage_is_no_attempt_of_the_persons(shopper: Shopper, verifier: Verifier) -> None:
    """The service is down for six tries; the seventh is the first that counts."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    verifier.result = "down"
    for _ in range(6):
        with pytest.raises(IdentityUnavailable):
            verify_identity(actor, *CHEN, verifier=verifier)
    verifier.result = "match"

    verify_identity(actor, *CHEN, verifier=verifier)

    assert buyer(actor).person_lookup is not None


def test_five_checks_a_day(shopper: Shopper, verifier: Verifier, clock: FakeClock) -> None:
    """An account is no tool for trying out names and numbers."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    verifier.result = "mismatch"
    for _ in range(5):
        with pytest.raises(IdentityMismatch):
            verify_identity(actor, WANG[0], CHEN[1], verifier=verifier)

    with pytest.raises(TooManyAttempts):
        verify_identity(actor, WANG[0], CHEN[1], verifier=verifier)
    assert len(verifier.asked) == 5
    clock.tick(24 * 3600)
    verifier.result = "match"
    verify_identity(actor, *CHEN, verifier=verifier)


def test_a_verified_account_stays_that_person(shopper: Shopper, verifier: Verifier) -> None:
    """The same person again changes nothing and asks nobody; another one is refused."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    verify_identity(actor, *CHEN, verifier=verifier)
    before = rows(identity)

    verify_identity(actor, *CHEN, verifier=verifier)
    with pytest.raises(IdentitySettled):
        verify_identity(actor, *WANG, verifier=verifier)

    assert rows(identity) == before
    assert len(verifier.asked) == 1


def test_one_person_has_one_lookup_on_two_phones(shopper: Shopper, verifier: Verifier) -> None:
    """The yearly limit is the person's, not the account's."""
    first, second = shopper(), shopper("13900139000")
    for actor in (first, second):
        give_consent(actor, ID_NUMBER_VERSION)
        verify_identity(actor, *CHEN, verifier=verifier)

    assert buyer(first).person_lookup == buyer(second).person_lookup


def test_a_consent_can_be_withdrawn_and_given_again(shopper: Shopper, clock: FakeClock) -> None:
    """Each is a row of its own with both its times; twice is once."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    give_consent(actor, ID_NUMBER_VERSION)
    given = clock.now()
    clock.tick(60)

    assert withdraw_consent(actor)
    assert not withdraw_consent(actor)
    assert not buyer(actor).consented
    clock.tick(60)
    give_consent(actor, ID_NUMBER_VERSION)

    assert buyer(actor).consented
    times = [(row["given_at"], row["withdrawn_at"]) for row in rows(consent)]
    assert sorted(times, key=str) == sorted(
        [(given, given + 60_000_000), (given + 120_000_000, None)], key=str
    )


def test_the_audit_says_what_happened_and_names_nobody(
    shopper: Shopper, verifier: Verifier
) -> None:
    """Verbs, results and evidence numbers; no name, number or phone."""
    actor = shopper()
    give_consent(actor, ID_NUMBER_VERSION)
    verify_identity(actor, *CHEN, verifier=verifier)
    withdraw_consent(actor)

    lines = rows(audit_line)
    assert [line["verb"] for line in sorted(lines, key=lambda line: str(line["id"]))] == [
        "sign_in",
        "give_consent",
        "verify_identity",
        "withdraw_consent",
    ]
    text = str(lines)
    assert "EV1" in text
    assert not any(secret in text for secret in (*CHEN, "13800138000"))
