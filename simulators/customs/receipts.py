"""Compose customs' answers and queue them: which statuses, in what steps, to whom.

They get their time and are written by ``sending``.
"""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from simulators import clock
from simulators.books import Sealer
from simulators.customs.checks import Texts
from simulators.trouble.script import AT_RECEIPT, DISORDER, Rule, Script

RECEIPT_OF = {
    "CEB311": "CEB312",
    "CEB411": "CEB412",
    "CEB511": "CEB512",
    "CEB513": "CEB514",
    "CEB621": "CEB622",
    "CEB623": "CEB624",
    "CEB625": "CEB626",
    "CEB711": "CEB712",
}
_OF_LIST = ("customsCode", "ebpCode", "ebcCode", "agentCode", "copNo")
_ECHOED = {
    "CEB312": ("ebpCode", "ebcCode", "orderNo"),
    "CEB412": ("payCode", "payTransactionId"),
    "CEB512": ("logisticsCode", "logisticsNo"),
    "CEB514": ("logisticsCode", "logisticsNo", "logisticsStatus"),
    "CEB622": _OF_LIST,
    "CEB624": _OF_LIST,
    "CEB626": _OF_LIST,
    "CEB712": ("customsCode", "operatorCode", "copNo"),
}
_TEXTS = {
    "1": "暂存成功",
    "2": "新增申报成功",
    "3": "发送海关成功",
    "4": "发送海关失败",
    "120": "[Code:1800;Desc:逻辑校验通过]",
    "300": "转人工审核",
    "399": "[Code:2500;Desc:审结]",
    "500": "布控查验",
    "501": "扣留移送通关",
    "502": "扣留移送缉私",
    "503": "扣留移送法规",
    "599": "其它扣留",
    "700": "退运",
    "800": "[Code:2600;Desc:放行]",
    "899": "结关",
}
_GETS_NUMBER = {"120", "300", "399", "500", "501", "502", "503", "599", "700", "800", "899"}
_OF_CUSTOMS = ("invtNo", "rkdNo")
"""Numbers that customs gives, from these statuses on; the port does not know them yet."""
DOCUMENT_CHAIN = ("2", "120")
LIST_CHAIN = ("2", "120", "800")
LATER_CHAIN = ("2", "120", "399")
RELEASED, REVIEWED = "800", "399"
_LONGEST_INFO = 1000


@dataclass(frozen=True)
class Addressee:
    """Who gets the receipts of one document, and what scripted rules may match it by."""

    dxp_id: str
    kind: str
    head: Texts
    label: str

    def facts(self, status: str) -> dict[str, str]:
        """Return what a rule may match a receipt of ``status`` by."""
        return {
            "kind": self.kind,
            "sender": self.dxp_id,
            "order_no": self.head.get("orderNo", ""),
            "cop_no": self.head.get("copNo", ""),
            "status": status,
        }


@dataclass(frozen=True)
class Planned:
    """One receipt to come: its kind, what it says, the status it brings."""

    kind: str
    status: str
    head: Texts
    lines: Sequence[Texts] = ()
    pause_ms: int = 0
    """What lies between the answer before and this one, beside the usual delay."""
    late_ms: int = 0
    """How long the letter lies about once its time is fixed."""


def now_ms() -> int:
    """Return milliseconds since the epoch."""
    return clock.now_ms()


class Receipts:
    """The queue of answers."""

    def __init__(self, script: Script, sealer: Sealer, *, delay_ms: int) -> None:
        self._script = script
        self._sealer = sealer
        self._delay_ms = delay_ms

    def queue(
        self,
        conn: sqlite3.Connection,
        to: Addressee,
        planned: Sequence[Planned],
        *,
        list_id: int | None = None,
    ) -> None:
        """Queue the answers to one document, a delay from one to the next."""
        at = now_ms()
        shuffled = self._script.find(conn, DISORDER, to.facts(""))
        for place, each in enumerate(planned):
            at += self._delay_ms + each.pause_ms
            late_ms = sum(rule.delay_ms for rule in shuffled) * (len(planned) - place)
            at = self._queue(conn, to, replace(each, late_ms=late_ms), list_id=list_id, at=at)

    def format_fault(
        self, conn: sqlite3.Connection, dxp_id: str, faults: Sequence[str], original: Original
    ) -> None:
        """Queue a CEB900 that names ``faults`` and brings the original back."""
        text = "[Code:0002;Desc:报文格式校验失败:" + ";".join(faults)[:900] + "]"
        head = {
            "returnStatus": "-1",
            "returnInfo": text,
            "oriCopMsgId": original.message_id[:255],
            "oriMessageType": original.kind[:15],
            "oriBizMessage": base64.b64encode(original.data).decode(),
        }
        to = Addressee(dxp_id, original.kind, {}, original.label)
        due = now_ms() + self._delay_ms
        self._queue(conn, to, Planned("CEB900", "-1", head), list_id=None, at=due)

    def _queue(
        self,
        conn: sqlite3.Connection,
        to: Addressee,
        planned: Planned,
        *,
        list_id: int | None,
        at: int,
    ) -> int:
        """Write one receipt down with the trouble it meets; return when it is due."""
        rules = self._script.find(conn, AT_RECEIPT - DISORDER, to.facts(_fact_status(planned)))
        at += sum(rule.delay_ms for rule in rules if rule.do == "delay")
        trouble = ({"late_ms": planned.late_ms} if planned.late_ms else {}) | _trouble(rules)
        said = {"head": dict(planned.head), "lines": [dict(line) for line in planned.lines]}
        conn.execute(
            "INSERT INTO receipt (dxp_id, kind, label, status, list_id, trouble, said_sealed,"
            " due_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                to.dxp_id,
                planned.kind,
                to.label,
                planned.status,
                list_id,
                json.dumps(trouble),
                self._sealer.seal_json(said, "receipt"),
                at,
            ),
        )
        return at


@dataclass(frozen=True)
class Original:
    """A message that failed its form: its id, kind and bytes as far as they are known."""

    message_id: str
    kind: str
    label: str
    data: bytes


def _fact_status(planned: Planned) -> str:
    """Return the status a rule matches by; a tax bill counts as status 816, its change as 818."""
    return {"CEB816": "816", "CEB818": "818"}.get(planned.kind, planned.status)


def _trouble(rules: Sequence[Rule]) -> dict[str, int]:
    """Return what the rules do to one receipt: late by ms, wrong by fen, copies, malformed."""
    trouble: dict[str, int] = {}
    for rule in rules:
        if rule.do == "late":
            trouble["late_ms"] = rule.delay_ms
        elif rule.do == "wrong_816_fen":
            trouble["fen"] = rule.fen
        elif rule.do in ("duplicate", "malformed", "lost_receipt"):
            trouble[rule.do] = 1
    return trouble


def answers(
    to: Addressee, statuses: Sequence[str], numbers: Texts, *, pause_ms: int = 0
) -> list[Planned]:
    """Return a receipt a status; each names the sending by its guid, the last one is paused for."""
    said = [_answer(to, status, numbers) for status in statuses]
    return [*said[:-1], replace(said[-1], pause_ms=pause_ms)] if said else []


def _answer(to: Addressee, status: str, numbers: Texts) -> Planned:
    info = f"{_TEXTS.get(status, '状态变更')}[{to.head['guid']}]"
    said = _echo(to, numbers)
    for name in _OF_CUSTOMS if status not in _GETS_NUMBER else ():
        said.pop(name, None)
    head = {**said, "returnStatus": status, "returnInfo": info}
    return Planned(RECEIPT_OF[to.kind], status, head)


def refusal(to: Addressee, code: str, text: str, numbers: Texts) -> Planned:
    """Return the receipt that refuses the document with ``code``."""
    info = f"[Code:{code};Desc:{text}]"[: _LONGEST_INFO - 40] + f"[{to.head['guid']}]"
    head = {**_echo(to, numbers), "returnStatus": code, "returnInfo": info}
    return Planned(RECEIPT_OF[to.kind], code, head)


def _echo(to: Addressee, numbers: Texts) -> dict[str, str]:
    names = _ECHOED[RECEIPT_OF[to.kind]]
    said = {name: to.head.get(name, "") for name in names} | dict(numbers)
    return {name: text for name, text in said.items() if text}
