"""Take what companies send: open, check form, signature and sender, judge, answer, delete.

Letters that lie together are one transaction, each a part of it that stands or falls alone; the
files go when it stands.  After a crash a letter is taken again from the mailbox, or was taken.
Judging, and what is answered then, is ``judging``'s.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from simulators import ceb, ceb_check, ceb_parts, mailbox, signature
from simulators.books import Books, next_serial
from simulators.ceb import Record
from simulators.customs import receipts, trust
from simulators.customs.checks import Refusal
from simulators.customs.documents import key_of
from simulators.customs.judging import Case, Desks, Judging
from simulators.customs.receipts import Addressee, Original
from simulators.customs.trust import Company
from simulators.daemon import china_now, log, restart
from simulators.mailbox import BadEnvelope, Letter, Mailbox
from simulators.trouble.script import AT_INTAKE

_NUMBERED = frozenset({"CEB621", "CEB623", "CEB625", "CEB711"})
"""Documents that carry their sender's own number and get the E-port's."""
_TOGETHER = 50
"""Letters that are taken in one transaction, at most; meanwhile nobody else reads the books."""

Copy = tuple[str, str, bytes]
"""Kind, label and bytes of a message to be copied in the clear, where that is wanted."""


@dataclass(frozen=True)
class Opened:
    """A message of sound form, and what is wrong with its sender or signature, if anything."""

    root: etree._Element
    kind: str
    fault: tuple[str, str] | None
    signer: str


class Intake:
    """The way into customs."""

    def __init__(
        self, books: Books, dxp: Path, *, filed: Mapping[str, Company], desks: Desks
    ) -> None:
        self._books = books
        self._boxes = [Mailbox(dxp, dxp_id) for dxp_id in sorted(filed)]
        self._filed = filed
        self._desks = desks
        self._judging = Judging(desks)
        self._restart_asked = False
        self._stuck: set[Path] = set()
        for box in self._boxes:
            box.open()

    def step(self) -> None:
        """Take every letter that waits; one that customs stumbles over stops no other."""
        for box in self._boxes:
            paths = [path for path in mailbox.waiting(box.outgoing) if path not in self._stuck]
            for at in range(0, len(paths), _TOGETHER):
                self._take_some(box.dxp_id, paths[at : at + _TOGETHER])

    def _take_some(self, dxp_id: str, paths: list[Path]) -> None:
        taken: list[Path] = []
        copies: list[Copy] = []
        with self._books.write():
            for path in paths:
                try:
                    with self._books.part() as conn:
                        copies += self._take(conn, dxp_id, path)
                except Exception as error:  # noqa: BLE001  the next start tries it again
                    self._stuck.add(path)
                    log("letter stuck", file=path.name, fault=type(error).__name__)
                else:
                    taken.append(path)
                if self._restart_asked:
                    break
        for kind, label, data in copies:
            self._desks.export.received(dxp_id, kind, label, data)
        if self._restart_asked:
            restart()
        for path in taken:
            mailbox.take_away(path)

    def _take(self, conn: sqlite3.Connection, dxp_id: str, path: Path) -> list[Copy]:
        """Take what one file holds; return what is to be copied of it."""
        raw = path.read_bytes()
        try:
            letter = mailbox.unwrap(raw)
        except BadEnvelope as fault:
            original = Original(path.stem, "DxpMsg", "envelope", raw)
            self._desks.receipts.format_fault(conn, dxp_id, [f"信封:{fault}"], original)
            log("envelope refused", dxp_id=dxp_id, file=path.name)
            return []
        label = self._take_letter(conn, dxp_id, letter)
        return [(*label, letter.data)] if label else []

    def _take_letter(
        self, conn: sqlite3.Connection, dxp_id: str, letter: Letter
    ) -> tuple[str, str] | None:
        """Judge a letter once; return (kind, label), or ``None`` for a letter seen before."""
        digest = self._books.sealer.lookup(letter.data.hex(), "letter")
        delivered = (dxp_id, letter.message_id, digest)
        fresh = conn.execute(
            "INSERT INTO delivery VALUES (?, ?, ?) ON CONFLICT DO NOTHING", delivered
        )
        if fresh.rowcount == 0:
            log("letter seen before", dxp_id=dxp_id, message_id=letter.message_id)
            return None
        root, faults = self._read(dxp_id, letter)
        kind = ceb.kind_of(root) if root is not None else ""
        if root is None or faults:
            known = kind if kind in ceb_parts.SHAPES else "unknown"
            original = Original(letter.message_id, known, known, letter.data)
            self._desks.receipts.format_fault(conn, dxp_id, faults, original)
            log("form refused", dxp_id=dxp_id, kind=known, faults=len(faults))
            return known, "format"
        opened = self._open(dxp_id, root, kind)
        labels = [self._record(conn, dxp_id, record, opened=opened) for record in ceb.records(root)]
        if labels[0] is None:  # lost on the wire, so never delivered: it may come again
            conn.execute(
                "DELETE FROM delivery WHERE dxp_id = ? AND message_id = ? AND digest = ?",
                delivered,
            )
            return None
        return kind, labels[0]

    def _read(self, dxp_id: str, letter: Letter) -> tuple[etree._Element | None, list[str]]:
        """Return the message and every fault of its form."""
        try:
            root = ceb.read(letter.data)
        except ceb.Unreadable:
            return None, ["不是XML"]
        kind = ceb.kind_of(root)
        if kind not in receipts.RECEIPT_OF:
            return root, ["不受理的报文类型"]
        faults = ceb_check.problems(root)
        if self._desks.official is not None:
            faults += self._desks.official.problems(root)
        if letter.sender != dxp_id:
            faults.append("信封SenderId与信箱不符")
        if letter.message_type != f"{kind}Message":
            faults.append("信封MsgType与报文不符")
        if kind in _NUMBERED and not faults:
            faults += ["缺少copNo" for one in ceb.records(root) if not one.head.get("copNo")]
        return root, faults

    def _open(self, dxp_id: str, root: etree._Element, kind: str) -> Opened:
        """Check transmitter and signature."""
        transfer = ceb.transfer_of(root)
        company = self._filed[dxp_id]
        said = (transfer.get("dxpMode"), transfer.get("dxpId"), transfer.get("copCode"))
        fault = None
        if said != ("DXP", dxp_id, company.customs_code):
            fault = ("-10102", "传输企业代码不符")
        try:
            signer = signature.signer_of(root, self._desks.trust)
        except signature.BadSignature as bad:
            return Opened(root, kind, (bad.code, bad.text), "")
        return Opened(root, kind, fault, signer)

    def _record(
        self, conn: sqlite3.Connection, dxp_id: str, record: Record, *, opened: Opened
    ) -> str | None:
        """Judge one document and queue its answers; ``None`` when the script lost it."""
        head = record.head
        label = head.get("copNo") or head.get("orderNo") or head.get("logisticsNo", "")
        to = Addressee(dxp_id, opened.kind, head, label)
        rules = {rule.do: rule for rule in self._desks.script.find(conn, AT_INTAKE, to.facts(""))}
        if "lost_once" in rules:
            log("lost by script", kind=opened.kind, label=label)
            return None
        self._restart_asked = self._restart_asked or "restart" in rules
        numbers = self._numbers(conn, opened.kind)
        try:
            self._may_send(opened, head)
            if "reject" in rules:
                raise Refusal(rules["reject"].code, rules["reject"].info or "按脚本拒绝")
            self._judging.judge(conn, Case(to, record, numbers, rules))
            verdict = "accepted"
        except Refusal as refusal:
            verdict = refusal.code
            self._desks.documents.keep(conn, opened.kind, record, refusal=refusal)
            if "silence" not in rules:
                at_port = receipts.answers(to, ["2"] if opened.fault is None else [], numbers)
                why = receipts.refusal(to, refusal.code, refusal.text, numbers)
                self._desks.receipts.queue(conn, to, [*at_port, why])
        key = key_of(opened.kind, head)
        log("judged", kind=opened.kind, key=key, verdict=verdict, guid=head["guid"])
        return label

    def _may_send(self, opened: Opened, head: Mapping[str, str]) -> None:
        fault = opened.fault or trust.unlawful(
            opened.kind, head, signer=opened.signer, filed=self._filed
        )
        if fault is not None:
            raise Refusal(*fault)

    def _numbers(self, conn: sqlite3.Connection, kind: str) -> dict[str, str]:
        """Return the E-port's number for a list or what follows it: B, date, serial, 18 in all."""
        if kind not in _NUMBERED:
            return {}
        return {"preNo": f"B{china_now():%Y%m%d}{next_serial(conn, 'preNo'):09d}"}
