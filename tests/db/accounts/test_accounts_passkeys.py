"""Passkeys of staff: added, signed in with, refused, ended; and throttles by network."""

import json

import pytest
from sqlalchemy import select, update

from kernel import audit, db
from kernel.db import Database
from shop.accounts import errors
from shop.accounts.passkeys.own import add_passkey, begin_passkey, passkeys_of, remove_passkey
from shop.accounts.passkeys.sign_in_passkey import begin_sign_in, sign_in_with_passkey
from shop.accounts.put_staff import end_staff, put_staff
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in_staff import sign_in_staff
from shop.accounts.tables import staff
from tests.support.authenticator import PRESENT, Authenticator
from tests.support.seams import FakeClock

PASSWORD, HOLDER, HERE = "a long and quiet word", "h" * 43, "203.0.113.7"


@pytest.fixture
def li(database: Database) -> int:
    """A staff member."""
    del database
    return put_staff("li.wei", PASSWORD, role="operator")


def added(staff_id: int, **slips: object) -> Authenticator:
    key = Authenticator(**slips)  # type: ignore[arg-type]
    made = key.make(json.loads(begin_passkey(staff_id, holder=HOLDER)))
    add_passkey(staff_id, made, name="Front desk", holder=HOLDER)
    return key


def enter(key: Authenticator, network: str = HERE) -> str:
    answer = key.prove(json.loads(begin_sign_in(holder=HOLDER)))
    return sign_in_with_passkey(answer, holder=HOLDER, network=network)


def deeds() -> list[str]:
    with db.read() as conn:
        return list(conn.execute(select(audit.audit_line.c.verb)).scalars())


def test_a_passkey_signs_its_owner_in(li: int, clock: FakeClock) -> None:
    """No login typed; the session is as after a password, and the use is noted."""
    key = added(li)
    clock.tick(60)

    who = signed_in(enter(key))

    assert who is not None
    assert (who.kind, who.id, who.role) == ("staff", li, "operator")
    with db.read() as conn:
        (row,) = passkeys_of(conn, li)
    assert (row.name, row.last_used_at) == ("Front desk", clock.now())
    assert deeds()[-2:] == ["add_passkey", "sign_in_staff"]


@pytest.mark.parametrize("slip", [{"origin": "https://id.example.evil"}, {"flags": PRESENT}])
def test_another_origin_and_an_unverified_person_are_refused(li: int, slip: dict) -> None:
    """Neither makes a passkey, nor signs in with one."""
    with pytest.raises(errors.PasskeyNotAdded):
        added(li, **slip)
    key = added(li)
    for name, value in slip.items():
        setattr(key, name, value)

    with pytest.raises(errors.PasskeyRefused):
        enter(key)


def test_a_question_is_answered_once_in_time_and_by_its_browser(li: int, clock: FakeClock) -> None:
    """Replayed, late, from another browser, or for another purpose: gone."""
    key = added(li)
    answer = key.prove(json.loads(begin_sign_in(holder=HOLDER)))
    with pytest.raises(errors.PasskeyChallengeGone):
        sign_in_with_passkey(answer, holder="another", network=HERE)
    assert sign_in_with_passkey(answer, holder=HOLDER, network=HERE)
    with pytest.raises(errors.PasskeyChallengeGone):
        sign_in_with_passkey(answer, holder=HOLDER, network=HERE)

    late = key.prove(json.loads(begin_sign_in(holder="late")))
    clock.tick(180)
    with pytest.raises(errors.PasskeyChallengeGone):
        sign_in_with_passkey(late, holder="late", network=HERE)


def test_a_counter_that_goes_back_ends_the_passkey(li: int) -> None:
    """A copy was used meanwhile: refused, ended for both, and audited."""
    key = added(li)
    enter(key)
    enter(key)
    key.count = 0

    with pytest.raises(errors.PasskeyCounterBack):
        enter(key)

    key.count = 9
    with pytest.raises(errors.PasskeyRefused):
        enter(key)
    assert "end_passkey" in deeds()
    with db.read() as conn:
        assert [row.ended for row in passkeys_of(conn, li)] == [True]


def test_unknown_removed_and_departed_have_one_answer(li: int) -> None:
    """Nobody learns which; who departs is signed out too, and has no password any more."""
    first, second = added(li), added(li)
    token = enter(second)
    with db.read() as conn:
        ids = [row.id for row in passkeys_of(conn, li)]
    remove_passkey(li, ids[1])
    end_staff("li.wei")

    for key in (first, second, Authenticator(handle=second.handle)):
        with pytest.raises(errors.PasskeyRefused):
            enter(key)
    with pytest.raises(errors.StaffSignInWrong):
        sign_in_staff("li.wei", PASSWORD)
    assert signed_in(token) is None


def test_the_last_way_in_stays(li: int) -> None:
    """Without a password the only passkey is not removed, nor is a colleague's ever."""
    added(li)
    with db.write() as conn:
        conn.execute(update(staff).values(password_hash=""))
        (row,) = passkeys_of(conn, li)

    with pytest.raises(errors.PasskeyLastWayIn):
        remove_passkey(li, row.id)
    with pytest.raises(errors.PasskeyUnknown):
        remove_passkey(put_staff("chen.yu", PASSWORD, role="finance"), row.id)


def test_five_refusals_close_a_passkey_for_one_network(li: int) -> None:
    """From elsewhere it still opens."""
    key = added(li)
    key.flags = PRESENT
    for _ in range(5):
        with pytest.raises(errors.PasskeyRefused):
            enter(key)
    key.flags |= 4

    with pytest.raises(errors.TooManyAttempts):
        enter(key)
    assert enter(key, "198.51.100.9")


def test_nobody_shuts_a_colleague_out_from_elsewhere(li: int) -> None:
    """Five wrong passwords close the login for their network; ten networks for all."""
    for network in range(10):
        assert sign_in_staff("li.wei", PASSWORD, network=HERE)
        for _ in range(5):
            with pytest.raises(errors.StaffSignInWrong):
                sign_in_staff("li.wei", "wrong", network=f"198.51.100.{network}")
        with pytest.raises(errors.TooManyAttempts):
            sign_in_staff("li.wei", PASSWORD, network=f"198.51.100.{network}")

    with pytest.raises(errors.TooManyAttempts):
        sign_in_staff("li.wei", PASSWORD, network=HERE)


def test_fifty_refusals_close_all_passkeys_for_one_network(li: int) -> None:
    """Fifty other keys were tried from it, so it is shut to a good one; elsewhere it opens."""
    key, strangers = added(li), [Authenticator(handle="AAAAAAAAEmc") for _ in range(50)]
    for stranger in strangers:
        with pytest.raises(errors.PasskeyRefused):
            enter(stranger)

    with pytest.raises(errors.TooManyAttempts):
        enter(key)
    assert enter(key, "198.51.100.9")


def test_a_network_that_signs_in_well_is_never_shut(li: int) -> None:
    """An outlet's clerks behind one line, all day: a good sign-in costs no attempt."""
    key = added(li)

    for _ in range(51):
        assert enter(key)


def test_a_person_has_ten_passkeys_at_most(li: int) -> None:
    """The eleventh is refused before it is asked for, and when it was asked for as the tenth."""
    for _ in range(9):
        added(li)
    late, options = Authenticator(), json.loads(begin_passkey(li, holder="late"))
    added(li)

    with pytest.raises(errors.PasskeysEnough):
        begin_passkey(li, holder=HOLDER)
    with pytest.raises(errors.PasskeysEnough):
        add_passkey(li, late.make(options), name="Eleventh", holder="late")

    with db.read() as conn:
        kept = passkeys_of(conn, li)
    assert len(kept) == 10
    remove_passkey(li, kept[0].id)
    added(li)
