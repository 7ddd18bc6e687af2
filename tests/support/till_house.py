"""Decide what stands around a till in a test: a server that can be stopped, goods, a printer.

The till itself is the real program, started as a process and killed as one.
"""

import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, func, select
from werkzeug.serving import BaseWSGIServer, make_server

from bonded_display.display.placements import NewPlacement, put_placement
from kernel import db, register, web
from kernel.config import Config
from kernel.db import Database
from kernel.register import Enterprise, Item, Outlet, Warehouse
from pos.server import register_terminal
from pos.server.tables import terminal_sale
from pos.server.terminals import Terminal
from pos.server.web import pos_bp, use_outlet_goods
from shop.offer.put_offer import OfferFacts, put_offer
from shop.offer.till_goods import TillGoods
from simulators.printer.device import Device
from simulators.printer.server import Line

FROM = date(2026, 1, 1)
TEA, SOAP, SERUM = "06901234567892", "06920734700035", "04901234567894"
SHELVES = {TEA: "S00001", SOAP: "S00002", SERUM: "S00003"}
NAMES = {
    TEA: ("武夷岩茶 大红袍 250 克 罐装", "Wuyi rock tea 250 g"),
    SOAP: ("檀香皂 125 克 × 3", "Sandalwood soap 3 × 125 g"),
    SERUM: ("安热沙 水能户外防晒乳 SPF50+ 60ml", "Outdoor sun milk SPF50+ 60 ml"),
}
PRICES = {TEA: 12_850, SOAP: 1_990, SERUM: 19_800}


def put_goods() -> int:
    """Put an outlet with two domestic goods and one retail import into the books; return its id."""
    with db.write() as conn:
        maker = register.put_enterprise(
            conn, Enterprise("91140100MA0K00001X", "1401960001", "太原甲贸易有限公司", None, FROM)
        )
        warehouse = register.put_warehouse(
            conn,
            Warehouse("WS1", "武宿", maker.id, "0513", "0513", "T0513W000001", "路1号", "0351"),
        )
        outlet = register.put_outlet(
            conn,
            Outlet(
                "TY0001",
                "前展便利 学府街店",
                "Qianzhan Xuefu Street",
                maker.id,
                "140105",
                "学府街 1 号",
                "0351-7000000",
            ),
        )
        for gtin in NAMES:
            _put_item(conn, gtin, maker_id=maker.id, places=(outlet.id, warehouse.id))
    return outlet.id


def _put_item(conn: Connection, gtin: str, *, maker_id: int, places: tuple[int, int]) -> None:
    """Put one item, its offer and its shelf into the books."""
    (name, english), (outlet_id, warehouse_id) = NAMES[gtin], places
    item = register.put_item(conn, Item(f"K{gtin[-6:]}", gtin, name, english, "甲", "件"))
    route = "retail_import" if gtin == SERUM else "domestic"
    offer = OfferFacts(
        item_id=item.id,
        warehouse_id=warehouse_id,
        merchant_enterprise_id=maker_id,
        agent_enterprise_id=maker_id,
        complaint="4006001234",
        title=name,
        title_en=english,
        price_fen=PRICES[gtin],
        route=route,
    )
    put_offer(conn, offer, can_declare=lambda provider: provider == "boxed_wallet")
    shelf = NewPlacement(
        outlet_id=outlet_id,
        shelf_code=SHELVES[gtin],
        item_id=item.id,
        routes=(route,),
        piece="empty_pack" if gtin == SERUM else "none",
        warehouse_id=warehouse_id,
        valid_from_on=FROM,
    )
    put_placement(conn, shelf)


def server_app(config: Config) -> Flask:
    """Return an application with the counter's routes, wired as the shop wires them."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    app = Flask("server")
    web.register(app, config)
    app.register_blueprint(pos_bp)
    use_outlet_goods(app, TillGoods("https://id.example"))
    return app


class Server:
    """The server on one port: it can be stopped, and started again there."""

    def __init__(self, app: Flask) -> None:
        self._app, self.port = app, 0
        self._running: tuple[BaseWSGIServer, threading.Thread] | None = None

    def start(self) -> None:
        """Listen, on the port of before."""
        web = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self.port = web.port
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        self._running = (web, thread)

    def stop(self) -> None:
        """Stop listening; whoever calls is refused."""
        if self._running is not None:
            web, thread = self._running
            web.shutdown()
            thread.join()
            web.server_close()
            self._running = None


@dataclass
class TillHouse:
    """A server, a printer, and a till of the outlet as a process."""

    database: Database
    server: Server
    device: Device
    line: Line
    folder: Path
    terminal: Terminal
    outlet_id: int
    program: subprocess.Popen[str] | None = None
    address: str = ""
    said: list[str] = field(default_factory=list)

    def start_till(self, *more: str) -> str:
        """Start the till and return the address that lets a browser in."""
        command = [
            *(sys.executable, "-m", "pos.terminal.cli", "run", "--web-port", "0"),
            *("--server", f"http://127.0.0.1:{self.server.port}"),
            *("--device-key-file", str(self.folder / "key")),
            *("--printer", f"127.0.0.1:{self.line.port}"),
            *("--journal", str(self.folder / "till.db")),
            *("--every-ms", "100", "--confirm-ms", "3000", *more),
        ]
        errors = (self.folder / "till.err").open("a")
        with errors:
            self.program = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=errors, text=True
            )
        assert self.program.stdout is not None
        self.address = self.program.stdout.readline().removeprefix("till ").strip()
        assert self.program.stdout.readline().startswith("ready ")
        return self.address

    def kill_till(self) -> None:
        """Kill it as a power cut does."""
        self._end(signal.SIGKILL)

    def stop_till(self) -> int:
        """Tell it to end and return its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        if self.program is None:
            return 0
        self.program.send_signal(number)
        code = self.program.wait(timeout=15)
        assert self.program.stdout is not None
        self.program.stdout.close()
        self.program = None
        return code

    def errors(self) -> str:
        """Return what the till wrote on its error channel."""
        return (self.folder / "till.err").read_text()

    def sold(self) -> list[int]:
        """Return the sequence numbers of the sales that stand at the server."""
        with self.database.read() as conn:
            found = conn.execute(select(terminal_sale.c.seq).order_by(terminal_sale.c.id))
            return list(found.scalars())

    def sum_fen(self) -> int:
        """Return what the server's sales sum to."""
        with self.database.read() as conn:
            total = select(func.coalesce(func.sum(terminal_sale.c.total_fen), 0))
            return int(conn.execute(total).scalar_one())

    def numbers_on_paper(self) -> list[str]:
        """Return the sale numbers of the slips that were cut off, in their order."""
        rows = [row for slip in self.device.slips for row in slip.lines]
        return [row.split()[-1] for row in rows if row.startswith("单号")]


@contextmanager
def till_house(database: Database, config: Config, folder: Path) -> Iterator[TillHouse]:
    """Open a house with goods, a listening server and a printer; the till is not started yet."""
    outlet_id = put_goods()
    with database.write() as conn:
        terminal, key = register_terminal(conn, outlet_id, name="1 号收银台")
    (folder / "key").write_text(key)
    (folder / "paper").mkdir()
    device = Device(folder / "paper", columns=48)
    line, server = Line(device, 0), Server(server_app(config))
    server.start()
    house = TillHouse(database, server, device, line, folder, terminal, outlet_id)
    try:
        yield house
    finally:
        house.kill_till()
        server.stop()
        line.close()
