"""Send a company's own documents to customs until customs has answered, and hear the answers.

Used by payment company and courier alike: what a document says is theirs, here it is built,
signed once, kept sealed, carried, carried again when no answer comes, and followed to its end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simulators import ceb, ceb_parts, clock, mailbox, signature
from simulators.books import Books
from simulators.daemon import Refused, china_now, log
from simulators.keys import Key
from simulators.mailbox import Letter, Mailbox
from simulators.trouble.script import AT_COMPANY, Script

SCHEMA = """
CREATE TABLE IF NOT EXISTS declared (
    kind          TEXT NOT NULL,      -- CEB411, CEB511, CEB513
    doc_key       TEXT NOT NULL,      -- payTransactionId or logisticsNo
    state         TEXT NOT NULL,      -- received, sent, accepted, rejected
    head_sealed   BLOB NOT NULL,      -- what the document says
    guid          TEXT,               -- of this sending; null until it is built
    signed_sealed BLOB,               -- the signed message, exactly as it is sent
    tries         INTEGER NOT NULL DEFAULT 0,
    next_at       INTEGER NOT NULL DEFAULT 0,   -- ms since epoch: when to carry it (again)
    return_status TEXT NOT NULL DEFAULT '',
    return_time   TEXT NOT NULL DEFAULT '',
    return_info   TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (kind, doc_key)
);
CREATE INDEX IF NOT EXISTS declared_guid ON declared (guid);
CREATE INDEX IF NOT EXISTS declared_due ON declared (next_at) WHERE state IN ('received', 'sent');
"""

_ANSWERS = {
    "CEB412": ("CEB411", "payTransactionId"),
    "CEB512": ("CEB511", "logisticsNo"),
    "CEB514": ("CEB513", "logisticsNo"),
}
_PRESENT = {"-401007", "-504015"}
"""Customs has the number already: our first copy arrived, its answer got lost."""
_LONGEST_DOUBLING = 5
_NEVER = 2**62


@dataclass(frozen=True)
class Sender:
    """Who declares: the company, its DXP user and its key."""

    code: str
    name: str
    dxp_id: str
    key: Key


@dataclass(frozen=True)
class Answer:
    """One receipt, as far as a sender needs it."""

    status: str
    time: str
    info: str


class Declarer:
    """The company's desk towards customs."""

    def __init__(
        self,
        books: Books,
        sender: Sender,
        *,
        dxp: Path,
        resend_ms: int,
        script: Script | None = None,
    ) -> None:
        self._books = books
        self._script = script or Script(dos=AT_COMPANY)
        self._sender = sender
        self._box = Mailbox(dxp, sender.dxp_id)
        self._resend_ms = resend_ms
        self._box.open()

    def accepts(self, conn: sqlite3.Connection, kind: str, order_no: str) -> None:
        """Raise ``Refused`` 409 refused when the script turns this document down."""
        facts = {"kind": kind, "order_no": order_no}
        for rule in self._script.find(conn, frozenset({"refuse"}), facts):
            raise Refused(409, "refused", rule.info or "turned down by script")

    def hand_in(
        self,
        conn: sqlite3.Connection,
        kind: str,
        key: str,
        head: Mapping[str, str],
        *,
        order_no: str,
    ) -> None:
        """Take the document ``kind`` ``key`` for sending, in the caller's transaction.

        The script may make it wait, or never go out at all.
        """
        facts = {"kind": kind, "order_no": order_no, "cop_no": key}
        rules = self._script.find(conn, AT_COMPANY - {"refuse"}, facts)
        silent = any(rule.do == "silence" for rule in rules)
        delay_ms = sum(rule.delay_ms for rule in rules if rule.do == "delay")
        next_at = _NEVER if silent else clock.now_ms() + delay_ms
        sealed = self._books.sealer.seal_json(dict(head), f"head:{kind}:{key}")
        conn.execute(
            "INSERT INTO declared (kind, doc_key, state, head_sealed, next_at)"
            " VALUES (?, ?, 'received', ?, ?)",
            (kind, key, sealed, next_at),
        )

    def again(self, kind: str, key: str) -> bool:
        """Send a rejected document anew under a new guid; false when it is not rejected."""
        with self._books.write() as conn:
            done = conn.execute(
                "UPDATE declared SET state = 'received', guid = NULL, signed_sealed = NULL,"
                " tries = 0, next_at = 0 WHERE kind = ? AND doc_key = ? AND state = 'rejected'",
                (kind, key),
            )
        return done.rowcount == 1

    def state(self, kind: str, key: str) -> dict[str, str]:
        """Return state, return_status, return_time, return_info; empty when unknown."""
        row = self._books.row(
            "SELECT state, return_status, return_time, return_info FROM declared"
            " WHERE kind = ? AND doc_key = ?",
            kind,
            key,
        )
        return dict(row) if row else {}

    def step(self) -> None:
        """Hear what customs answered, then carry what is due; each all in one transaction."""
        self._hear(mailbox.waiting(self._box.incoming))
        due = self._books.rows(
            "SELECT * FROM declared WHERE state IN ('received', 'sent') AND next_at <= ?"
            " ORDER BY rowid LIMIT 50",
            clock.now_ms(),
        )
        if due:
            self._carry(due)

    def _carry(self, due: list[sqlite3.Row]) -> None:
        """Build and sign on the first carry; then the very same bytes, each time a new letter."""
        with self._books.write() as conn:
            letters = [(row, *self._signed(conn, row)) for row in due]
        carried = []
        for row, guid, data in letters:
            kind = row["kind"]
            name = f"{kind}-{guid}-{row['tries']}"
            letter = Letter(name, self._sender.dxp_id, mailbox.CUSTOMS_ID, f"{kind}Message", data)
            mailbox.put(self._box.outgoing, f"{name}.xml", mailbox.wrap(letter, china_now()))
            wait = self._resend_ms * 2 ** min(row["tries"], _LONGEST_DOUBLING)
            carried.append((clock.now_ms() + wait, kind, row["doc_key"]))
            log("sent", kind=kind, key=row["doc_key"], try_no=row["tries"] + 1)
        with self._books.write() as conn:
            conn.executemany(
                "UPDATE declared SET state = 'sent', tries = tries + 1, next_at = ?"
                " WHERE kind = ? AND doc_key = ? AND state IN ('received', 'sent')",
                carried,
            )

    def _signed(self, conn: sqlite3.Connection, row: sqlite3.Row) -> tuple[str, bytes]:
        """Return the guid and the signed bytes of a document, made and kept at its first carry."""
        kind, key = row["kind"], row["doc_key"]
        context = f"signed:{kind}:{key}"
        if row["guid"] is not None:
            return row["guid"], self._books.sealer.unseal(row["signed_sealed"], context)
        guid, data = self._build(kind, key, row["head_sealed"])
        conn.execute(
            "UPDATE declared SET guid = ?, signed_sealed = ? WHERE kind = ? AND doc_key = ?",
            (guid, self._books.sealer.seal(data, context), kind, key),
        )
        return guid, data

    def _build(self, kind: str, key: str, head_sealed: bytes) -> tuple[str, bytes]:
        """Return (guid, signed message) of the document."""
        guid = ceb.new_guid()
        said = self._books.sealer.unseal_json(head_sealed, f"head:{kind}:{key}")
        head = {
            **said,
            "guid": guid,
            "appType": "1",
            "appTime": china_now().strftime("%Y%m%d%H%M%S"),
            "appStatus": "2",
        }
        transfer = {
            "copCode": self._sender.code,
            "copName": self._sender.name,
            "dxpMode": "DXP",
            "dxpId": self._sender.dxp_id,
        }
        root = ceb.build(kind, [ceb.Record(head)], transfer=transfer)
        signature.sign(root, self._sender.key)
        return guid, ceb.to_bytes(root)

    def _hear(self, paths: list[Path]) -> None:
        """Note every answer in the files, then delete them; a broken one is deleted with a line."""
        if not paths:
            return
        with self._books.write() as conn:
            for path in paths:
                try:
                    root = ceb.read(mailbox.unwrap(path.read_bytes()).data)
                except (mailbox.BadEnvelope, ceb.Unreadable) as fault:
                    log("unreadable answer", file=path.name, fault=type(fault).__name__)
                    continue
                kind = ceb.kind_of(root)
                for record in ceb.records(root) if kind in ceb_parts.SHAPES else ():
                    self._note(conn, kind, record.head)
        for path in paths:
            mailbox.take_away(path)

    def _note(self, conn: sqlite3.Connection, kind: str, said: Mapping[str, str]) -> None:
        answer = Answer(
            said.get("returnStatus", ""), said.get("returnTime", ""), said.get("returnInfo", "")
        )
        if kind == "CEB900":
            guid = said.get("oriCopMsgId", "")[len("CEB411-") :].rpartition("-")[0]
            found = self._books.row("SELECT kind, doc_key FROM declared WHERE guid = ?", guid)
            document, key = (found["kind"], found["doc_key"]) if found else ("", "")
        else:
            document, name = _ANSWERS.get(kind, ("", ""))
            key = said.get(name, "")
        log("heard", kind=kind, key=key, status=answer.status)
        conn.execute(
            "UPDATE declared SET state = COALESCE(?, state), return_status = ?,"
            " return_time = ?, return_info = ? WHERE kind = ? AND doc_key = ?"
            " AND state <> 'accepted' AND return_time < ?",
            (
                _state_after(answer.status),
                answer.status,
                answer.time,
                answer.info,
                document,
                key,
                answer.time,
            ),
        )


def _state_after(status: str) -> str | None:
    """Return the state that a receipt's status leads to; ``None`` when it changes nothing."""
    if status in {"120", "399"} or status in _PRESENT:
        return "accepted"
    return "rejected" if status == "100" or status.startswith("-") else None
