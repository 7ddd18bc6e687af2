"""Two server processes, one PostgreSQL, the last pieces, every form sent twice to each."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import requests

from demo.scenario import CATALOGUE
from kernel import clock, ids
from simulators.customs.issue import issue
from tests.race.crowd import PAGE, Hand, check, form_of, over_http, rush
from tests.support import sample_house, seams
from tests.support.sample_house import Sample, rows, shopper

ROOT = Path(__file__).parents[2]
SHOPPERS, EACH = 24, 5
STOCK = 2 * EACH


@dataclass(frozen=True)
class Servers:
    """Two processes of the real server before one database."""

    urls: tuple[str, str]
    sample: Sample

    def shelf_of(self, place: int) -> "Servers":
        """Return the same servers, at the shelf of another item of the catalogue."""
        goods = CATALOGUE[place]
        return replace(
            self, sample=replace(self.sample, walk=replace(self.sample.walk, goods=goods))
        )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str], log: Path) -> Iterator[str]:
    """Run ``shop serve`` on a free port until the end of the block; it must end by itself."""
    port = free_port()
    with log.open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "shop.cli", "serve"],
            cwd=ROOT,
            env={**os.environ, **environment, "QIANZHAN_WEB_PORT": str(port)},
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
            raise


def await_ready(url: str, log: Path) -> None:
    end = time.monotonic() + 40
    while time.monotonic() < end:
        try:
            if requests.get(f"{url}/readyz", timeout=2).ok:
                return
        except requests.RequestException:
            time.sleep(0.05)
    raise AssertionError(log.read_text(errors="replace")[-3000:])


@pytest.fixture(scope="module")
def servers(databases, tmp_path_factory) -> Iterator[Servers]:
    """A furnished house in PostgreSQL, ``STOCK`` pieces of each item; two servers before it.

    Starting them is dear: the tests share them, each with goods and shoppers of its own.
    """
    tmp_path = tmp_path_factory.mktemp("two-servers")
    key = issue(
        "1401962001",
        "太原前展跨境电子商务有限公司",
        out=tmp_path / "keys",
        trust=tmp_path / "trust",
    )
    with ExitStack() as stack:
        url = stack.enter_context(databases.postgresql())
        settings = stack.enter_context(seams.demo_config(tmp_path / "home"))
        stack.callback(clock.use, clock.system)
        stack.enter_context(seams.opened(url, settings))
        ids.use(ids.Mint(shard=0, node=127))  # the servers lease theirs from 0
        stack.callback(sample_house.forget)
        sample = sample_house.load(tmp_path / "sheets", on_hand=EACH)
        environment = {
            "QIANZHAN_DATABASE_URL": url,
            "QIANZHAN_HOME": str(tmp_path / "home"),
            "QIANZHAN_SIGNING_KEY_FILE": str(key),
            "PYTHONPATH": str(ROOT),
        }
        logs = [tmp_path / f"server{number}.log" for number in (1, 2)]
        urls = [stack.enter_context(serving(environment, log)) for log in logs]
        for address, log in zip(urls, logs, strict=True):
            await_ready(address, log)
        yield Servers((urls[0], urls[1]), sample)


def arrive(servers: Servers, number: int, urls: tuple[str, ...]) -> Hand:
    """Let a shopper open the form at one server and be ready to send it to ``urls``."""
    who = shopper(number)
    at_first = urls[number % len(urls)]
    sessions = [requests.Session() for _ in urls]
    for session in sessions:
        session.trust_env = False
        session.cookies.set("qz_session", who.token)
    opened = sessions[0]
    path = f"/checkout?code={servers.sample.shelf}&qty=1"
    page = opened.get(at_first + path, headers=PAGE, timeout=20)
    for session in sessions[1:]:
        session.cookies.update(opened.cookies)
    ways = [over_http(session, url) for session, url in zip(sessions, urls, strict=True)]
    return Hand(who, form_of(page.text), ways)


def test_the_last_pieces_are_sold_once_by_two_servers(servers):
    """One order by each server first; then 24 shoppers want the eight pieces that are left."""
    at = servers.shelf_of(0)
    alone = [arrive(at, number, (url,)) for number, url in enumerate(servers.urls, start=1)]
    for hand in alone:
        assert [way(hand.form).status for way in hand.ways] == [303]
    hands = [arrive(at, number, servers.urls) for number in range(3, 3 + SHOPPERS)]

    rush(hands)

    check(hands, at.sample, stock=STOCK - 2, alone=alone)
    nodes = {ids.node_of(order_id) for (order_id,) in rows("SELECT id FROM customs_order")}
    leased = {node for (node,) in rows("SELECT node FROM node_lease")}
    assert len(nodes) == 2, "each server mints under a node of its own"
    assert nodes == leased


def test_one_key_sent_to_two_servers_is_one_order(servers):
    """Nobody else is there: sixteen sendings of one form, eight to each server, one order."""
    hand = arrive(servers.shelf_of(1), 101, servers.urls * 8)

    rush([hand])

    check([hand], servers.shelf_of(1).sample, stock=1, left=STOCK - 1)


def test_one_key_with_two_bodies_at_two_servers_is_one_order(servers):
    """The same key for two addresses in the same moment: one of them stands, the other is told."""
    hands = []
    for number in range(201, 207):
        hand = arrive(servers.shelf_of(2), number, servers.urls)
        (first, second) = hand.ways
        other = hand.form | {"address": "文三路90号3幢503室"}
        hands += [Hand(hand.who, hand.form, [first]), Hand(hand.who, other, [second])]

    rush(hands)

    for one, two in zip(hands[::2], hands[1::2], strict=True):
        told = sorted(hand.answers[0].verdict[::2] for hand in (one, two))
        assert told == [(303, ""), (409, "key_reused")]
        assert [len({answer.verdict for answer in hand.answers}) for hand in (one, two)] == [1, 1]
    sku = CATALOGUE[2].sku
    assert rows("SELECT COUNT(*), SUM(qty) FROM order_line WHERE sku = :sku", sku=sku) == [(6, 6)]
