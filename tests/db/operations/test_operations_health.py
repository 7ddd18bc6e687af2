"""Each figure of queues, groups and mail changes when its cause is there; the command tells it too."""

import json
import threading

import pytest
from sqlalchemy import event, text

from kernel import actor, db, outbox
from kernel.clock import DAY, HOUR, MINUTE, SECOND
from kernel.groups import Group
from shop.cli import main
from shop.operations.health import shape, told
from shop.operations.health.shape import BAD, GOOD, WAIT
from shop.operations.heartbeat import beat

HANDLER = "declare_payment"


@pytest.fixture(autouse=True)
def _flow():
    outbox.use_flow({"order.paid": [HANDLER]})
    yield
    outbox.use_flow({})


def look(mail_aside=0):
    with db.read() as conn:
        return told.look(conn, mail_aside=mail_aside)


def figure(kind, health=None):
    health = health or look()
    return next(figure for figure in health.figures if figure.kind == kind)


def write(statement, **values):
    with db.write() as conn:
        conn.execute(text(statement), values)


def happen(clock, subject="customs_order:1"):
    with db.write() as conn, actor.acting(actor.SYSTEM):
        return outbox.record(
            conn, "order.paid", subject=subject, subject_seq=1, payload={}, at=clock.now()
        )


def test_a_quiet_house_is_well(database, clock):
    """A worker lives, nothing waits: no warning but what the tests' own server is set to."""
    beat()

    health = look()

    assert [figure.kind for figure in health.warnings] == []
    assert health.level == GOOD
    assert health.handlers == []
    assert health.machine.missing == (database.dialect == "sqlite")


def test_work_that_waits_an_hour_is_late_and_old(database, clock):
    """Due and not taken: a warning after a minute, bad after a quarter of an hour."""
    happen(clock)
    levels = []
    for at in (0, MINUTE, 14 * MINUTE):
        clock.tick(at // SECOND)
        levels.append(figure("late").level)
    clock.tick(45 * 60)

    health = look()

    assert levels == [GOOD, WAIT, BAD]
    assert figure("late", health) == shape.Figure("late", HOUR, HANDLER)
    assert figure("oldest", health) == shape.Figure("oldest", HOUR, HANDLER)
    assert figure("oldest", health).level == WAIT
    (work,) = health.handlers
    assert (work.queue.late, work.queue.oldest_at) == (1, clock.now() - HOUR)


def test_lag_is_measured_from_the_fact_to_its_end(database, clock):
    """Three facts that took 1, 2 and 9 seconds."""
    for number, seconds in enumerate((1, 2, 9)):
        fact_id = happen(clock, f"customs_order:{number}")
        write(
            "UPDATE delivery SET state = 'done', due_at = due_at + :took WHERE fact_id = :id",
            took=seconds * SECOND,
            id=fact_id,
        )

    (work,) = look().handlers

    assert work.queue is None
    assert (work.lag.measured, work.lag.median_us, work.lag.most_us) == (
        3,
        2 * SECOND,
        9 * SECOND,
    )


def test_parked_work_and_mail_are_counted(database, clock):
    """One parked delivery, two mails that lie aside."""
    happen(clock)
    write("UPDATE delivery SET state = 'parked'")

    health = look(mail_aside=2)

    assert figure("parked", health) == shape.Figure("parked", 1, HANDLER)
    assert figure("parked", health).level == WAIT
    assert (figure("aside", health).value, figure("aside", health).level) == (2, WAIT)


def test_a_message_that_is_signed_and_does_not_go_is_told(database, clock):
    """Ten minutes unsent; set aside it counts as stuck instead."""
    write(
        "INSERT INTO customs_message (id, kind, order_id, guid, signed_sealed, sha256, built_at)"
        " VALUES (1, 'CEB311', 1, 'g', '', 'h', :at)",
        at=clock.now() - 10 * MINUTE,
    )
    waits = look()
    write("INSERT INTO message_trouble (message_id, trouble, at) VALUES (1, 'OSError', 0)")
    stuck = look()

    assert (figure("unsent", waits).value, figure("unsent", waits).level) == (10 * MINUTE, WAIT)
    assert (figure("stuck", waits).value, figure("unsent", stuck).value) == (0, 0)
    assert (figure("stuck", stuck).value, figure("stuck", stuck).level) == (1, WAIT)


def test_a_house_without_a_worker_is_ill(database, clock):
    """None ever gave a sign; one did, a minute ago."""
    never = figure("silent")
    beat()
    clock.tick(60)
    minute = figure("silent")

    assert (never.value, never.level) == (None, BAD)
    assert (minute.value, minute.level) == (MINUTE, WAIT)


def test_a_line_before_a_group_is_told_by_its_fullness(database, clock):
    """Three of four seats are taken while the first ask is being committed."""
    taken, go = threading.Event(), threading.Event()

    def commit(asks):
        taken.set()
        go.wait(5)
        return [ask + 1 for ask in asks]

    group = Group("of_four", commit, most=1, most_waiting=4)
    group.hand_over(0, lambda _: None)
    assert taken.wait(5)
    for ask in (1, 2, 3):
        group.hand_over(ask, lambda _: None)
    health = look()
    go.set()
    group.close()

    assert figure("line", health) == shape.Figure("line", 75, "of_four")
    (told_of,) = [one for one in health.groups if one.name == "of_four"]
    assert (told_of.waiting, told_of.most_waiting) == (3, 4)
    assert figure("line").about != "of_four"


def test_a_look_takes_few_statements_however_much_waits(database, clock):
    """Twenty subjects with work, as with none."""
    counts = []
    for number in range(2):
        seen = []
        hear = lambda _c, _cursor, statement, *_: seen.append(statement)  # noqa: E731, B023
        event.listen(database.reader, "before_cursor_execute", hear)
        look()
        event.remove(database.reader, "before_cursor_execute", hear)
        counts.append(len(seen))
        for subject in range(20 * (1 - number)):
            happen(clock, f"customs_order:{subject}")

    assert counts[0] == counts[1]
    assert counts[0] <= told.STATEMENTS


def test_the_command_tells_the_same_and_ends_with_1_when_a_figure_is_bad(
    database, config, clock, capsys, monkeypatch
):
    """Without a worker it is bad, with one it is not; nothing is written, no number is taken."""
    monkeypatch.setenv("QIANZHAN_DATABASE_URL", database.url)
    bad = main(["operations"])
    told_bad = json.loads(capsys.readouterr().out)
    beat()
    good = main(["operations"])
    told_good = json.loads(capsys.readouterr().out)

    assert (bad, told_bad["level"], told_bad["figures"][0]["kind"]) == (1, "bad", "silent")
    assert (good, told_good["level"], told_good["database"]) == (0, "good", database.dialect)


def test_it_is_told_as_plain_values(database, clock):
    """With words in both languages, thresholds and what to do next where one is passed."""
    happen(clock)
    clock.tick(2 * DAY // SECOND)

    plain = told.as_json(look())

    assert plain["level"] == "bad"
    late = next(figure for figure in plain["figures"] if figure["kind"] == "late")
    assert (late["value"], late["unit"], late["wait_from"]) == (2 * DAY, "us", MINUTE)
    assert set(late["next"]) == {"zh-CN", "en"}
    assert plain["handlers"][0]["name"] == HANDLER
