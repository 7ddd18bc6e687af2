"""``shop end-staff``: who departs has no way in any more, and a wrong login is told plainly."""

from contextlib import nullcontext

import pytest

from kernel.db import Database
from shop import cli
from shop.accounts.errors import StaffSignInWrong
from shop.accounts.put_staff import put_staff
from shop.accounts.sessions import signed_in
from shop.accounts.sign_in_staff import sign_in_staff

PASSWORD = "a long and quiet word"


@pytest.fixture
def token(database: Database, monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody who works here and is signed in; the house of the command is the test's."""
    del database
    monkeypatch.setattr(cli, "open_house", lambda *_, **__: nullcontext())
    put_staff("li.wei", PASSWORD, role="operator")
    return sign_in_staff("li.wei", PASSWORD)


def test_who_departs_is_signed_out_and_stays_out(token, capsys):
    """Said twice, it is as true as said once."""
    for _ in range(2):
        assert cli.main(["end-staff", "Li.Wei"]) == 0

    assert "Li.Wei works here no longer" in capsys.readouterr().out
    assert signed_in(token) is None
    with pytest.raises(StaffSignInWrong):
        sign_in_staff("li.wei", PASSWORD)


def test_a_login_nobody_has_ends_nobody(token, capsys):
    """A typing error: what, why, what next, and the others go on working."""
    assert cli.main(["end-staff", "li.wie"]) == 1

    assert "li.wie" in capsys.readouterr().err
    assert signed_in(token) is not None
