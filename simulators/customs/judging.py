"""Judge one document, keep what customs understood of it, and queue the answers.

Whether it may be sent at all was asked before (``intake``); the rules are the desks' own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simulators import ceb, ceb_check
from simulators.ceb import Record
from simulators.customs import bills, receipts
from simulators.customs.after import periods
from simulators.customs.after.goods_returns import GoodsReturns
from simulators.customs.after.warehouse_in import WarehouseIn
from simulators.customs.after.withdrawals import Withdrawals
from simulators.customs.documents import Documents
from simulators.customs.export import Export
from simulators.customs.lists import Lists
from simulators.customs.receipts import Addressee, Planned, Receipts
from simulators.customs.trust import TrustFolder
from simulators.trouble.mutants import Mutants
from simulators.trouble.script import Rule, Script


@dataclass(frozen=True)
class Desks:
    """Who does what at customs."""

    documents: Documents
    lists: Lists
    withdrawals: Withdrawals
    goods_returns: GoodsReturns
    warehouse_in: WarehouseIn
    receipts: Receipts
    script: Script
    mutants: Mutants
    trust: TrustFolder
    export: Export
    official: ceb_check.OfficialSchema | None


@dataclass(frozen=True)
class Case:
    """A document on the desk: what it says, its numbers, and the script's rules for it."""

    to: Addressee
    record: Record
    numbers: Mapping[str, str]
    rules: Mapping[str, Rule]

    def statuses(self, usual: Sequence[str]) -> Sequence[str]:
        """Return the statuses to answer with: the script's, else the usual ones."""
        if "inspection" in self.rules:
            result = self.rules["inspection"].result
            return ("2", "120", "500") if result == "bay" else ("2", "120", "500", result)
        return self.rules["chain"].statuses if "chain" in self.rules else usual

    def answers(self, statuses: Sequence[str], numbers: Mapping[str, str]) -> list[Planned]:
        """Return the answers; the result of an inspection takes its time."""
        pause = self.rules["inspection"].delay_ms if "inspection" in self.rules else 0
        return receipts.answers(self.to, statuses, numbers, pause_ms=pause)


class Judging:
    """The way of a document over the desks."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks

    def judge(self, conn: sqlite3.Connection, case: Case) -> None:
        """Judge, keep and answer a document that may be sent; raises ``Refusal``."""
        judge = {
            "CEB621": self._list,
            "CEB623": self._withdrawal,
            "CEB625": self._goods_return,
            "CEB711": self._warehouse_in,
        }.get(case.to.kind, self._document)
        judge(conn, case)

    def _booked(self, conn: sqlite3.Connection, case: Case) -> Record | None:
        """Return what customs understood: what was said, unless a falsehood is planted."""
        if not self._desks.mutants.planted:
            return case.record
        root = ceb.build(case.to.kind, [case.record])
        told = self._desks.mutants.told(conn, root)
        if not told:
            return None
        return case.record if told[-1] is root else next(ceb.records(told[-1]))

    def _document(self, conn: sqlite3.Connection, case: Case) -> None:
        self._desks.documents.judge(conn, case.to.kind, case.record)
        booked = self._booked(conn, case)
        if booked is not None and case.record.head["appType"] != "3":
            _ = self._desks.documents.keep(conn, case.to.kind, booked, refusal=None)
        said = case.answers(case.statuses(receipts.DOCUMENT_CHAIN), case.numbers)
        self._say(conn, case, said)

    def _list(self, conn: sqlite3.Connection, case: Case) -> None:
        lists = self._desks.lists
        judged = lists.judge(conn, case.record)
        booked = self._booked(conn, case)
        if booked is None:
            return
        if booked is not case.record:
            judged = lists.assess(conn, booked)
        kept = self._desks.documents.keep(conn, "CEB621", booked, refusal=None)
        list_id, invt_no = lists.take(
            conn,
            booked,
            judged,
            document_id=kept,
            sender=(case.to.dxp_id, case.numbers["preNo"]),
        )
        steps = case.statuses(receipts.LIST_CHAIN)
        said = case.answers(steps, {**case.numbers, "invtNo": invt_no})
        if receipts.RELEASED in steps:
            said.append(bills.planned(conn, list_id))
        self._say(conn, case, said, list_id=list_id)

    def _withdrawal(self, conn: sqlite3.Connection, case: Case) -> None:
        found = self._desks.withdrawals.judge(conn, case.record)
        booked, steps = self._booked(conn, case), case.statuses(receipts.LATER_CHAIN)
        if booked is None:
            return
        _ = self._desks.documents.keep(conn, "CEB623", booked, refusal=None)
        if receipts.REVIEWED in steps:
            self._desks.withdrawals.grant(conn, found, booked.head, case.numbers)
        self._say(conn, case, case.answers(steps, self._with_invt_no(case)))

    def _goods_return(self, conn: sqlite3.Connection, case: Case) -> None:
        desk = self._desks.goods_returns
        found = desk.judge(conn, case.record)
        booked, steps = self._booked(conn, case), case.statuses(receipts.LATER_CHAIN)
        if booked is None:
            return
        _ = self._desks.documents.keep(conn, "CEB625", booked, refusal=None)
        self._say(conn, case, case.answers(steps, self._with_invt_no(case)))
        if receipts.REVIEWED in steps:
            bill_void = desk.grant(conn, found, booked, case.numbers)
            if bill_void:
                periods.told(conn, self._desks.receipts, found.id)

    def _warehouse_in(self, conn: sqlite3.Connection, case: Case) -> None:
        desk = self._desks.warehouse_in
        desk.judge(conn, case.record)
        booked, steps = self._booked(conn, case), case.statuses(receipts.LATER_CHAIN)
        if booked is None:
            return
        kept = self._desks.documents.keep(conn, "CEB711", booked, refusal=None)
        rkd_no = desk.take(conn, booked, document_id=kept)
        self._say(conn, case, case.answers(steps, {**case.numbers, "rkdNo": rkd_no}))

    def _with_invt_no(self, case: Case) -> dict[str, str]:
        return {**case.numbers, "invtNo": case.record.head["invtNo"]}

    def _say(
        self,
        conn: sqlite3.Connection,
        case: Case,
        said: Sequence[Planned],
        *,
        list_id: int | None = None,
    ) -> None:
        """Queue the answers; a silent customs says nothing."""
        if "silence" not in case.rules:
            self._desks.receipts.queue(conn, case.to, said, list_id=list_id)
