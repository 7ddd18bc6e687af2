"""Workers are paused and killed while they import: the bar says so, and rows stand once or not."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kernel import clock, db, jobs, outbox
from shop.imports.standing import stands
from tests.fault.import_house import (
    ImportHouse,
    await_job,
    await_one,
    books,
    import_house,
    left_over,
    let_claims_fall,
    risen,
)
from tests.support.databases import Databases
from tests.support.sample_house import one

ROWS = 10_000
PAUSE_S = 10.0
BOTH = pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
POSTGRESQL = pytest.mark.parametrize("kind", ["postgresql"])


@pytest.fixture
def house(databases: Databases, kind: str, tmp_path: Path) -> Iterator[ImportHouse]:
    """The sample's goods, and workers as processes of their own."""
    with import_house(databases, kind, tmp_path) as furnished:
        yield furnished


def staging(job: jobs.Job) -> bool:
    return job.state == "staging" and job.rows_done > 0


def done(job: jobs.Job) -> bool:
    return job.ended


@contextmanager
def stuck() -> Iterator[None]:
    """Let the transaction that writes the rows wait within: an item it names is being changed."""
    with db.write() as conn:
        conn.exec_driver_sql("SELECT id FROM account_book_item FOR UPDATE")
        yield


def await_stuck(job_id: int) -> jobs.Job:
    """Return the job once its rows are being written and wait."""
    await_one(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND query LIKE 'INSERT INTO %'",
        lambda count: count > 0,
    )
    return await_job(job_id, lambda job: job.state == "applying")


@BOTH
def test_a_paused_worker_stands_says_why_and_goes_on(house: ImportHouse) -> None:
    """Ten seconds without the only worker, in staging: the same bar, its reason, then the end."""
    before = books()
    worker = house.start_worker()
    asked = house.ask(ROWS)
    await_job(asked.id, staging)

    worker.send_signal(signal.SIGSTOP)
    time.sleep(0.5)
    with db.read() as conn:
        at_first = jobs.get(conn, asked.id)
    time.sleep(PAUSE_S)
    with db.read() as conn:
        paused = jobs.get(conn, asked.id)
        why = stands(conn, paused, clock.now())
    worker.send_signal(signal.SIGCONT)
    ended = await_job(asked.id, done)

    assert (paused.state, paused.rows_done) == ("staging", at_first.rows_done)
    assert why is not None
    assert why[0] == "silent"
    assert PAUSE_S - 1 <= why[1] <= PAUSE_S + 5
    assert (ended.state, ended.rows_applied) == ("done", ROWS)
    assert books() == risen(before, ROWS)


@BOTH
@pytest.mark.parametrize("state", ["staging", "applying"])
def test_a_killed_worker_s_import_is_ended_by_another(house: ImportHouse, state: str) -> None:
    """Killed in mid-work: nothing stands; another takes it over, and each row stands once."""
    before = books()
    first = house.start_worker()
    asked = house.ask(ROWS)
    await_job(asked.id, lambda job: job.state == state)

    first.kill()
    first.wait(10)
    killed = await_job(asked.id, lambda job: True)
    half = books()
    second = house.start_worker()
    let_claims_fall()
    ended = await_job(asked.id, done)

    assert killed.state == state
    assert half == before
    assert (ended.state, ended.rows_applied) == ("done", ROWS)
    assert str(second.pid) in str(ended.claimed_by)
    assert books() == risen(before, ROWS)
    await_one("SELECT count(*) FROM staged_stock", lambda count: count == 0)


@POSTGRESQL
def test_facts_and_the_beat_go_on_while_rows_are_written(house: ImportHouse) -> None:
    """The writing waits for a lock: the worker beats and takes facts up; killed, nothing stands."""
    before = books()
    first = house.start_worker()
    asked = house.ask(ROWS)
    with stuck():
        await_stuck(asked.id)
        since = clock.now()
        with db.write() as conn:
            outbox.record(
                conn, "payment.owed", subject="payment:1", subject_seq=1, payload={}, at=since
            )
        await_one(f"SELECT count(*) FROM worker_beat WHERE at > {since}", bool)
        await_one("SELECT max(tries) FROM delivery", bool)
        with db.read() as conn:
            assert stands(conn, jobs.get(conn, asked.id), clock.now()) is None
        first.kill()
        first.wait(10)
    half = books()
    house.start_worker()
    let_claims_fall()
    ended = await_job(asked.id, done)

    assert half == before
    assert ended.rows_applied == ROWS
    assert books() == risen(before, ROWS)


@POSTGRESQL
def test_a_worker_that_lost_its_job_writes_nothing(house: ImportHouse) -> None:
    """Paused in its writing for longer than its claim: another ends the job, and it gives up."""
    before = books()
    first = house.start_worker()
    asked = house.ask(ROWS)
    with stuck():
        await_stuck(asked.id)
        first.send_signal(signal.SIGSTOP)
    house.start_worker()
    let_claims_fall()
    await_job(asked.id, lambda job: str(first.pid) not in str(job.claimed_by))
    first.send_signal(signal.SIGCONT)
    ended = await_job(asked.id, done)

    assert (ended.state, ended.rows_applied) == ("done", ROWS)
    assert str(first.pid) not in str(ended.claimed_by)
    assert books() == risen(before, ROWS)


@BOTH
def test_two_workers_write_two_imports_of_the_same_goods(house: ImportHouse) -> None:
    """Both at once, each with the same lots under other documents: both stand, levels agree."""
    before = books()
    asked = [house.ask(ROWS // 2, document=document) for document in ("QD8", "QD9")]
    for _ in asked:
        house.start_worker()
    ended = [await_job(each.id, done) for each in asked]

    after = books()
    assert [job.state for job in ended] == ["done", "done"]
    assert len({job.claimed_by for job in ended}) == 2
    assert after["lot_count"] == before["lot_count"] + ROWS // 2
    assert after | {"lot_count": 0} == risen(before, ROWS) | {"lot_count": 0}


@BOTH
def test_a_cancelled_import_leaves_nothing(house: ImportHouse) -> None:
    """Cancelled while its rows are laid ready: not one stands, and its worker clears up."""
    before = books()
    house.start_worker()
    asked = house.ask(ROWS)
    await_job(asked.id, staging)

    jobs.cancel(asked.id)

    await_one("SELECT count(*) FROM job WHERE file IS NOT NULL", lambda count: count == 0)
    assert await_job(asked.id, done).state == "cancelled"
    assert left_over() == (0, 0)
    assert books() == before


@POSTGRESQL
def test_an_import_is_cancelled_while_it_is_written(house: ImportHouse) -> None:
    """Cancelled within its last transaction: that falls as a whole."""
    before = books()
    house.start_worker()
    asked = house.ask(ROWS)
    with stuck():
        await_stuck(asked.id)
        jobs.cancel(asked.id)

    await_one("SELECT count(*) FROM job WHERE file IS NOT NULL", lambda count: count == 0)
    assert one("SELECT state FROM job") == "cancelled"
    assert left_over() == (0, 0)
    assert books() == before
