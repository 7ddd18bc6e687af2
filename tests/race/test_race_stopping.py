"""A server that is told to end answers what it took; who comes later finds a closed door."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress

import psutil
import pytest
import requests

from kernel import clock, db, ids, locks
from shop.cli import main
from shop.operations.drain import QUIET_S
from simulators.customs.issue import issue
from tests.race.crowd import PAGE, form_of, over_http
from tests.race.test_race_two_servers import ROOT, await_ready, free_port
from tests.support import sample_house, seams
from tests.support.sample_house import one, rows, shopper

ORDERS = 8


@pytest.fixture
def server(databases, tmp_path):
    """A server process on PostgreSQL, and the sample it sells."""
    key = issue("1401962001", "前展", out=tmp_path / "keys", trust=tmp_path / "trust")
    with (
        databases.postgresql() as url,
        seams.demo_config(tmp_path / "home") as settings,
        seams.opened(url, settings),
    ):
        ids.use(ids.Mint(shard=0, node=127))
        clock.use(clock.system)
        sample = sample_house.load(tmp_path / "sheets", on_hand=20)
        port, log = free_port(), tmp_path / "server.log"
        environment = {
            "QIANZHAN_DATABASE_URL": url,
            "QIANZHAN_HOME": str(tmp_path / "home"),
            "QIANZHAN_SIGNING_KEY_FILE": str(key),
            "QIANZHAN_WEB_PORT": str(port),
            "PYTHONPATH": str(ROOT),
        }
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "shop.cli", "serve"],
                cwd=ROOT,
                env={**os.environ, **environment},
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        address = f"http://127.0.0.1:{port}"
        try:
            await_ready(address, log)
            yield process, address, sample
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(10)
    sample_house.forget()


def hand(address: str, sample, number: int):
    """Return a session and the filled form of a new shopper."""
    session = requests.Session()
    session.trust_env = False
    session.cookies.set("qz_session", shopper(number).token)
    page = session.get(f"{address}/checkout?code={sample.shelf}&qty=1", headers=PAGE, timeout=20)
    return over_http(session, address), form_of(page.text)


def test_what_was_taken_is_answered_and_stored_and_the_door_is_closed(server):
    """Eight orders wait for the warehouse when the word to end comes; then another knocks."""
    process, address, sample = server
    send, form = hand(address, sample, 90)
    assert send(form).status == 303
    hands = [hand(address, sample, number) for number in range(1, ORDERS + 1)]
    warehouse_id, answers = one("SELECT id FROM warehouse"), []
    with db.write() as held:
        locks.take(held, locks.Rank.WAREHOUSE, warehouse_id)
        threads = [
            threading.Thread(target=lambda way=way, form=form: answers.append(way(form)))
            for way, form in hands
        ]
        for thread in threads:
            thread.start()
        ends = time.monotonic() + 10
        while not one("SELECT COUNT(*) FROM pg_locks WHERE NOT granted"):
            assert time.monotonic() < ends
            time.sleep(0.01)
        time.sleep(0.5)  # the others are in the group's line by now
        process.send_signal(signal.SIGTERM)
        refused = door_closed(address)
    for thread in threads:
        thread.join(30)

    assert process.wait(30) == 0
    assert refused
    placed = {answer.place for answer in answers if answer.status == 303}
    assert [answer.status for answer in answers] == [303] * ORDERS
    stored = {f"/orders/{checkout_id}" for (checkout_id,) in rows("SELECT id FROM checkout")}
    assert placed <= stored
    assert len(stored) == ORDERS + 1


def test_what_answers_ends_with_the_process_that_watches_it(server):
    """Killed alone, that process would leave an answerer that no later word to end reaches."""
    process, address, _ = server
    answering = psutil.Process(process.pid).children()
    assert len(answering) == 1

    process.kill()
    process.wait(10)

    try:
        assert door_closed(address)
        assert psutil.wait_procs(answering, timeout=30)[1] == []
    finally:
        for one in answering:
            with suppress(psutil.NoSuchProcess):
                one.kill()


def door_closed(address: str) -> bool:
    """Say whether a new connection is refused, or answered 503, soon."""
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        try:
            if requests.get(f"{address}/livez", timeout=2).status_code == 503:
                return True
        except requests.ConnectionError:
            return True
        time.sleep(0.05)
    return False


def test_a_machine_that_drains_leaves_the_line_and_answers_whoever_still_comes(
    server, tmp_path, monkeypatch, capsys
):
    """Not ready from the first moment, orders all the same, and the word once nobody asks."""
    _, address, sample = server
    hands = [hand(address, sample, number) for number in range(1, 4)]
    monkeypatch.setenv("QIANZHAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QIANZHAN_WEB_PORT", address.rpartition(":")[2])
    told = []
    drain = threading.Thread(target=lambda: told.append(main(["drain", "--wait", "40"])))
    drain.start()
    until(lambda: requests.get(f"{address}/readyz", timeout=5).status_code == 503)

    for send, form in hands:
        assert send(form).status == 303
        time.sleep(QUIET_S / 2)
        assert drain.is_alive(), "it ends while orders come"
    drain.join(40)

    assert told == [0]
    assert capsys.readouterr().out.endswith("nobody asks: stop it now\n")
    assert requests.get(f"{address}/readyz", timeout=5).json() == {"state": "draining"}
    assert main(["drain", "--end"]) == 0
    assert requests.get(f"{address}/readyz", timeout=5).json()["state"] == "ready"


def test_one_that_is_asked_on_and_on_is_told(server, tmp_path, monkeypatch, capsys):
    """Whoever spreads requests does not look at readiness: nothing is said to be over."""
    _, address, _ = server
    monkeypatch.setenv("QIANZHAN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("QIANZHAN_WEB_PORT", address.rpartition(":")[2])
    over = threading.Event()

    def ask() -> None:
        while not over.wait(0.5):
            requests.get(f"{address}/", timeout=5)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        assert main(["drain", "--wait", "4"]) == 1
    finally:
        over.set()
        asking.join(10)

    assert "still asked after 4 s" in capsys.readouterr().out
    assert main(["drain", "--end"]) == 0


def until(seen) -> None:
    """Wait until it is so."""
    ends = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < ends, "never"
        time.sleep(0.05)
