"""Staff: login, password, role."""

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kernel import db
from kernel.db import Database
from shop.accounts.errors import PasswordTooShort, StaffSignInWrong, TooManyAttempts
from shop.accounts.put_staff import put_staff
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in_staff import sign_in_staff
from shop.accounts.tables import staff
from tests.support.seams import FakeClock

PASSWORD = "a long and quiet word"


def test_the_right_password_opens_a_session_with_the_role(database: Database) -> None:
    """Logins are not case-sensitive, passwords are."""
    staff_id = put_staff("Li.Wei", PASSWORD, role="operator")

    who = signed_in(sign_in_staff(" li.wei ", PASSWORD))

    assert who is not None
    assert (who.kind, who.id, who.role) == ("staff", staff_id, "operator")


def test_unknown_login_and_wrong_password_have_one_answer(database: Database) -> None:
    """Nobody learns who works here."""
    put_staff("li.wei", PASSWORD, role="finance")

    for login, password in (("li.wei", PASSWORD.upper()), ("nobody", PASSWORD)):
        with pytest.raises(StaffSignInWrong):
            sign_in_staff(login, password)


def test_five_wrong_passwords_close_the_login_for_a_quarter_of_an_hour(
    database: Database, clock: FakeClock
) -> None:
    """Even the right one is not looked at; afterwards it is."""
    put_staff("li.wei", PASSWORD, role="finance")
    for _ in range(5):
        with pytest.raises(StaffSignInWrong):
            sign_in_staff("li.wei", "wrong")

    with pytest.raises(TooManyAttempts) as refused:
        sign_in_staff("li.wei", PASSWORD)
    assert refused.value.facts["wait_s"] == 900
    clock.tick(900)
    assert sign_in_staff("li.wei", PASSWORD)


def test_a_success_forgets_the_failures_before_it(database: Database) -> None:
    """Four slips, the right word, four slips: still open."""
    put_staff("li.wei", PASSWORD, role="finance")
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(StaffSignInWrong):
                sign_in_staff("li.wei", "wrong")
        sign_in_staff("li.wei", PASSWORD)


def test_the_hash_is_argon2id_with_nineteen_mebibytes(database: Database) -> None:
    """And the password is nowhere in the row."""
    put_staff("li.wei", PASSWORD, role="admin")

    with db.read() as conn:
        row = conn.execute(select(staff)).one()
    assert row.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert PASSWORD not in str(row)


def test_a_new_password_replaces_the_old(database: Database) -> None:
    """The same login keeps its id."""
    first = put_staff("li.wei", PASSWORD, role="operator")
    second = put_staff("li.wei", PASSWORD + " 2", role="admin")

    assert first == second
    with pytest.raises(StaffSignInWrong):
        sign_in_staff("li.wei", PASSWORD)
    who = signed_in(sign_in_staff("li.wei", PASSWORD + " 2"))
    assert who is not None
    assert who.role == "admin"


def test_what_the_rules_refuse(database: Database) -> None:
    """Short words, unknown roles, a clerk of no outlet."""
    with pytest.raises(PasswordTooShort):
        put_staff("a", "short", role="finance")
    for role in ("owner", "clerk"):
        with pytest.raises(IntegrityError):
            put_staff("a", PASSWORD, role=role)
