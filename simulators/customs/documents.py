"""Judge and keep the three documents behind a list: order, payment, waybill; and the delivery.

Each is judged by itself; how they fit together is asked when the list comes (``lists``).
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from simulators.books import Sealer
from simulators.ceb import Record
from simulators.customs import checks
from simulators.customs.checks import Refusal, Texts, amount, demand
from simulators.daemon import china_now

AMOUNTS = {
    "CEB311": ("goodsValue", "freight", "discount", "taxTotal", "acturalPaid"),
    "CEB411": ("amountPaid",),
    "CEB511": ("freight", "insuredFee", "weight"),
    "CEB513": (),
    "CEB621": ("freight", "insuredFee", "grossWeight", "netWeight"),
    "CEB623": (),
    "CEB625": (),
    "CEB711": (),
}
_KEYS = {
    "CEB311": ("ebpCode", "orderNo"),
    "CEB411": ("payCode", "payTransactionId"),
    "CEB511": ("logisticsCode", "logisticsNo"),
    "CEB513": ("logisticsCode", "logisticsNo"),
    "CEB621": ("agentCode", "copNo"),
    "CEB623": ("agentCode", "copNo"),
    "CEB625": ("agentCode", "copNo"),
    "CEB711": ("operatorCode", "copNo"),
}
_TWICE = {
    "CEB311": ("-301010", "订单编号已存在"),
    "CEB411": ("-401007", "支付交易编号已存在"),
    "CEB511": ("-504015", "运单编号已存在"),
    "CEB621": ("-621004", "清单已申报"),
    "CEB623": (checks.REJECTED, "撤销申请单已申报"),
    "CEB625": (checks.REJECTED, "退货申请单已申报"),
    "CEB711": ("-800003", "入库明细单已存在"),
}
_NEW, _CHANGE, _DELETE = "1", "2", "3"
_OF_A_PERSON = frozenset(
    {
        *("buyerRegNo", "buyerName", "buyerTelephone", "buyerIdNumber"),
        *("payerName", "payerIdNumber", "telephone"),
        *("consignee", "consigneeTelephone", "consigneeAddress", "consigneeDistrict"),
        *("note", "reason"),
    }
)
"""Elements that name or may name a person: they lie in the sealed blob alone."""


@dataclass(frozen=True)
class Kept:
    """An accepted document: what it said, and its row."""

    id: int
    head: Texts
    lines: list[dict[str, str]]


def key_of(kind: str, head: Texts) -> str:
    """Return the numbers that make a document of ``kind`` unique."""
    return "|".join(head.get(name, "") for name in _KEYS[kind])


class Documents:
    """The accepted and rejected documents in customs' books."""

    def __init__(self, sealer: Sealer) -> None:
        self._sealer = sealer

    def keep(
        self, conn: sqlite3.Connection, kind: str, record: Record, *, refusal: Refusal | None
    ) -> int:
        """Write the document down, accepted or rejected, and return its row."""
        head = record.head
        key = key_of(kind, head)
        said = {"head": dict(record.head), "lines": [dict(line) for line in record.lines]}
        amounts = {name: (head.get(name) or "0").strip() for name in AMOUNTS[kind]}
        order_no = head.get("orderNo", "") or self._order_of_waybill(conn, key)
        row = conn.execute(
            "INSERT INTO document (kind, doc_key, order_no, ebp_code, guid, state, code, amounts,"
            " said_sealed, at, plain) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (
                kind,
                key,
                order_no,
                head.get("ebpCode", ""),
                head["guid"],
                "rejected" if refusal else "accepted",
                refusal.code if refusal else "",
                json.dumps(amounts),
                self._sealer.seal_json(said, f"document:{kind}:{key}"),
                china_now().isoformat(timespec="milliseconds"),
                json.dumps(_without_person(said), ensure_ascii=False),
            ),
        ).fetchone()
        return int(row[0])

    def _order_of_waybill(self, conn: sqlite3.Connection, key: str) -> str:
        row = conn.execute(
            "SELECT order_no FROM document WHERE kind = 'CEB511' AND doc_key = ?"
            " AND state = 'accepted'",
            (key,),
        ).fetchone()
        return row["order_no"] if row else ""

    def find(self, conn: sqlite3.Connection, kind: str, key: str) -> Kept | None:
        """Return the accepted document with these numbers."""
        return self._open(
            conn.execute(
                "SELECT * FROM document WHERE kind = ? AND doc_key = ? AND state = 'accepted'",
                (kind, key),
            ).fetchone()
        )

    def of_order(
        self, conn: sqlite3.Connection, kind: str, ebp_code: str, order_no: str
    ) -> list[Kept]:
        """Return the accepted documents of one order on one platform."""
        rows = conn.execute(
            "SELECT * FROM document WHERE kind = ? AND order_no = ? AND ebp_code = ?"
            " AND state = 'accepted' ORDER BY id",
            (kind, order_no, ebp_code),
        )
        return [kept for kept in map(self._open, rows) if kept is not None]

    def _open(self, row: sqlite3.Row | None) -> Kept | None:
        if row is None:
            return None
        context = f"document:{row['kind']}:{row['doc_key']}"
        said = json.loads(self._sealer.unseal(row["said_sealed"], context))
        return Kept(row["id"], said["head"], said["lines"])

    def judge(self, conn: sqlite3.Connection, kind: str, record: Record) -> None:
        """Judge an order, payment, waybill or delivery by itself; raises ``Refusal``."""
        checks.declared_new(record.head)
        {
            "CEB311": _order,
            "CEB411": _payment,
            "CEB511": _waybill,
            "CEB513": _delivery,
        }[kind](record)
        if kind == "CEB513":
            demand(self.find(conn, "CEB511", key_of(kind, record.head)), "运单不存在")
            demand(_is_released(conn, record.head["logisticsNo"]), "清单未放行")
        else:
            self.refuse_twin(conn, kind, record.head)

    def refuse_twin(self, conn: sqlite3.Connection, kind: str, head: Texts) -> None:
        """Refuse a number that is taken; a change or deletion makes room unless a list used it."""
        twin = self.find(conn, kind, key_of(kind, head))
        if head["appType"] not in (_CHANGE, _DELETE):
            demand(twin is None, _TWICE[kind][1], code=_TWICE[kind][0])
            return
        demand(twin is not None, "被变更的单证不存在")
        used = conn.execute(
            "SELECT 1 FROM declaration_list WHERE order_no = ? AND state <> 'cancelled'",
            (head["orderNo"],),
        ).fetchone()
        demand(used is None, "单证状态不允许变更", code="-621012")
        if twin is not None:
            conn.execute("UPDATE document SET state = 'replaced' WHERE id = ?", (twin.id,))

    def demand_list_open(self, conn: sqlite3.Connection, head: Texts) -> None:
        """Refuse a new list whose number is taken, and a change unless all its copies were refused.

        A list that customs took is not changed any more, it is withdrawn; none is deleted.
        """
        kind, fixed = "CEB621", "清单状态不允许变更"
        demand(head["appType"] in (_NEW, _CHANGE), fixed, code="-621012")
        if head["appType"] == _NEW:
            self.refuse_twin(conn, kind, head)
            return
        key = key_of(kind, head)
        demand(self.find(conn, kind, key) is None, fixed, code="-621012")
        refused = conn.execute(
            "SELECT 1 FROM document WHERE order_no = ? AND kind = ? AND doc_key = ?"
            " AND state = 'rejected'",
            (head["orderNo"], kind, key),
        ).fetchone()
        demand(refused, "被变更的清单不存在")


def _without_person(said: dict[str, Any]) -> dict[str, Any]:
    head = {name: text for name, text in said["head"].items() if name not in _OF_A_PERSON}
    return {"head": head, "lines": said["lines"]}


def _order(record: Record) -> None:
    head = record.head
    checks.person(head, kind="buyerIdType", number="buyerIdNumber")
    goods, paid = amount(head, "goodsValue"), amount(head, "acturalPaid")
    demand(head["orderType"] == "I", "订单类型应为I")
    demand(checks.lines_add_up(record.lines) == goods, "商品价格不等于各项总价之和")
    due = goods + amount(head, "freight") + amount(head, "taxTotal") - amount(head, "discount")
    demand(due == paid, "实际支付金额不等于货值加运费加税款减抵扣")


def _payment(record: Record) -> None:
    checks.person(record.head, kind="payerIdType", number="payerIdNumber")
    checks.moment(record.head["payTime"], "payTime")
    demand(amount(record.head, "amountPaid") > 0, "支付金额须大于零")


def _waybill(record: Record) -> None:
    demand(record.head.get("freight") and record.head.get("insuredFee"), "运费、保费必填")
    demand(amount(record.head, "weight") > 0, "毛重须大于零")
    demand(int(record.head["packNo"]) == 1, "件数限定为1")


def _delivery(record: Record) -> None:
    demand(record.head["logisticsStatus"] == "S", "物流状态应为S")
    checks.moment(record.head["logisticsTime"], "logisticsTime")


def _is_released(conn: sqlite3.Connection, waybill_no: str) -> bool:
    row = conn.execute(
        "SELECT 1 FROM declaration_list WHERE logistics_no = ? AND state = 'released'",
        (waybill_no,),
    ).fetchone()
    return row is not None
