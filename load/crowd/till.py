"""Decides what a till does: fetches its catalogue, opens a shift, sells, sends, asks what to print.

After an outage it sends all that its journal holds, in bulks, some twice, as a line that broke
before the answer came makes it do.  What the server accepted is noted sale by sale.
"""

import random
import time
from typing import Any

from locust import task
from locust.exception import StopUser

from load.crowd import noted
from load.crowd.user import CrowdUser, NotAnswered

VERSION = 2
BULK = 50
DOMESTIC = "domestic"
FLOAT_FEN = 50_000
OUTAGE_S = 3 * 3600
KEPT = {"accepted", "replayed"}


class Till(CrowdUser):
    """A counter's program, known by its device key."""

    fixed_count = 0

    def on_start(self) -> None:
        """Come on: the catalogue, a shift, and what was sold while the line was down."""
        self._key = self.crowd.next_key()
        self._said = {"Authorization": f"Bearer {self._key}", "X-Pos-Version": str(VERSION)}
        self._seq, self._sold_fen, self._shift = 0, 0, _uuid7(self.crowd.dice)
        self._begun = _now() - OUTAGE_S * 1_000_000
        told = self.ask("GET", "/pos/v1/catalogue", name="till: catalogue", headers=self._said)
        catalogue = told.json()
        self._version = catalogue["catalogue_version"]
        self._head = catalogue["outlet"]
        self._goods = [one for one in catalogue["goods"] if one["route"] == DOMESTIC]
        self._send("shifts", [self._shift_body(closed=False)])
        journal = [self._make_sale() for _ in range(self.crowd.plan.habits.offline_sales)]
        for at in range(0, len(journal), BULK):
            self._send("sales", journal[at : at + BULK])

    def wait_time(self) -> float:
        """Return how long until somebody stands at the counter again."""
        every = self.crowd.plan.habits.sells_every_s
        return self.crowd.dice.uniform(0.5 * every, 1.5 * every)

    @task
    def sell(self) -> None:
        """Sell to one person, send it, and fetch what shoppers want printed."""
        if self.crowd.wave.over:
            raise StopUser
        try:
            self._send("sales", [self._make_sale()])
            url = "/pos/v1/print-requests"
            self.ask("GET", url, name="till: print requests", headers=self._said)
        except NotAnswered:
            return

    def on_stop(self) -> None:
        """Count the drawer and close the shift."""
        try:
            self._send("shifts", [self._shift_body(closed=True)])
        except NotAnswered:
            return

    def _make_sale(self) -> dict[str, Any]:
        goods, qty = self.crowd.dice.choice(self._goods), self.crowd.dice.choice((1, 1, 2, 3))
        self._seq += 1
        total_fen = qty * goods["price_fen"]
        self._sold_fen += total_fen
        line = {name: goods[name] for name in ("item_id", "gtin14", "name", "price_fen")}
        line |= {"gnum": 1, "qty": qty, "total_fen": total_fen}
        return {
            "id": _uuid7(self.crowd.dice),
            "seq": self._seq,
            "sale_no": f"{self._head['code']}-{self._head['terminal_no']}-{self._seq:06d}",
            "at": _now(),
            "lang": "zh-CN",
            "lines": [line | {"price_version": goods["price_version"]}],
            "total_fen": total_fen,
            "paid_fen": total_fen,
            "change_fen": 0,
            "tender": "cash",
            "catalogue_version": self._version,
            "shift_id": self._shift,
            "clock_offset_ms": 0,
        }

    def _shift_body(self, *, closed: bool) -> dict[str, Any]:
        opened = {
            "id": self._shift,
            "shift_no": 1,
            "clerk_no": "1007",
            "opened_at": self._begun,
            "opening_cash_fen": FLOAT_FEN,
        }
        if not closed:
            return opened
        return opened | {
            "closed_at": _now(),
            "counted_cash_fen": FLOAT_FEN + self._sold_fen,
            "seq_from": min(1, self._seq),
            "seq_to": self._seq,
            "sales": self._seq,
            "sales_fen": self._sold_fen,
            "voids": 0,
        }

    def _send(self, name: str, bodies: list[dict[str, Any]]) -> None:
        """Send entries, some bulks twice; note what stands with the server then."""
        self.crowd.notebook.note(noted.SENT, ids=[body["id"] for body in bodies])
        times = 2 if self.crowd.chance(self.crowd.plan.habits.twice_bp) else 1
        for _ in range(times):
            answer = self.ask(
                "POST",
                f"/pos/v1/{name}",
                name=f"till: {name}",
                headers=self._said,
                json={"version": VERSION, name: bodies},
            )
        kind = noted.SALE if name == "sales" else noted.SHIFT
        for body, told in zip(bodies, answer.json()["answers"], strict=True):
            if told["id"] != body["id"] or told["outcome"] not in KEPT:
                raise NotAnswered(f"till: {name} is answered {told['outcome']}")
            self.crowd.notebook.note(
                kind,
                id=body["id"],
                total_fen=body.get("total_fen", body.get("sales_fen", 0)),
                closed=bool(body.get("closed_at")),
            )


def _now() -> int:
    return time.time_ns() // 1_000


def _uuid7(dice: random.Random) -> str:
    """Return a UUID of version 7: 48 bits of milliseconds, the rest drawn."""
    digits = f"{time.time_ns() // 1_000_000:012x}7{dice.getrandbits(12):03x}"
    digits += f"{8 + dice.getrandbits(2):x}{dice.getrandbits(60):015x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
