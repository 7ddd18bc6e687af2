"""The journal keeps what was written, numbers without a gap, and moves jobs only as allowed."""

import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pos.terminal.errors import JobNotMovable, JournalInUse
from pos.terminal.journal import DRAWER, MOVES, Journal, owning
from pos.terminal.schema import STEPS
from pos.terminal.uuid7 import uuid7
from tests.unit.pos.slips import a_request


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(file: Path) -> Iterator[Journal]:
    journal = Journal(file)
    yield journal
    journal.close()


def test_ids_are_uuid_version_7_in_order_of_time() -> None:
    """Version 7, the RFC's variant, and a later millisecond sorts later."""
    made = [uuid7() for _ in range(200)]

    assert {uuid.UUID(one).version for one in made} == {7}
    assert {uuid.UUID(one).variant for one in made} == {uuid.RFC_4122}
    assert [one[:13] for one in made] == sorted(one[:13] for one in made)
    assert len(set(made)) == 200


def test_a_request_is_kept_once(journal: Journal) -> None:
    """The server says it twice; there is one job, with the slip as it came."""
    journal.keep([a_request(7), a_request(8)])
    journal.keep([a_request(8), a_request(9)])

    jobs = journal.jobs("pulled")
    assert [job.request_id for job in jobs] == ["7", "8", "9"]
    assert [job.seq for job in jobs] == [1, 2, 3]
    assert jobs[0].slip == a_request(7).slip


@pytest.mark.parametrize("to", ["sent", "confirmed", "unsure", "nonsense"])
def test_a_queued_job_is_not_moved_past_sending(journal: Journal, to: str) -> None:
    """Only the ways of ``MOVES`` are open."""
    journal.keep([a_request()])
    job = journal.jobs()[0]
    journal.move(job.id, "queued")

    with pytest.raises(JobNotMovable):
        journal.move(job.id, to)

    assert journal.jobs()[0].state == "queued"


def test_every_way_leads_to_a_known_state() -> None:
    """The table of moves is closed, and what another terminal prints stays there."""
    assert {to for after in MOVES.values() for to in after} <= set(MOVES)
    assert MOVES["elsewhere"] == frozenset()


def test_after_a_crash_what_was_being_sent_is_unsure(journal: Journal) -> None:
    """The power went while bytes were under way: a clerk looks, nothing is sent again."""
    journal.keep([a_request(1), a_request(2), a_request(3)])
    first, second, third = journal.jobs()
    for job in (first, second, third):
        journal.move(job.id, "queued")
    journal.move(first.id, "sending")
    journal.move(second.id, "sending")
    journal.move(second.id, "sent")

    journal.recover(confirms=True)

    assert [job.state for job in journal.jobs()] == ["unsure", "unsure", "queued"]


def test_without_confirmation_sent_is_the_end(journal: Journal) -> None:
    """A printer that reports nothing back: after a crash ``sent`` stays ``sent``."""
    journal.keep([a_request()])
    job = journal.jobs()[0]
    for state in ("queued", "sending", "sent"):
        journal.move(job.id, state)

    journal.recover(confirms=False)

    assert journal.jobs()[0].state == "sent"


def test_a_reprint_counts_copies(journal: Journal) -> None:
    """Unsure, printed again, and once more: copies 1 and 2."""
    journal.keep([a_request()])
    job = journal.jobs()[0]
    for state in ("queued", "sending", "unsure", "queued"):
        journal.move(job.id, state)
    assert journal.jobs()[0].copy == 1
    for state in ("sending", "sent", "confirmed", "queued"):
        journal.move(job.id, state)

    assert journal.jobs()[0].copy == 2


def test_a_journal_of_the_release_before_is_brought_up(file: Path) -> None:
    """Its jobs stay, as slips of orders; opening it again takes no further step."""
    with sqlite3.connect(file) as old:
        old.executescript(STEPS[0])
        old.execute(
            "INSERT INTO print_job (id, seq, request_id, order_no, content, state, at, moved_at)"
            " VALUES ('a', 1, '7', 'QZ7', '{}', 'queued', 1, 1)"
        )
    old.close()

    Journal(file).close()
    journal = Journal(file)

    (job,) = journal.jobs()
    assert (job.order_no, job.kind, job.state) == ("QZ7", "order_slip", "queued")
    assert journal.rows("PRAGMA user_version") == [(len(STEPS),)]
    journal.close()


def test_a_drawer_is_never_opened_later(journal: Journal) -> None:
    """The power went while it waited: it has failed, and nothing brings it back."""
    with journal.commit():
        journal.add_job(DRAWER, "s1", number="TY0001-1-000001", content={})

    journal.recover(confirms=True)

    (job,) = journal.jobs()
    assert (job.state, job.reason) == ("failed", "interrupted")
    with pytest.raises(JobNotMovable):
        journal.move(job.id, "queued")


def test_one_program_owns_a_journal(file: Path) -> None:
    """A second till program is told so; after the first ends it may begin."""
    with owning(file), pytest.raises(JournalInUse), owning(file):
        pass
    with owning(file):
        pass


def test_the_journal_is_on_the_disk_before_a_method_returns(journal: Journal) -> None:
    """WAL with ``synchronous=FULL``."""
    modes = [journal._conn.execute(f"PRAGMA {p}").fetchone()[0] for p in MODES]

    assert modes == ["wal", 2]


MODES = ("journal_mode", "synchronous")
