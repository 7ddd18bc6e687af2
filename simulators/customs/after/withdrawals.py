"""Judge a withdrawal (CEB623) and undo its list: before the release, or, by setting, the gate.

Answers are composed by ``receipts``; how long customs takes is the script's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulators import clock
from simulators.ceb import Record
from simulators.customs import checks
from simulators.customs.after import account_book, weights
from simulators.customs.checks import Texts, demand, same
from simulators.customs.documents import Documents

_BEFORE_RELEASE = frozenset({"declaring", "accepted", "manual_review", "reviewed", "inspection"})
_SAME = (
    "orderNo",
    "ebpCode",
    "ebcCode",
    "logisticsNo",
    "logisticsCode",
    "buyerIdNumber",
    "buyerName",
    "agentCode",
    "customsCode",
)


@dataclass(frozen=True)
class Found:
    """A list that a later document is about: its row, and what its 621 says."""

    row: sqlite3.Row
    head: Texts
    lines: list[dict[str, str]]

    @property
    def id(self) -> int:
        """Return the list's row id."""
        return int(self.row["id"])


def list_of(
    conn: sqlite3.Connection, documents: Documents, record: Record, *, missing: str
) -> Found:
    """Return the list that a 623 or 625 names and agrees with; raises ``Refusal``."""
    head = record.head
    checks.declared_new(head)
    demand(head["appType"] == "1", "业务类型只允许新增")
    checks.person(head, kind="buyerIdType", number="buyerIdNumber")
    row = conn.execute(
        "SELECT d.*, o.doc_key FROM declaration_list d JOIN document o ON o.id = d.document_id"
        " WHERE d.invt_no = ?",
        (head["invtNo"],),
    ).fetchone()
    kept = documents.find(conn, "CEB621", row["doc_key"]) if row else None
    demand(kept is not None, "清单编号不存在", code=missing)
    if kept is None:
        raise AssertionError
    for name in _SAME:
        same(f"与清单{name}", kept.head[name], head[name])
    return Found(row, kept.head, kept.lines)


class Withdrawals:
    """The desk for CEB623; ``until_gate``: a released list may still be withdrawn in the zone."""

    def __init__(self, documents: Documents, *, until_gate: bool) -> None:
        self._documents = documents
        self._until_gate = until_gate

    def judge(self, conn: sqlite3.Connection, record: Record) -> Found:
        """Return the list to withdraw; raises ``Refusal``."""
        found = list_of(conn, self._documents, record, missing="-623003")
        self._documents.refuse_twin(conn, "CEB623", record.head)
        state = found.row["state"]
        inside = state == "released" and found.row["exit_pass_no"] is None
        allowed = state in _BEFORE_RELEASE or (self._until_gate and inside)
        demand(allowed, f"清单状态不允许撤销:{state}", code="-623005")
        return found

    def grant(
        self, conn: sqlite3.Connection, found: Found, head: Texts, numbers: Mapping[str, str]
    ) -> None:
        """Undo the list: limits, book and bill; what customs had still to say of it is unsaid."""
        list_id = found.id
        conn.execute(
            "INSERT INTO withdrawal VALUES (?, ?, ?, ?)",
            (list_id, head["copNo"], numbers["preNo"], clock.now_ms()),
        )
        conn.execute("UPDATE declaration_list SET state = 'cancelled' WHERE id = ?", (list_id,))
        conn.execute("UPDATE limit_use SET value = '0' WHERE list_id = ?", (list_id,))
        weights.give_back(conn, list_id, Decimal(1))
        account_book.undo_pre_deduction(conn, list_id, f"623-{head['copNo']}")
        conn.execute("DELETE FROM receipt WHERE list_id = ? AND letter_sealed IS NULL", (list_id,))
