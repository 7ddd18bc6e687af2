"""Follow a parcel from its announcement to the signature at the door.

Announced: its 511 goes to customs.  Collected at the gate, it is delivered by itself after a
while, and its 513 goes to customs.  Numbers come from ``numbers``, letters go by ``declaring``.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from simulators import clock
from simulators.books import Books
from simulators.daemon import CHINA, Form, Refused, china_now, log
from simulators.declaring import Declarer, Sender

SCHEMA = """
CREATE TABLE IF NOT EXISTS waybill (
    waybill_no   TEXT PRIMARY KEY REFERENCES waybill_number (waybill_no),
    request_no   TEXT NOT NULL UNIQUE,   -- the platform's
    body_hash    TEXT NOT NULL,          -- keyed; tells a replay from another request
    order_no     TEXT NOT NULL,
    parcel       TEXT NOT NULL,          -- announced, collected, delivered
    exit_pass_no TEXT,
    deliver_at   INTEGER,                -- ms since epoch, from the collection on
    delivered_at TEXT                    -- ISO, China
);
CREATE TABLE IF NOT EXISTS collection (
    request_no TEXT PRIMARY KEY,
    body_hash  TEXT NOT NULL,
    answer     TEXT NOT NULL             -- JSON list of numbers
);
CREATE INDEX IF NOT EXISTS waybill_on_the_way ON waybill (deliver_at) WHERE parcel = 'collected';
"""


@dataclass(frozen=True)
class Announcement:
    """What the platform says about one parcel: fees in fen, weight in 1/100,000 kg."""

    request_no: str
    waybill_no: str
    order_no: str
    consignee: str
    telephone: str
    address: str
    freight_fen: int
    insured_fen: int
    gross_e5: int
    goods_info: str

    @classmethod
    def read(cls, form: Form) -> Announcement:
        """Return the announcement in ``form``; raises ``Refused`` 422."""
        return cls(
            form.text("request_no"),
            form.text("waybill_no"),
            form.text("order_no"),
            form.text("consignee", most=100),
            form.text("telephone", most=50),
            form.text("address", most=200),
            form.whole("freight_fen"),
            form.whole("insured_fen"),
            form.whole("gross_e5", low=1),
            form.text("goods_info", most=200, least=0),
        )

    def head(self, me: Sender) -> dict[str, str]:
        """Return what the 511 says."""
        return {
            "logisticsCode": me.code,
            "logisticsName": me.name,
            "logisticsNo": self.waybill_no,
            "orderNo": self.order_no,
            "freight": f"{self.freight_fen // 100}.{self.freight_fen % 100:02d}",
            "insuredFee": f"{self.insured_fen // 100}.{self.insured_fen % 100:02d}",
            "weight": f"{self.gross_e5 // 100_000}.{self.gross_e5 % 100_000:05d}",
            "packNo": "1",
            "goodsInfo": self.goods_info,
            "consignee": self.consignee,
            "consigneeAddress": self.address,
            "consigneeTelephone": self.telephone,
        }


class Desk:
    """The courier's desk for parcels."""

    def __init__(
        self, books: Books, declarer: Declarer, me: Sender, *, deliver_after_ms: int
    ) -> None:
        self._books = books
        self._declarer = declarer
        self._me = me
        self._deliver_after_ms = deliver_after_ms

    def announce(self, said: Announcement) -> dict[str, str]:
        """Take a parcel and send its 511; a repeated request gets the first answer.

        Raises ``Refused`` 409: number_unknown, waybill_taken, request_no_reused, refused.
        """
        digest = self._books.sealer.lookup(json.dumps(vars(said), sort_keys=True), "waybill")
        with self._books.write() as conn:
            if not self._is_replay(conn, said, digest):
                self._declarer.accepts(conn, "CEB511", said.order_no)
                conn.execute(
                    "INSERT INTO waybill (waybill_no, request_no, body_hash, order_no, parcel)"
                    " VALUES (?, ?, ?, ?, 'announced')",
                    (said.waybill_no, said.request_no, digest, said.order_no),
                )
                self._declarer.hand_in(
                    conn,
                    "CEB511",
                    said.waybill_no,
                    said.head(self._me),
                    order_no=said.order_no,
                )
        return self.view(said.waybill_no)

    def _is_replay(self, conn: sqlite3.Connection, said: Announcement, digest: str) -> bool:
        row = conn.execute(
            "SELECT * FROM waybill WHERE request_no = ? OR waybill_no = ?",
            (said.request_no, said.waybill_no),
        ).fetchone()
        if row is None:
            given = conn.execute(
                "SELECT 1 FROM waybill_number WHERE waybill_no = ?", (said.waybill_no,)
            ).fetchone()
            if given is None:
                raise Refused(409, "number_unknown", "the courier never gave this number")
            return False
        if row["body_hash"] == digest:
            return True
        if row["request_no"] == said.request_no:
            raise Refused(409, "request_no_reused", "this request number said something else")
        raise Refused(409, "waybill_taken", "the number belongs to another parcel")

    def view(self, number: str) -> dict[str, str]:
        """Return a parcel with the state of its 511; raises ``Refused`` 404."""
        row = self._books.row("SELECT * FROM waybill WHERE waybill_no = ?", number)
        if row is None:
            raise Refused(404, "waybill_not_found", "no parcel travels under this number")
        signed_for = self._declarer.state("CEB513", number).get("state", "")
        return {
            "waybill_no": number,
            "order_no": row["order_no"],
            **self._declarer.state("CEB511", number),
            "parcel": row["parcel"],
            "delivered_at": row["delivered_at"] or "",
            "delivery_state": signed_for,
        }

    def again(self, number: str) -> dict[str, str]:
        """Send a rejected 511 anew; raises ``Refused`` 404 or 409 not_rejected."""
        self.view(number)
        if not self._declarer.again("CEB511", number):
            raise Refused(409, "not_rejected", "only a rejected waybill is sent again")
        return self.view(number)

    def collect(self, request_no: str, *, exit_pass_no: str, numbers: list[str]) -> list[str]:
        """Take the parcels of one exit pass into the van, all of them or none.

        Raises ``Refused`` 409: not_accepted (customs has not stored the waybill),
        already_collected, request_no_reused.
        """
        digest = self._books.sealer.lookup(json.dumps([exit_pass_no, numbers]), "collection")
        with self._books.write() as conn:
            known = conn.execute(
                "SELECT * FROM collection WHERE request_no = ?", (request_no,)
            ).fetchone()
            if known is not None and known["body_hash"] != digest:
                raise Refused(409, "request_no_reused", "this request said something else")
            if known is None:
                for number in numbers:
                    self._load(conn, number, exit_pass_no)
                conn.execute(
                    "INSERT INTO collection VALUES (?, ?, ?)",
                    (request_no, digest, json.dumps(numbers)),
                )
        return numbers

    def _load(self, conn: sqlite3.Connection, number: str, exit_pass_no: str) -> None:
        if self._declarer.state("CEB511", number).get("state") != "accepted":
            raise Refused(409, "not_accepted", f"{number}: customs has not stored this waybill")
        loaded = conn.execute(
            "UPDATE waybill SET parcel = 'collected', exit_pass_no = ?, deliver_at = ?"
            " WHERE waybill_no = ? AND parcel = 'announced'",
            (exit_pass_no, clock.now_ms() + self._deliver_after_ms, number),
        )
        if loaded.rowcount != 1:
            raise Refused(409, "already_collected", f"{number}: on the way already")

    def step(self) -> None:
        """Deliver what is due: the parcels and their 513 in one transaction."""
        due = self._books.rows(
            "SELECT waybill_no, order_no FROM waybill WHERE parcel = 'collected' AND deliver_at <= ?",
            clock.now_ms(),
        )
        if not due:
            return
        at = china_now()
        with self._books.write() as conn:
            for row in due:
                self._deliver(conn, row["waybill_no"], row["order_no"], at)
        for row in due:
            log("delivered", waybill_no=row["waybill_no"])

    def _deliver(self, conn: sqlite3.Connection, number: str, order_no: str, at: datetime) -> None:
        head = {
            "logisticsCode": self._me.code,
            "logisticsName": self._me.name,
            "logisticsNo": number,
            "logisticsStatus": "S",
            "logisticsTime": at.astimezone(CHINA).strftime("%Y%m%d%H%M%S"),
        }
        conn.execute(
            "UPDATE waybill SET parcel = 'delivered', delivered_at = ? WHERE waybill_no = ?",
            (at.isoformat(timespec="milliseconds"), number),
        )
        self._declarer.hand_in(conn, "CEB513", number, head, order_no=order_no)
