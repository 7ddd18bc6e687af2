"""Take what companies send: open, check form, signature and sender, judge, answer, delete.

One letter is one transaction: after a crash it is taken again from the mailbox, or was taken.
The judges are ``documents`` and ``lists``; answers go to ``receipts``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from simulators import ceb, ceb_check, mailbox, signature
from simulators.books import Books, next_serial
from simulators.ceb import Record
from simulators.customs import bills, receipts, trust
from simulators.customs.checks import Refusal
from simulators.customs.documents import Documents, key_of
from simulators.customs.export import Export
from simulators.customs.lists import Lists
from simulators.customs.receipts import Addressee, Original, Receipts
from simulators.customs.script import AT_INTAKE, Rule, Script
from simulators.customs.trust import Company, TrustFolder
from simulators.daemon import china_now, log
from simulators.mailbox import BadEnvelope, Letter, Mailbox


@dataclass(frozen=True)
class Desks:
    """Who does what at customs."""

    documents: Documents
    lists: Lists
    receipts: Receipts
    script: Script
    trust: TrustFolder
    export: Export
    official: ceb_check.OfficialSchema | None


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
        self._stuck: set[Path] = set()
        for box in self._boxes:
            box.open()

    def step(self) -> None:
        """Take every letter that waits; one that customs stumbles over stops no other."""
        for box in self._boxes:
            for path in mailbox.waiting(box.outgoing):
                if path in self._stuck:
                    continue
                try:
                    self._take(box.dxp_id, path)
                except Exception as error:  # noqa: BLE001  the next start tries it again
                    self._stuck.add(path)
                    log("letter stuck", file=path.name, fault=type(error).__name__)

    def _take(self, dxp_id: str, path: Path) -> None:
        raw = path.read_bytes()
        try:
            letter = mailbox.unwrap(raw)
        except BadEnvelope as fault:
            original = Original(path.stem, "DxpMsg", "envelope", raw)
            with self._books.write() as conn:
                self._desks.receipts.format_fault(conn, dxp_id, [f"信封:{fault}"], original)
            log("envelope refused", dxp_id=dxp_id, file=path.name)
        else:
            label = self._take_letter(dxp_id, letter)
            if label:
                self._desks.export.received(dxp_id, label[0], label[1], letter.data)
        mailbox.take_away(path)

    def _take_letter(self, dxp_id: str, letter: Letter) -> tuple[str, str] | None:
        """Judge a letter once; return (kind, label), or ``None`` for a letter seen before."""
        digest = self._books.sealer.lookup(letter.data.hex(), "letter")
        with self._books.write() as conn:
            fresh = conn.execute(
                "INSERT INTO delivery VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                (dxp_id, letter.message_id, digest),
            )
            if fresh.rowcount == 0:
                log("letter seen before", dxp_id=dxp_id, message_id=letter.message_id)
                return None
            root, faults = self._read(dxp_id, letter)
            kind = ceb.kind_of(root) if root is not None else ""
            if root is None or faults:
                known = kind if kind in ceb.SHAPES else "unknown"
                original = Original(letter.message_id, known, known, letter.data)
                self._desks.receipts.format_fault(conn, dxp_id, faults, original)
                log("form refused", dxp_id=dxp_id, kind=known, faults=len(faults))
                return known, "format"
            opened = self._open(dxp_id, root, kind)
            labels = [
                self._record(conn, dxp_id, record, opened=opened) for record in ceb.records(root)
            ]
        if labels[0] is None:
            self._forget(dxp_id, letter, digest)
            return None
        return kind, labels[0]

    def _forget(self, dxp_id: str, letter: Letter, digest: str) -> None:
        """A letter lost on the wire was never delivered: the same one may come again."""
        with self._books.write() as conn:
            conn.execute(
                "DELETE FROM delivery WHERE dxp_id = ? AND message_id = ? AND digest = ?",
                (dxp_id, letter.message_id, digest),
            )

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
        if kind == "CEB621" and not faults:
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
        numbers = self._numbers(conn, opened.kind)
        try:
            self._may_send(opened, head)
            if "reject" in rules:
                raise Refusal(rules["reject"].code, rules["reject"].info or "按脚本拒绝")
            self._judge(conn, to, record, numbers=numbers, rules=rules)
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
        """Return the E-port's number for a list: B, date, serial, 18 characters."""
        if kind != "CEB621":
            return {}
        return {"preNo": f"B{china_now():%Y%m%d}{next_serial(conn, 'preNo'):09d}"}

    def _judge(
        self,
        conn: sqlite3.Connection,
        to: Addressee,
        record: Record,
        *,
        numbers: dict[str, str],
        rules: Mapping[str, Rule],
    ) -> None:
        """Judge, keep and answer a document that may be sent; raises ``Refusal``."""
        desks = self._desks
        speaks = "silence" not in rules
        chain = rules["chain"].statuses if "chain" in rules else None
        if to.kind != "CEB621":
            desks.documents.judge(conn, to.kind, record)
            if record.head["appType"] != "3":
                _ = desks.documents.keep(conn, to.kind, record, refusal=None)
            if speaks:
                steps = chain or receipts.DOCUMENT_CHAIN
                desks.receipts.queue(conn, to, receipts.answers(to, steps, numbers))
            return
        judged = desks.lists.judge(conn, record)
        kept = desks.documents.keep(conn, to.kind, record, refusal=None)
        list_id, invt_no = desks.lists.take(
            conn, record, judged, document_id=kept, sender=(to.dxp_id, numbers["preNo"])
        )
        if speaks:
            steps = chain or receipts.LIST_CHAIN
            said = receipts.answers(to, steps, {**numbers, "invtNo": invt_no})
            if receipts.RELEASED in steps:
                said.append(bills.planned(conn, list_id))
            desks.receipts.queue(conn, to, said, list_id=list_id)
