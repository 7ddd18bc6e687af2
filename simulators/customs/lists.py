"""Judge a declaration list: its own rules, its three documents, the limits; take it and tax it.

``tax`` computes, ``documents`` knows what came before; the receipts are ``receipts``' work.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from simulators.books import Sealer, next_serial
from simulators.ceb import Record
from simulators.customs import checks, matching, tax
from simulators.customs.after import account_book, guarantees, weights
from simulators.customs.checks import Texts, amount, demand
from simulators.customs.documents import Documents
from simulators.customs.tariff import BookItem, Guarantee, Rates
from simulators.customs.tax import Goods, LineTax
from simulators.daemon import china_now


@dataclass(frozen=True)
class Knowledge:
    """What customs knows by itself; without an account book its items are not checked."""

    tariff: Mapping[str, Rates]
    account_book: Mapping[tuple[str, str], BookItem] | None
    guarantees: Mapping[str, Guarantee] | None = None


@dataclass(frozen=True)
class Judged:
    """A list that may be taken: the tax on each line, its measure for the limits, its buyer."""

    lines: list[LineTax]
    value: Decimal
    in_full: bool
    buyer_lookup: str
    year: int
    weights: Mapping[str, Decimal]


class Lists:
    """The declaration lists in customs' books."""

    def __init__(self, documents: Documents, knowledge: Knowledge, sealer: Sealer) -> None:
        self._documents = documents
        self._knowledge = knowledge
        self._sealer = sealer

    def judge(self, conn: sqlite3.Connection, record: Record) -> Judged:
        """Return what taking the list means; raises ``Refusal``."""
        head = record.head
        checks.declared_new(head)
        self._documents.demand_list_open(conn, head)
        _own_rules(record)
        declared = conn.execute(
            "SELECT 1 FROM declaration_list WHERE order_no = ? AND state <> 'cancelled'",
            (head["orderNo"],),
        ).fetchone()
        demand(declared is None, "该订单已申报清单", code="-301011")
        matching.three_documents(conn, self._documents, record)
        matching.account_book(self._knowledge.account_book, record)
        items = self._knowledge.account_book
        account_book.demand_covered(conn, items, head["emsNo"], record.lines)
        judged = self.assess(conn, record)
        guarantees.demand_covered(
            conn,
            self._knowledge.guarantees,
            head["assureCode"],
            purpose=guarantees.RETAIL_TAX,
            due=sum((one.total for one in judged.lines), Decimal(0)),
        )
        return judged

    def assess(self, conn: sqlite3.Connection, record: Record) -> Judged:
        """Apply the limits to the list's value and weight, and compute its tax."""
        head = record.head
        goods = [self._goods(head["emsNo"], line) for line in record.lines]
        freight, insurance = amount(head, "freight"), amount(head, "insuredFee")
        value = sum((one.total_price for one in goods), freight + insurance)
        in_full = value > tax.SINGLE_LIMIT
        one_item = len(goods) == 1 and goods[0].qty == 1
        demand(one_item or not in_full, f"超过单次交易限值5000元:本单{value:.2f}元", code="-621005")
        buyer = self._sealer.lookup(head["buyerIdNumber"].upper(), "buyer")
        year = china_now().year
        used = sum(
            (
                Decimal(row["value"])
                for row in conn.execute(
                    "SELECT value FROM limit_use WHERE buyer_lookup = ? AND year = ?",
                    (buyer, year),
                )
            ),
            Decimal(0),
        )
        over = f"超过年度交易限值26000元:已用额度{used:.2f}元,本单{value:.2f}元"
        demand(used + value <= tax.YEAR_LIMIT, over, code="-621018")
        weighed = weights.of_list(self._knowledge.tariff, record)
        weights.demand_within(conn, weighed, buyer=buyer, year=year)
        try:
            lines = tax.bill(goods, freight=freight, insurance=insurance, in_full=in_full)
        except tax.NoMeasure as missing:
            raise checks.Refusal(checks.REJECTED, f"第{missing}项无法确定计量含量") from None
        return Judged(lines, value, in_full, buyer, year, weighed)

    def _goods(self, ems_no: str, line: Texts) -> Goods:
        rates = self._knowledge.tariff.get(line["gcode"])
        if rates is None:
            raise checks.Refusal(checks.REJECTED, f"第{line['gnum']}项商品编码不在正面清单")
        book = self._knowledge.account_book or {}
        item = book.get((ems_no, line["itemRecordNo"]))
        return Goods(
            int(line["gnum"]),
            line["gcode"],
            amount(line, "qty"),
            amount(line, "totalPrice"),
            rates,
            item.measure if item else None,
        )

    def take(
        self,
        conn: sqlite3.Connection,
        record: Record,
        judged: Judged,
        *,
        document_id: int,
        sender: tuple[str, str],
    ) -> tuple[int, str]:
        """Write the accepted list of ``sender`` (DXP id, preNo) down; return (row, invtNo)."""
        head = record.head
        office, year = head["customsCode"], china_now().year
        serial = next_serial(conn, f"invtNo:{office}:{year}")
        invt_no = f"{office}{year}I{serial:09d}"
        names = ("customsCode", "ebpCode", "ebcCode", "agentCode", "logisticsCode", "assureCode")
        row = conn.execute(
            "INSERT INTO declaration_list (document_id, dxp_id, cop_no, order_no, logistics_no,"
            " ems_no, area_code, pre_no, invt_no, state, codes, value, full_rate)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'declaring', ?, ?, ?) RETURNING id",
            (
                document_id,
                sender[0],
                head["copNo"],
                head["orderNo"],
                head["logisticsNo"],
                head["emsNo"],
                head["areaCode"],
                sender[1],
                invt_no,
                json.dumps({name: head[name] for name in names}),
                str(judged.value),
                int(judged.in_full),
            ),
        ).fetchone()
        list_id = int(row[0])
        _keep_parts(conn, list_id, record, judged)
        return list_id, invt_no


def _keep_parts(conn: sqlite3.Connection, list_id: int, record: Record, judged: Judged) -> None:
    """Write lines, limit use and tax of a list that was taken."""
    conn.executemany(
        "INSERT INTO list_line VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (list_id, int(ln["gnum"]), ln["itemRecordNo"], ln["gcode"], ln["qty"], ln["totalPrice"])
            for ln in record.lines
        ],
    )
    weights.keep(conn, list_id, judged.weights, buyer=judged.buyer_lookup, year=judged.year)
    account_book.pre_deduct(conn, list_id)
    conn.execute(
        "INSERT INTO limit_use VALUES (?, ?, ?, ?)",
        (list_id, judged.buyer_lookup, judged.year, str(judged.value)),
    )
    taxes = ((line.duty, line.vat, line.consumption) for line in judged.lines)
    sums = [sum(column, Decimal(0)) for column in zip(*taxes, strict=True)]
    tax_no = f"{record.head['customsCode']}{judged.year}T{next_serial(conn, 'tax'):010d}"
    conn.execute(
        "INSERT INTO tax_bill (list_id, tax_no, customs_tax, value_added_tax, consumption_tax)"
        " VALUES (?, ?, ?, ?, ?)",
        (list_id, tax_no, *map(str, sums)),
    )
    conn.executemany(
        "INSERT INTO tax_line VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (list_id, ln.gnum, ln.gcode, *map(str, (ln.value, ln.duty, ln.vat, ln.consumption)))
            for ln in judged.lines
        ],
    )


def _own_rules(record: Record) -> None:
    """Check what a 1210 list must be by itself."""
    head = record.head
    checks.person(head, kind="buyerIdType", number="buyerIdNumber")
    checks.moment(head["declTime"], "declTime", pattern="%Y%m%d")
    demand(head["ieFlag"] == "I" and head["tradeMode"] == "1210", "进出口标记或贸易方式不符")
    demand(head["country"] == "142", "起运国应为142")
    for name in ("emsNo", "areaCode", "areaName"):
        demand(head.get(name), f"保税模式{name}必填")
    demand(int(head["packNo"]) == 1, "件数限定为1")
    gross, net = amount(head, "grossWeight"), amount(head, "netWeight")
    demand(0 < net <= gross, "净重须大于零且不超过毛重")
    checks.lines_add_up(record.lines)
    for line in record.lines:
        where = f"第{line['gnum']}项"
        demand(line.get("itemRecordNo"), f"{where}保税模式itemRecordNo必填")
        demand(line.get("barCode"), f"{where}条形码必填,没有填无")
        demand(amount(line, "qty1") > 0, f"{where}法定数量须大于零")
        demand(bool(line.get("qty2")) == bool(line.get("unit2")), f"{where}第二法定数量单位不全")
