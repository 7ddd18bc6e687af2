"""Give each due answer its time, and write it into its addressee's mailbox.

What it says was composed by ``receipts``; here the list's state follows what is told of it.
Times are strictly increasing over everything customs ever sent.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

from lxml import etree

from simulators import ceb, mailbox
from simulators.books import Books
from simulators.ceb import Record
from simulators.customs.after import guarantees
from simulators.customs.export import Export
from simulators.customs.receipts import RELEASED, now_ms
from simulators.daemon import CHINA, china_now, log
from simulators.mailbox import Letter, Mailbox
from simulators.trouble.mutants import Mutants

_STATES = {
    "120": "accepted",
    "300": "manual_review",
    "399": "reviewed",
    "500": "inspection",
    "501": "detained",
    "502": "detained",
    "503": "detained",
    "599": "detained",
    "700": "returned_out",
    "800": "released",
}
_BATCH = 200
_FIRST, _AGAIN = "0", "again"
"""What a letter's name ends with; the first one alone is copied in the clear, where wanted."""


@dataclass(frozen=True)
class Post:
    """What goes out for one receipt at one time: names and bytes of envelopes, none if lost."""

    row: sqlite3.Row
    copy: str
    told: list[bytes]
    digest: str
    envelopes: list[tuple[str, bytes]]


class Sending:
    """The way out of customs."""

    def __init__(self, books: Books, dxp: Path, export: Export, mutants: Mutants) -> None:
        self._books = books
        self._mutants = mutants
        self._dxp = dxp
        self._export = export
        self._boxes: dict[str, Mailbox] = {}

    def step(self) -> None:
        """Time and build what is due, then write what is built."""
        due = self._books.rows(
            "SELECT * FROM receipt WHERE letter_sealed IS NULL AND due_at <= ?"
            " ORDER BY due_at, id LIMIT ?",
            now_ms(),
            _BATCH,
        )
        if due:
            with self._books.write() as conn:
                for row in sorted(due, key=itemgetter("id")):  # written in this order too
                    self._build(conn, row)
        ready = self._books.rows(
            "SELECT * FROM receipt WHERE letter_sealed IS NOT NULL AND written_at IS NULL"
            " AND write_at <= ? ORDER BY write_at, id LIMIT ?",
            now_ms(),
            _BATCH,
        )
        if ready:
            posts = [post for row in ready for post in self._posts(row)]
            self._note_digests(posts)
            for post in posts:
                self._post(post)
            with self._books.write() as conn:
                written = [(now_ms(), row["id"]) for row in ready]
                conn.executemany("UPDATE receipt SET written_at = ? WHERE id = ?", written)

    def _build(self, conn: sqlite3.Connection, row: sqlite3.Row) -> None:
        """Fix the receipt's time and bytes, and the state of the list it tells of."""
        trouble = json.loads(row["trouble"])
        said = json.loads(self._books.sealer.unseal(row["said_sealed"], "receipt"))
        if "fen" in trouble and row["kind"] == "CEB816":
            _make_wrong(said, trouble["fen"])
        at = _next_time(conn)
        head = {**said["head"], "guid": ceb.new_guid(), "returnTime": at}
        root = ceb.build(row["kind"], [Record(head, said["lines"])])
        sealed = self._books.sealer.seal(ceb.to_bytes(root), f"letter:{row['id']}")
        conn.execute(
            "UPDATE receipt SET letter_sealed = ?, write_at = ?, return_time = ? WHERE id = ?",
            (sealed, now_ms() + trouble.get("late_ms", 0), at, row["id"]),
        )
        self._plant(conn, row["id"], root)
        if row["list_id"] is not None:
            _tell(conn, row, at)

    def _plant(self, conn: sqlite3.Connection, receipt_id: int, root: etree._Element) -> None:
        """Keep what goes out in the place of a receipt, when that is not just the receipt."""
        told = self._mutants.told(conn, root)
        if len(told) == 1 and told[0] is root:
            return
        letters = [base64.b64encode(ceb.to_bytes(one)).decode() for one in told]
        sealed = self._books.sealer.seal_json({"letters": letters}, f"planted:{receipt_id}")
        conn.execute("INSERT INTO planted VALUES (?, ?)", (receipt_id, sealed))

    def _planted(self, row: sqlite3.Row, true: bytes) -> list[bytes]:
        """Return what goes out in the place of the ``true`` message: as a rule just it."""
        planted = self._books.row("SELECT * FROM planted WHERE receipt_id = ?", row["id"])
        if planted is None:
            return [true]
        said = self._books.sealer.unseal(planted["letters_sealed"], f"planted:{row['id']}")
        return [base64.b64decode(one) for one in json.loads(said)["letters"]]

    def _posts(self, row: sqlite3.Row) -> list[Post]:
        """Return what goes out for a receipt; until it is noted, the same may come again."""
        trouble = json.loads(row["trouble"])
        true = self._books.sealer.unseal(row["letter_sealed"], f"letter:{row['id']}")
        if "malformed" in trouble:
            true = true[: len(true) * 2 // 3]
        told = [] if "lost_receipt" in trouble else self._planted(row, true)
        if "malformed" in trouble and told:
            told = [true]
        copies = range(2 if "duplicate" in trouble else 1)
        return [_post(row, true, told, copy=str(copy)) for copy in copies]

    def _note_digests(self, posts: list[Post]) -> None:
        """Note the digests of the envelopes that are meant, before any of them goes out."""
        with self._books.write() as conn:
            conn.executemany(
                "INSERT INTO letter_written VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(post.digest, post.row["id"]) for post in posts],
            )

    def _post(self, post: Post) -> None:
        """Put what goes out into the mailbox."""
        row = post.row
        box = self._boxes.setdefault(row["dxp_id"], Mailbox(self._dxp, row["dxp_id"]))
        for name, envelope in post.envelopes:
            mailbox.put(box.incoming, f"{name}.xml", envelope)
        if post.copy != _FIRST:
            return
        for data in post.told:
            self._export.sent(row["dxp_id"], row["kind"], row["label"], data)
        log("answered", kind=row["kind"], label=row["label"], status=row["status"])

    def again(self, label: str) -> int:
        """Write once more all that was said under ``label``, however it was lost; return how much.

        The port does so on asking; the bytes are the first ones.
        """
        rows = self._books.rows(
            "SELECT * FROM receipt WHERE label = ? AND written_at IS NOT NULL ORDER BY id", label
        )
        letters = [
            self._books.sealer.unseal(row["letter_sealed"], f"letter:{row['id']}") for row in rows
        ]
        posts = [
            _post(row, data, [data], copy=_AGAIN) for row, data in zip(rows, letters, strict=True)
        ]
        self._note_digests(posts)
        for post in posts:
            self._post(post)
        return len(rows)


def _post(row: sqlite3.Row, true: bytes, told: list[bytes], *, copy: str) -> Post:
    """Return the envelopes of what goes out, and the digest of the one that is meant."""
    at = china_now()
    names = [f"{row['id']:012d}-{row['kind']}-{copy}"]
    names += [f"{names[0]}_{place}" for place in range(1, len(told))]
    said = [(name, _envelope(row, data, name, at)) for name, data in zip(names, told, strict=False)]
    meant = said[0][1] if told[:1] == [true] else _envelope(row, true, names[0], at)
    return Post(row, copy, told, hashlib.sha256(meant).hexdigest(), said)


def _envelope(row: sqlite3.Row, data: bytes, name: str, at: datetime) -> bytes:
    kind = f"{row['kind']}Message"
    return mailbox.wrap(Letter(name, mailbox.CUSTOMS_ID, row["dxp_id"], kind, data), at)


def _next_time(conn: sqlite3.Connection) -> str:
    """Return the next returnTime: China time, 17 digits, later than any before."""
    row = conn.execute(
        "INSERT INTO serial VALUES ('return_ms', :now) ON CONFLICT (name)"
        " DO UPDATE SET value = MAX(value + 1, :now) RETURNING value",
        {"now": now_ms()},
    ).fetchone()
    ms = int(row[0])
    at = datetime.fromtimestamp(ms // 1000, CHINA)
    return f"{at:%Y%m%d%H%M%S}{ms % 1000:03d}"


def _tell(conn: sqlite3.Connection, row: sqlite3.Row, at: str) -> None:
    """Let the list, or its tax bill, become what the receipt says."""
    if row["kind"] == "CEB816":
        conn.execute("UPDATE tax_bill SET return_time = ? WHERE list_id = ?", (at, row["list_id"]))
        guarantees.use_by_bill(conn, row["list_id"])
    elif row["kind"] == "CEB622" and row["status"] in _STATES:
        if row["status"] == RELEASED:
            conn.execute(
                "UPDATE declaration_list SET released_ms = ? WHERE id = ?",
                (now_ms(), row["list_id"]),
            )
        conn.execute(
            "UPDATE declaration_list SET state = ? WHERE id = ?",
            (_STATES[row["status"]], row["list_id"]),
        )


def _make_wrong(said: dict[str, object], fen: int) -> None:
    """Put the bill's value added tax off by ``fen``, in the head and on the first line."""
    head, lines = said["head"], said["lines"]
    for part in (head, lines[0] if isinstance(lines, list) else None):
        if isinstance(part, dict):
            tax = Decimal(part["valueAddedTax"]) + Decimal(fen) / 100
            part["valueAddedTax"] = str(tax)
