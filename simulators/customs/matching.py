"""Compare a declaration list with its order, payment and waybill, and with the account book.

Rules: the customs reference, sections 1 and 3; every difference is a refusal that names the
element.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from decimal import Decimal

from simulators.ceb import Record
from simulators.customs.checks import Texts, amount, demand, same
from simulators.customs.documents import Documents, Kept
from simulators.customs.tariff import BookItem

_IN_ORDER_AND_LIST = (
    "ebpName",
    "ebcCode",
    "ebcName",
    "buyerIdType",
    "buyerIdNumber",
    "buyerName",
    "buyerTelephone",
    "consigneeAddress",
)
_IN_ORDER_AND_WAYBILL = ("consignee", "consigneeTelephone", "consigneeAddress")
_LINE_TEXTS = {"gname": "itemName", "unit": "unit", "country": "country"}
_LINE_NUMBERS = ("qty", "price", "totalPrice")


def three_documents(conn: sqlite3.Connection, documents: Documents, record: Record) -> None:
    """Refuse a list whose order, payment or waybill is missing or says something else."""
    head = record.head
    numbers = (head["ebpCode"], head["orderNo"])
    orders = documents.of_order(conn, "CEB311", *numbers)
    demand(orders, "三单不全:缺少电子订单")
    order = orders[-1]
    payments = documents.of_order(conn, "CEB411", *numbers)
    demand(payments, "三单不全:缺少支付单")
    waybill = documents.find(conn, "CEB511", f"{head['logisticsCode']}|{head['logisticsNo']}")
    demand(waybill, "三单不全:缺少运单")
    for name in _IN_ORDER_AND_LIST:
        same(f"订单与清单{name}", order.head[name], head[name])
    demand(amount(order.head, "freight") == amount(head, "freight"), "订单与清单freight不一致")
    _payment(order.head, payments)
    if waybill is not None:
        same("运单与清单orderNo", waybill.head["orderNo"], head["orderNo"])
        same("运单与清单logisticsName", waybill.head["logisticsName"], head["logisticsName"])
        for name in _IN_ORDER_AND_WAYBILL:
            same(f"订单与运单{name}", order.head[name], waybill.head[name])
    _lines(order, record)


def _payment(order: Texts, payments: list[Kept]) -> None:
    """Compare the order with its payment: the one it names, else the last."""
    named = order.get("payTransactionId")
    fitting = [one for one in payments if named in (None, "", one.head["payTransactionId"])]
    demand(fitting, "订单与支付单payTransactionId不一致")
    payment = fitting[-1].head
    if order.get("payCode"):
        same("订单与支付单payCode", order["payCode"], payment["payCode"])
    demand(
        amount(order, "acturalPaid") == amount(payment, "amountPaid"), "订单与支付单支付金额不一致"
    )
    same("订购人与支付人证件号码", order["buyerIdNumber"].upper(), payment["payerIdNumber"].upper())
    same("订购人与支付人姓名", order["buyerName"], payment["payerName"])


def _lines(order: Kept, record: Record) -> None:
    """Compare the lines one to one by gnum."""
    demand(len(order.lines) == len(record.lines), "订单与清单商品项数不一致")
    for ours, theirs in zip(record.lines, order.lines, strict=True):
        where = f"第{ours['gnum']}项"
        for name, other in _LINE_TEXTS.items():
            same(f"{where}{name}", ours[name], theirs[other])
        if ours.get("itemNo") and theirs.get("itemNo"):
            same(f"{where}itemNo", ours["itemNo"], theirs["itemNo"])
        for name in _LINE_NUMBERS:
            demand(amount(ours, name) == amount(theirs, name), f"{where}{name}不一致")


def account_book(book: Mapping[tuple[str, str], BookItem] | None, record: Record) -> None:
    """Refuse a line that the account book does not know, or files otherwise."""
    if book is None:
        return
    for line in record.lines:
        where = f"第{line['gnum']}项"
        item = book.get((record.head["emsNo"], line["itemRecordNo"]))
        demand(item, f"{where}账册备案料号不存在")
        if item is not None:
            same(f"{where}备案商品编码", item.hs_code, line["gcode"])
            same(f"{where}备案计量单位", item.unit, line["unit"])
            _statutory(line, "1", item.unit1, item.qty1_per_unit)
            _statutory(line, "2", item.unit2, item.qty2_per_unit)


def _statutory(line: Texts, which: str, unit: str, per_unit: Decimal | None) -> None:
    """Compare a statutory unit and quantity with what is filed for one deal unit."""
    where = f"第{line['gnum']}项"
    if unit:
        same(f"{where}备案法定单位{which}", unit, line.get(f"unit{which}", ""))
    if per_unit is not None:
        filed = amount(line, "qty") * per_unit
        demand(amount(line, f"qty{which}") == filed, f"{where}法定数量{which}与备案不一致")
