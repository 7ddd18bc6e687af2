"""The server's side of the counter: who may see a slip, and that one terminal prints it."""

import threading

import pytest
from sqlalchemy import select

from kernel.db import Database
from pos.errors import (
    DeviceUnknown,
    PrintRequestTaken,
    PrintRequestUnknown,
    SlipMalformed,
    SlipUnbalanced,
)
from pos.server import SlipRequest, register_terminal, request_slip, revoke_terminal
from pos.server.print_requests import acknowledge, waiting
from pos.server.tables import print_request, terminal
from pos.server.terminals import Terminal, terminal_of
from tests.unit.pos.slips import a_slip

OUTLET, OTHER_OUTLET, ORDER = 417, 418, 900


def add_terminal(
    database: Database, name: str = "1 号", outlet: int = OUTLET
) -> tuple[Terminal, str]:
    """Register a terminal and return it with its key."""
    with database.write() as conn:
        return register_terminal(conn, outlet, name=name)


def ask(database: Database, order: int = ORDER, **changes: object) -> int:
    """Ask for an order's slip in the outlet."""
    with database.write() as conn:
        return request_slip(conn, SlipRequest(order, OUTLET, a_slip(**changes)))


def states(database: Database) -> list[tuple[str, int | None]]:
    """Return what stands in the books: state and terminal of each request."""
    with database.read() as conn:
        columns = (print_request.c.state, print_request.c.terminal_id)
        rows = conn.execute(select(*columns).order_by(print_request.c.id))
        return [(row.state, row.terminal_id) for row in rows]


def test_an_order_has_one_slip_however_often_it_is_asked_for(database: Database) -> None:
    """The fact is delivered twice: the first request stands, with the first slip."""
    first = ask(database)

    again = ask(database, order_no="ANOTHER")

    assert again == first
    assert len(states(database)) == 1


@pytest.mark.parametrize(
    ("changes", "refused"),
    [({"total_fen": 1}, SlipUnbalanced), ({"phone_masked": "13800138000"}, SlipMalformed)],
)
def test_a_slip_that_must_not_be_shown_is_not_stored(
    database: Database, changes: dict[str, object], refused: type[Exception]
) -> None:
    """A sum that does not add up, an open phone number: nothing is queued."""
    with pytest.raises(refused):
        ask(database, **changes)

    assert states(database) == []


def test_a_terminal_sees_the_slips_of_its_own_outlet(database: Database) -> None:
    """Oldest first, as they were asked for; the outlet next door sees none."""
    here, _ = add_terminal(database)
    there, _ = add_terminal(database, outlet=OTHER_OUTLET)
    numbers = [str(ask(database, order)) for order in (1, 2, 3)]

    with database.read() as conn:
        assert [request.id for request in waiting(conn, here)] == numbers
        assert waiting(conn, here)[0].slip == a_slip()
        assert waiting(conn, there) == []


def test_a_slip_is_taken_by_one_terminal(database: Database) -> None:
    """The second is refused; the first may say it again, and then that it is on paper."""
    first, _ = add_terminal(database, "1 号")
    second, _ = add_terminal(database, "2 号")
    number = ask(database)

    with database.write() as conn:
        acknowledge(conn, first, number, state="taken")
        acknowledge(conn, first, number, state="taken")
    with database.write() as conn, pytest.raises(PrintRequestTaken):
        acknowledge(conn, second, number, state="taken")
    assert states(database) == [("taken", first.id)]
    with database.write() as conn, pytest.raises(PrintRequestTaken):
        acknowledge(conn, second, number, state="confirmed")
    with database.write() as conn:
        acknowledge(conn, first, number, state="confirmed")
        acknowledge(conn, first, number, state="taken")

    assert states(database) == [("confirmed", first.id)]
    with database.read() as conn:
        assert waiting(conn, second) == []


def test_two_terminals_at_once_take_a_slip_once(database: Database) -> None:
    """Both acknowledge in the same moment: one has it, the other is told."""
    terminals = [add_terminal(database, name)[0] for name in ("1 号", "2 号")]
    number, outcomes = ask(database), []
    gate = threading.Barrier(2)

    def take(one: Terminal) -> None:
        gate.wait()
        try:
            with database.write() as conn:
                acknowledge(conn, one, number, state="taken")
            outcomes.append("taken")
        except PrintRequestTaken:
            outcomes.append("refused")

    threads = [threading.Thread(target=take, args=(one,)) for one in terminals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["refused", "taken"]


@pytest.mark.parametrize("state", ["taken", "confirmed"])
def test_a_request_of_another_outlet_is_not_there(database: Database, state: str) -> None:
    """Neither its existence nor its state is told."""
    stranger, _ = add_terminal(database, outlet=OTHER_OUTLET)
    number = ask(database)

    with database.write() as conn, pytest.raises(PrintRequestUnknown):
        acknowledge(conn, stranger, number, state=state)

    assert states(database) == [("queued", None)]


def test_a_slip_that_nobody_took_cannot_be_confirmed(database: Database) -> None:
    """On paper before it was in a journal: the terminal is told to fetch it first."""
    here, _ = add_terminal(database)
    number = ask(database)

    with database.write() as conn, pytest.raises(PrintRequestUnknown):
        acknowledge(conn, here, number, state="confirmed")


def test_a_key_opens_its_own_terminal_only(database: Database) -> None:
    """The key is shown once; the books keep a hash."""
    here, key = add_terminal(database)
    _, other_key = add_terminal(database, "2 号")
    wrong = [
        "",
        "Bearer",
        f"Basic {key}",
        key,
        f"Bearer {here.id}.{other_key.partition('.')[2]}",
        f"Bearer {key}x",
        f"Bearer {2**63}.x",
        "Bearer ١.x",
    ]

    with database.read() as conn:
        assert terminal_of(conn, f"Bearer {key}") == here
        for header in wrong:
            with pytest.raises(DeviceUnknown):
                terminal_of(conn, header)
        kept = conn.execute(select(terminal.c.device_key_hash)).scalars().all()
    assert all(key.partition(".")[2] not in one for one in kept)


def test_a_withdrawn_key_opens_nothing(database: Database) -> None:
    """The terminal was stolen: its key is withdrawn."""
    here, key = add_terminal(database)
    with database.write() as conn:
        revoke_terminal(conn, here.id)

    with database.read() as conn, pytest.raises(DeviceUnknown):
        terminal_of(conn, f"Bearer {key}")
