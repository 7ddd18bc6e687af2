"""Scripted trouble: whom it meets, by pattern, by number, by a draw that can be known before."""

import pytest

from simulators import daemon, mailbox
from simulators.customs import intake
from simulators.mailbox import Mailbox
from simulators.trouble.script import AT_INTAKE, BadScript, Script
from tests.unit.simulators.sim_documents import PLATFORM, Sale
from tests.unit.simulators.test_sim_withdrawal import listed

ANY = {"kind": "CEB311"}
CODES = ["-301010", "-301011", "-10101", "-10102", "-621012", "-621028", "-621029", "100", "-999"]


def met(script, conn, numbers):
    """Return the order numbers that a rule of the script acts on."""
    facts = [{"kind": "CEB311", "order_no": number} for number in numbers]
    return [one["order_no"] for one in facts if script.find(conn, AT_INTAKE, one)]


def test_a_draw_is_known_before_and_survives_a_restart(desk):
    """5 % of a thousand orders with one seed: always the same ones, about fifty, other seeds differ."""
    numbers = [f"QZ{at:06d}" for at in range(1000)]
    rule = {"match": ANY, "do": "reject", "ppm": 50_000, "seed": 7}

    with desk.office.books.write() as conn:
        first = met(Script([rule]), conn, numbers)
        again = met(Script([rule]), conn, reversed(numbers))
        other = met(Script([{**rule, "seed": 8}]), conn, numbers)

    assert first == sorted(again)
    assert 30 < len(first) < 75
    assert set(first) != set(other)


@pytest.mark.parametrize(
    ("how", "wanted"),
    [
        ({"match": {"order_no": "QZ*7"}}, ["QZ7", "QZ17"]),
        ({"match": ANY, "nth": 3}, ["QZ3"]),
        ({"match": ANY, "every": 8}, ["QZ8", "QZ16"]),
        ({"match": ANY, "every": 8, "times": 1}, ["QZ8"]),
        ({"match": ANY, "times": 2}, ["QZ1", "QZ2"]),
    ],
)
def test_a_rule_meets_by_pattern_or_by_number(desk, how, wanted):
    """Twenty orders one after the other."""
    with desk.office.books.write() as conn:
        found = met(Script([{"do": "silence", **how}]), conn, [f"QZ{at}" for at in range(1, 21)])

    assert found == wanted


@pytest.mark.parametrize(
    "rule",
    [
        {"match": ANY, "do": "reject", "ppm": 1_000_001},
        {"match": ANY, "do": "reject", "ppm": "many"},
        {"match": ANY, "do": "reject", "ppm": 5, "nth": 3},
        {"match": ANY, "do": "disorder"},
        {"match": ANY, "do": "refuse"},
    ],
)
def test_a_rule_that_cannot_be_drawn_is_refused(rule):
    """More than all, no number, drawn and counted at once, what customs does not know."""
    with pytest.raises(BadScript, match="rule 1"):
        Script([rule])


@pytest.mark.parametrize("code", CODES)
def test_a_document_is_rejected_with_any_code(desk, code):
    """Whatever the script says, known to the table or not."""
    desk.script({"match": {"order_no": "S1"}, "do": "reject", "code": code})

    assert desk.told("CEB311", Sale("S1").order())[0] == code
    assert desk.told("CEB311", Sale("S2").order())[0] == "120"


def test_answers_in_disorder_keep_their_times(desk):
    """The first is written last; returnTime tells the order that they were given in."""
    desk.script({"match": {"kind": "CEB621"}, "do": "disorder", "delay_ms": 30})
    sale = Sale("S3")
    desk.documents(sale)
    desk.send("CEB621", sale.listed())
    desk.work()

    rows = desk.rows("SELECT * FROM receipt WHERE label = 'CS3' ORDER BY write_at")
    assert [row["status"] for row in rows if row["kind"] == "CEB622"] == ["800", "120", "2"]
    assert rows[0]["kind"] == "CEB816"
    times = [row["return_time"] for row in rows]
    assert times == sorted(times, reverse=True)


def test_a_lost_receipt_is_in_the_books_and_comes_again_on_asking(desk):
    """The release never arrives; asked for by its number, all comes again with the first times."""
    desk.script({"match": {"kind": "CEB621", "status": "800"}, "do": "lost_receipt"})
    sale = Sale("S4")
    listed(desk, sale)
    heard = desk.answers("CS4")

    told = desk.post_json("/receipts/again", number="CS4")

    assert heard == ["2", "120", "816"]
    assert desk.books()["lists"] == {"released": 1}
    assert told == {"written": 4}
    times = [h["returnTime"] for k, h, _ in desk.heard() if h.get("returnStatus") == "120"]
    assert "800" in desk.answers("CS4")
    assert len(times) > len(set(times))


@pytest.mark.parametrize(
    ("result", "answers", "state"),
    [
        ("800", ["2", "120", "500", "800", "816"], "released"),
        ("501", ["2", "120", "500", "501"], "detained"),
        ("700", ["2", "120", "500", "700"], "returned_out"),
        ("bay", ["2", "120", "500"], "inspection"),
    ],
)
def test_an_inspection_ends_as_told(desk, result, answers, state):
    """Released, held, sent back abroad, or waiting for the bay."""
    desk.script({"match": {"cop_no": "CS5"}, "do": "inspection", "result": result})

    listed(desk, Sale("S5"))

    assert desk.answers("CS5") == answers
    assert desk.books()["lists"] == {state: 1}


@pytest.mark.parametrize(
    ("finding", "answers", "state"),
    [
        ("sampled", ["2", "120", "500", "800", "816"], "released"),
        ("seized", ["2", "120", "500", "502"], "detained"),
        ("sent_back", ["2", "120", "500", "700"], "returned_out"),
    ],
)
def test_what_the_bay_finds_decides(desk, finding, answers, state):
    """Once; a second finding, or one on a list that is not looked at, is refused."""
    desk.script({"match": {"cop_no": "CS6"}, "do": "inspection", "result": "bay"})
    invt_no = listed(desk, Sale("S6"))

    unknown = desk.post_json(f"/inspections/{invt_no}", finding="broken")
    desk.post_json(f"/inspections/{invt_no}", finding=finding)
    twice = desk.post_json(f"/inspections/{invt_no}", finding=finding)
    desk.work()

    assert (unknown["error"], twice["error"]) == ("malformed", "not_in_inspection")
    assert desk.answers("CS6") == answers
    assert desk.books()["lists"] == {state: 1}


def test_a_restart_in_the_middle_loses_and_repeats_nothing(desk, monkeypatch):
    """Broken off when the order is in the books and its letter still in the mailbox."""

    def fall():
        raise KeyboardInterrupt

    monkeypatch.setattr(intake, "restart", fall)
    desk.script({"match": {"kind": "CEB311"}, "do": "restart"})
    desk.send("CEB311", Sale("S7").order())
    desk.send("CEB311", Sale("S8", "W8").order())
    with pytest.raises(KeyboardInterrupt):
        desk.office.step()
    left = len(mailbox.waiting(Mailbox(desk.dxp, PLATFORM[2]).outgoing))
    desk.office.books.close()

    desk.office = desk.opened()
    desk.script({"match": {"kind": "CEB311"}, "do": "restart"})
    desk.work()

    assert left == 2
    assert desk.answers("S7") == desk.answers("S8") == ["2", "120"]


def test_a_restart_is_the_same_command_again(monkeypatch):
    """The process is replaced by itself, with its own words."""
    run = []
    monkeypatch.setattr("os.execv", lambda path, words: run.append((path, words)))
    monkeypatch.setattr("sys.orig_argv", ["python", "-m", "simulators.customs", "--port", "1"])

    daemon.restart()

    [(path, words)] = run
    assert words == [path, "-m", "simulators.customs", "--port", "1"]
