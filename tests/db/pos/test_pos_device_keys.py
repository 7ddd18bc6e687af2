"""A till's device key from the command line: added, renewed, withdrawn, each at once."""

from contextlib import nullcontext

import pytest

from kernel import db
from kernel.db import Database
from pos.errors import DeviceUnknown
from pos.server.terminals import terminal_of
from shop import cli
from tests.support import sample_house

OUTLET = "TY0001"


@pytest.fixture
def say(database: Database, tmp_path, monkeypatch, capsys):
    """Type a verb of ``shop``; return its exit code and what it printed on either side."""
    sample_house.load(tmp_path / "sheets")
    monkeypatch.setattr(cli, "open_house", lambda *_, **__: nullcontext())

    def typed(*words: str) -> tuple[int, str]:
        code = cli.main(words)
        printed = capsys.readouterr()
        return code, (printed.out + printed.err).strip()

    return typed


def opens(key: str) -> bool:
    """Return whether a key opens anything."""
    with db.read() as conn:
        try:
            terminal_of(conn, f"Bearer {key}")
        except DeviceUnknown:
            return False
    return True


def test_a_renewed_key_takes_the_place_of_the_one_before(say):
    """The old key may be copied somewhere: it opens nothing once its till has a new one."""
    _, old = say("add-terminal", OUTLET)
    _, other = say("add-terminal", OUTLET, "--name", "2")

    code, new = say("renew-key", OUTLET, f"{OUTLET}-till")

    assert code == 0
    assert (opens(old), opens(new), opens(other)) == (False, True, True)
    assert new.partition(".")[0] == old.partition(".")[0]


def test_a_withdrawn_key_opens_nothing_until_the_till_gets_another(say):
    """The till was lost, then found: it goes on as the same till."""
    _, key = say("add-terminal", OUTLET)

    assert say("revoke-key", OUTLET, f"{OUTLET}-till")[0] == 0

    assert not opens(key)
    _, found = say("renew-key", OUTLET, f"{OUTLET}-till")
    assert opens(found)
    assert not opens(key)
    said = sample_house.rows("SELECT verb FROM audit_line WHERE subject LIKE 'terminal:%'")
    assert sorted(said) == [("renew_device_key",), ("revoke_device_key",)]


def test_a_name_is_taken_once_and_a_wrong_one_changes_nothing(say):
    """What, why, what next; the till that is there keeps its key."""
    _, key = say("add-terminal", OUTLET)

    taken = say("add-terminal", OUTLET)
    unknown = say("revoke-key", OUTLET, "nowhere")

    assert taken[0] == unknown[0] == 1
    assert "already" in taken[1]
    assert f"it has: {OUTLET}-till" in unknown[1]
    assert opens(key)
