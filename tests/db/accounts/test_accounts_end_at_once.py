"""An ended session opens nothing here from then on, whoever asked about it in the same moment."""

from collections.abc import Callable

import pytest

from kernel.actor import Actor
from shop.accounts import put_staff as staff_verbs
from shop.accounts import sessions
from shop.accounts import sign_out as sign_out_verb
from shop.accounts.put_staff import end_staff, put_staff
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in_staff import sign_in_staff
from shop.accounts.sign_out import sign_out
from shop.operations.live_sessions import end_other_sessions

PASSWORD = "a long and quiet word"


@pytest.fixture
def token(database) -> str:
    """Somebody who works here and is signed in."""
    del database
    put_staff("li.wei", PASSWORD, role="operator")
    return sign_in_staff("li.wei", PASSWORD)


def after(monkeypatch: pytest.MonkeyPatch, where: object, name: str, do: Callable[[], object]):
    """Let ``do`` happen right after a call of ``name`` came back."""
    real = getattr(where, name)

    def then(*given, **named):
        told = real(*given, **named)
        do()
        return told

    monkeypatch.setattr(where, name, then)


ENDINGS = [
    pytest.param(sign_out_verb, "close_session", sign_out, id="sign_out"),
    pytest.param(
        *(staff_verbs, "end_sessions_of_staff", lambda _token: end_staff("li.wei")), id="departed"
    ),
    pytest.param(
        *(staff_verbs, "end_sessions_of_staff"),
        lambda _token: put_staff("li.wei", "another quiet word", role="finance"),
        id="other_role",
    ),
]


@pytest.mark.parametrize(("where", "step", "end"), ENDINGS)
def test_who_asks_before_the_commit_is_not_believed_after_it(token, monkeypatch, where, step, end):
    """A request comes between the change and its commit, and still reads the session as open."""
    seen = []
    after(monkeypatch, where, step, lambda: seen.append(signed_in(token)))

    end(token)

    assert seen != [None]
    assert signed_in(token) is None


def test_who_read_before_the_commit_is_not_believed_after_it(token, monkeypatch):
    """A request read the session as open, and keeps its verdict after the session was ended."""
    me = signed_in(token)
    assert me is not None
    sessions.forget_believed()
    with monkeypatch.context() as rival:
        after(
            rival,
            sessions,
            "_read",
            lambda: end_other_sessions(Actor("staff", me.id), token="another browser"),
        )
        signed_in(token)

    assert signed_in(token) is None
