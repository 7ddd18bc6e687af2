"""Sessions are listed to their person and can be ended, there and by an administrator."""

import pytest

from kernel import db
from kernel.actor import Actor
from shop.accounts.errors import SessionUnknown
from shop.accounts.put_staff import put_staff
from shop.accounts.sessions import STAFF_FOR, open_session, signed_in
from shop.accounts.sign_in_staff import sign_in_staff
from shop.operations.live_sessions import (
    end_other_sessions,
    end_session,
    sessions_of,
    staff_sessions,
)

PASSWORD = "a long and quiet word"


@pytest.fixture
def staff(database) -> Actor:
    """A staff member."""
    return Actor("staff", put_staff("li.wei", PASSWORD, role="operator"))


def own(who: Actor, token: str | None = None):
    with db.read() as conn:
        return sessions_of(conn, who, token=token)


def test_a_person_sees_where_they_are_signed_in(staff, clock):
    """Two browsers: the newest first, this one marked, each in words."""
    first = sign_in_staff("li.wei", PASSWORD, device="Chrome · Windows")
    clock.tick(60)
    sign_in_staff("li.wei", PASSWORD)

    told = own(staff, first)

    assert [row.device for row in told] == ["", "Chrome · Windows"]
    assert [row.current for row in told] == [False, True]
    assert told[0].expires_at - told[0].created_at == STAFF_FOR


def test_an_ended_session_opens_nothing(staff):
    """Ended from another browser: the token is worth nothing at once, the other goes on."""
    lost, kept = (sign_in_staff("li.wei", PASSWORD) for _ in range(2))
    assert signed_in(lost) is not None
    (session,) = [row for row in own(staff, kept) if not row.current]

    end_session(session.id, of=staff)

    assert signed_in(lost) is None
    assert signed_in(kept) is not None
    with pytest.raises(SessionUnknown):
        end_session(session.id, of=staff)


def test_nobody_ends_anothers_session(staff, clock):
    """A shopper and a colleague try the number; an administrator may, but no shopper's."""
    token = sign_in_staff("li.wei", PASSWORD)
    (session,) = own(staff, token)
    colleague = Actor("staff", put_staff("chen.yu", PASSWORD, role="finance"))

    for stranger in (colleague, Actor("account", staff.id)):
        with pytest.raises(SessionUnknown):
            end_session(session.id, of=stranger)
    assert signed_in(token) is not None

    end_session(session.id, of=None)
    assert signed_in(token) is None


def test_all_others_end_together(staff):
    """Three browsers: the one that asks stays."""
    tokens = [sign_in_staff("li.wei", PASSWORD) for _ in range(3)]

    ended = end_other_sessions(staff, token=tokens[1])

    assert ended == 2
    assert [signed_in(token) is not None for token in tokens] == [False, True, False]


def test_a_new_password_ends_what_stood_on_the_old_one(staff):
    """An administrator sets another password: who knew the old one is out."""
    token = sign_in_staff("li.wei", PASSWORD)
    assert signed_in(token) is not None

    put_staff("li.wei", "another quiet long word", role="operator")

    assert signed_in(token) is None
    assert own(staff) == []


def test_sessions_that_ran_out_are_not_listed(staff, clock):
    """Twelve hours later nobody is signed in."""
    with db.write() as conn:
        open_session(conn, at=clock.now(), staff_id=staff.id)
    with db.read() as conn:
        assert [row.login for row in staff_sessions(conn, token=None, most=9)] == ["li.wei"]

    clock.tick(STAFF_FOR // 1_000_000)

    with db.read() as conn:
        assert staff_sessions(conn, token=None, most=9) == []
