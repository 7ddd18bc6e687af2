"""The whole way of a slip: asked for on the server, pulled, printed, confirmed, by the program."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from sqlalchemy import select

from kernel.config import Config
from kernel.db import Database
from pos.protocol import ORDER_SLIP, PrintRequest
from pos.server import SlipRequest, register_terminal, request_slip
from pos.server.tables import print_request
from pos.terminal.cli import main
from pos.terminal.journal import Journal, owning
from tests.http.stripe_rig import serving
from tests.support.till_house import put_goods, server_app
from tests.unit.pos.slips import PAID_AT, a_slip
from tests.wire.pos_rig import Counter, counter, eventually


@dataclass
class House:
    """A server with one terminal, and the counter on which it stands."""

    url: str
    database: Database
    folder: Path
    counter: Counter
    outlet_id: int

    def ask(self, *orders: int) -> None:
        """Ask for slips, as the shop does when an order is paid."""
        with self.database.write() as conn:
            for order in orders:
                request_slip(
                    conn, SlipRequest(order, self.outlet_id, a_slip(order_no=f"QZ{order}"))
                )

    def states(self) -> list[str]:
        """Return the requests' states on the server."""
        with self.database.read() as conn:
            found = select(print_request.c.state).order_by(print_request.c.id)
            return list(conn.execute(found).scalars())

    def till(self, verb: str = "pull-and-print", **changes: str) -> list[str]:
        """Return the arguments of a ``till`` command."""
        options = {
            "--server": self.url,
            "--device-key-file": str(self.folder / "key"),
            "--printer": self.counter.printer.line.name,
            "--journal": str(self.folder / "till.db"),
            "--confirm-ms": "2000",
        } | {f"--{name}": value for name, value in changes.items()}
        return [verb, *(word for option in options.items() for word in option)]


@pytest.fixture
def house(database: Database, config: Config, tmp_path: Path) -> Iterator[House]:
    app, outlet_id = server_app(config), put_goods()
    with database.write() as conn:
        _, key = register_terminal(conn, outlet_id, name="1 号")
    (tmp_path / "key").write_text(f"{key}\n")
    (tmp_path / "paper").mkdir()
    with serving(app) as server, counter(tmp_path / "paper") as beside:
        url = f"http://127.0.0.1:{server.port}"
        yield House(url, database, tmp_path, beside, outlet_id)


def test_a_slip_goes_all_the_way(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Two orders are paid: two slips in order, confirmed on the server; a second pass has none."""
    house.ask(1, 2)

    assert main(house.till()) == 0

    assert house.counter.orders_on_paper() == ["QZ1", "QZ2"]
    assert house.states() == ["confirmed", "confirmed"]
    assert "已打印 2 张小票" in capsys.readouterr().out
    assert main(house.till()) == 0
    assert house.counter.orders_on_paper() == ["QZ1", "QZ2"]
    assert "没有等待打印的小票" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("fault", "code", "name"),
    [
        ({"paper_out": True}, 4, "printer_paper_out"),
        ({"paper_lines": 5}, 5, "slip_unsure"),
    ],
)
def test_a_printer_in_trouble_is_named_by_the_exit_code(
    house: House,
    capsys: pytest.CaptureFixture[str],
    fault: dict[str, object],
    code: int,
    name: str,
) -> None:
    """The slip is in the journal, so the server has handed it over; the reason is said."""
    house.ask(1)
    house.counter.fault(**fault)

    assert main(house.till()) == code

    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("[")]
    assert [line.partition("]")[0] for line in said] == [f"[{name}"]
    assert "{" not in said[0]
    assert house.states() == ["taken"]
    house.counter.fault(refill=True)
    assert main(house.till()) == 0
    assert house.counter.orders_on_paper() == ["QZ1"]


def test_an_unsure_slip_is_a_clerks_decision(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """It came out: the clerk says so, and the next pass tells the server."""
    house.ask(1)
    house.counter.fault(paper_lines=5)
    assert main(house.till()) == 5
    journal = ["--journal", str(house.folder / "till.db")]
    capsys.readouterr()
    assert main(["jobs", *journal]) == 0
    listed = capsys.readouterr().out
    job = re.search(r"unsure\s+QZ1\s+(\S+)", listed)
    assert job is not None

    assert main(["came-out", job[1], *journal]) == 0
    assert main(["came-out", job[1], *journal]) == 1

    house.counter.fault(refill=True)
    assert main(house.till()) == 0
    assert house.states() == ["confirmed"]


@pytest.mark.parametrize(("key", "code"), [("1.wrong", 3), ("", 3)])
def test_a_key_the_server_does_not_know_is_named(
    house: House, capsys: pytest.CaptureFixture[str], key: str, code: int
) -> None:
    """Nothing is fetched and nothing printed."""
    house.ask(1)
    (house.folder / "key").write_text(key)

    assert main(house.till()) == code

    assert "[till_device_key_refused]" in capsys.readouterr().err
    assert house.states() == ["queued"]


def test_without_the_server_what_is_in_the_journal_is_printed(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line is down: the slip pulled earlier comes out, the trouble is said in English."""
    house.ask(1)
    house.counter.fault(paper_out=True)
    assert main(house.till()) == 4
    house.counter.fault(refill=True)
    capsys.readouterr()

    assert main([*house.till(server="http://127.0.0.1:9"), "--lang", "en"]) == 3

    said = capsys.readouterr()
    assert "1 printed." in said.out
    assert "[till_server_unreachable] No slips were fetched" in said.err
    assert house.counter.orders_on_paper() == ["QZ1"]


def test_a_terminal_that_died_between_journal_and_answer_goes_on(house: House) -> None:
    """It kept the slip and died before it said so: the next pass says it, and prints once."""
    house.ask(1)
    with house.database.read() as conn:
        number = conn.execute(select(print_request.c.id)).scalar_one()
    journal = Journal(house.folder / "till.db")
    journal.keep([_request(str(number))])
    journal.close()

    assert main(house.till()) == 0

    assert house.counter.orders_on_paper() == ["QZ1"]
    assert house.states() == ["confirmed"]


def test_a_slip_that_another_terminal_took_is_not_printed_here(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both fetched it; the other was faster: here it is only noted."""
    house.ask(1)
    with house.database.write() as conn:
        number = conn.execute(select(print_request.c.id)).scalar_one()
        other, _ = register_terminal(conn, house.outlet_id, name="2 号")
        taken = {"state": "taken", "terminal_id": other.id}
        conn.execute(print_request.update().values(taken))
    journal = Journal(house.folder / "till.db")
    journal.keep([_request(str(number))])
    journal.close()

    assert main(house.till()) == 0

    assert house.counter.orders_on_paper() == []
    assert "另一台收银台" in capsys.readouterr().out


def test_two_programs_do_not_share_a_journal(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second is told; the first's slips are not touched."""
    with owning(house.folder / "till.db"):
        assert main(house.till()) == 7

    assert "[journal_in_use]" in capsys.readouterr().err


def test_the_program_that_runs_prints_what_comes_and_ends_when_told(house: House) -> None:
    """Started before the order is paid; the slip comes out by itself; SIGTERM ends it cleanly."""
    command = [sys.executable, "-m", "pos.terminal.cli", *house.till("run"), "--every-ms", "50"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as program:
        house.ask(1)
        eventually(lambda: house.states() == ["confirmed"], seconds=20)
        os.kill(program.pid, signal.SIGTERM)
        _, said = program.communicate(timeout=10)

    assert (program.returncode, said) == (0, "")
    assert house.counter.orders_on_paper() == ["QZ1"]


@pytest.mark.parametrize("body", [None, [], {"version": 1}, {"version": 1, "state": "eaten"}])
def test_an_acknowledgement_that_is_none_changes_nothing(house: House, body: object) -> None:
    """Malformed bodies are answered 422, the books stay."""
    house.ask(1)
    with house.database.read() as conn:
        number = conn.execute(select(print_request.c.id)).scalar_one()
    key = (house.folder / "key").read_text().strip()

    answer = requests.post(
        f"{house.url}/pos/v1/print-requests/{number}/ack",
        json=body,
        headers={"Authorization": f"Bearer {key}"},
        timeout=5,
    )

    assert answer.status_code == 422
    assert answer.json()["code"] in ("slip_malformed", "protocol_version_unknown")
    assert house.states() == ["queued"]


def _request(number: str) -> PrintRequest:
    return PrintRequest(number, ORDER_SLIP, PAID_AT, a_slip(order_no="QZ1"))
