"""Judge a warehouse-in list (CEB711): which waybills the operator of a site says came in.

It is about goods that came in by waybill, not about the exit of a parcel from the zone
(reference, section 0).  Answers are composed by ``receipts``.
"""

from __future__ import annotations

import sqlite3

from simulators.books import next_serial
from simulators.ceb import Record
from simulators.customs import checks
from simulators.customs.checks import demand, same
from simulators.customs.documents import Documents
from simulators.daemon import china_now

_EXISTS = "-800003"


class WarehouseIn:
    """The desk for CEB711."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def judge(self, conn: sqlite3.Connection, record: Record) -> None:
        """Refuse a list that came before, or a parcel that nobody announced or that is in already.

        Raises ``Refusal``.
        """
        head = record.head
        checks.declared_new(head)
        demand(head["appType"] == "1", "业务类型只允许新增")
        demand(head["ieFlag"] == "I", "进出口标记应为I")
        self._documents.refuse_twin(conn, "CEB711", head)
        numbers = [int(line["gnum"]) for line in record.lines]
        demand(numbers == list(range(1, len(numbers) + 1)), "项号gnum不连续")
        waybills = [line["logisticsNo"] for line in record.lines]
        demand(len(set(waybills)) == len(waybills), "运单编号重复")
        for number in waybills:
            waybill = self._documents.find(conn, "CEB511", f"{head['logisticsCode']}|{number}")
            demand(waybill, f"运单{number}不存在")
            if waybill is not None:
                same("物流企业名称", waybill.head["logisticsName"], head["logisticsName"])
            entered = conn.execute(
                "SELECT rkd_no FROM warehouse_in WHERE logistics_code = ? AND logistics_no = ?",
                (head["logisticsCode"], number),
            ).fetchone()
            demand(entered is None, f"运单{number}已入库", code=_EXISTS)

    def take(self, conn: sqlite3.Connection, record: Record, *, document_id: int) -> str:
        """Write down what came in; return the number that customs gives it (rkdNo)."""
        head, year = record.head, china_now().year
        serial = next_serial(conn, f"rkdNo:{head['customsCode']}:{year}")
        rkd_no = f"{head['customsCode']}{year}K{serial:09d}"
        conn.executemany(
            "INSERT INTO warehouse_in VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
            [
                (head["logisticsCode"], line["logisticsNo"], rkd_no, document_id)
                for line in record.lines
            ],
        )
        return rkd_no
