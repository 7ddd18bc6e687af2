"""Decide one good document of every kind of message, all of the same invented sale."""

from bonded_display.customs.messages.fill_623 import (
    Against,
    goods_return_message,
    withdrawal_message,
)
from bonded_display.customs.messages.table import Document
from tests.support.seams import START
from tests.unit.customs.examples import (
    CONSIGNEE,
    GUID,
    ID_NUMBER,
    PAID_BY,
    PARTIES,
    PERSON,
    draft,
    list_document,
    order_document,
)

AT = "20261124100000"
AT_MS = "20261124100100123"
INVT_NO = "05012026I000000001"
PRE_NO = "B20261124000000001"
AGAINST = Against(cop_no="7001", invt_no=INVT_NO, reason="消费者取消订单", guid=GUID, at=START)
_REPORTED = {"guid": GUID, "appType": "1", "appTime": AT, "appStatus": "2"}
_COURIER = {"logisticsCode": PARTIES.courier.code, "logisticsName": PARTIES.courier.name}
_WAYBILL = {**_COURIER, "logisticsNo": draft().waybill_no or ""}
_ANSWER = {"guid": GUID, "returnStatus": "120", "returnTime": AT_MS, "returnInfo": "入库成功"}


def good(kind: str) -> Document:
    """Return the good document of ``kind``."""
    if kind in _HEADS:
        return Document(head=_HEADS[kind], lines=_LINES.get(kind, ()))
    return {
        "CEB311": order_document,
        "CEB621": list_document,
        "CEB623": lambda: withdrawal_message(list_document(), AGAINST),
        "CEB625": lambda: goods_return_message(list_document(), AGAINST, returned={1: 1, 2: 1}),
    }[kind]()


_PAYMENT = {
    **_REPORTED,
    "payCode": PAID_BY.pay_code,
    "payName": PAID_BY.pay_name,
    "payTransactionId": PAID_BY.pay_transaction_id,
    "orderNo": draft().order_no,
    "ebpCode": PARTIES.platform.code,
    "ebpName": PARTIES.platform.name,
    "payerIdType": "1",
    "payerIdNumber": ID_NUMBER,
    "payerName": PERSON.name,
    "telephone": PERSON.phone,
    "amountPaid": "1299.6",
    "currency": "142",
    "payTime": AT,
}
_LOGISTICS = {
    **_REPORTED,
    **_WAYBILL,
    "orderNo": draft().order_no,
    "freight": "20.00",
    "insuredFee": "0",
    "currency": "142",
    "weight": "1.5",
    "packNo": "1",
    "consignee": CONSIGNEE.name,
    "consigneeAddress": CONSIGNEE.address,
    "consigneeTelephone": CONSIGNEE.phone,
}
_DELIVERY = {
    **_REPORTED,
    **_COURIER,
    "customsCode": "0501",
    "copNo": "RK20261124001",
    "operatorCode": PARTIES.zone_warehouse.code,
    "operatorName": PARTIES.zone_warehouse.name,
    "ieFlag": "I",
    "trafMode": "4",
    "trafNo": "晋A00001",
    "voyageNo": "1",
    "billNo": "BILL1",
}
_LIST_ANSWER = {**_ANSWER, "copNo": "7001", "preNo": PRE_NO, "invtNo": INVT_NO}
_BILL = {"guid": GUID, "returnTime": AT_MS, "invtNo": INVT_NO, "taxNo": "T2026001", "status": "1"}

_HEADS: dict[str, dict[str, str]] = {
    "CEB411": _PAYMENT,
    "CEB511": _LOGISTICS,
    "CEB513": {**_REPORTED, **_WAYBILL, "logisticsStatus": "S", "logisticsTime": AT},
    "CEB711": _DELIVERY,
    "CEB312": {
        **_ANSWER,
        "ebpCode": PARTIES.platform.code,
        "ebcCode": PARTIES.merchant.code,
        "orderNo": draft().order_no,
    },
    "CEB412": {**_ANSWER, "payCode": PAID_BY.pay_code, "payTransactionId": "PAY1"},
    "CEB512": {**_ANSWER, "logisticsCode": PARTIES.courier.code, "logisticsNo": "JS1"},
    "CEB514": {
        **_ANSWER,
        "logisticsCode": PARTIES.courier.code,
        "logisticsNo": "JS1",
        "logisticsStatus": "S",
    },
    "CEB622": _LIST_ANSWER,
    "CEB624": _LIST_ANSWER,
    "CEB626": _LIST_ANSWER,
    "CEB712": {**_ANSWER, "copNo": "RK20261124001"},
    "CEB816": {**_BILL, "customsTax": "0", "valueAddedTax": "112.78", "consumptionTax": "98.82"},
    "CEB818": {**_BILL, "status": "2", "entDutyNo": "D2026001"},
    "CEB900": {
        **_ANSWER,
        "returnStatus": "-2",
        "oriCopMsgId": GUID,
        "oriMessageType": "CEB621Message",
        "oriBizMessage": "<x/>",
    },
}
_LINES: dict[str, tuple[dict[str, str], ...]] = {
    "CEB711": ({"gnum": "1", "logisticsNo": "JS1"}, {"gnum": "2", "logisticsNo": "JS2"}),
    "CEB816": (
        {
            "gnum": "1",
            "gcode": "3303000020",
            "taxPrice": "800.00",
            "customsTax": "0",
            "valueAddedTax": "112.78",
            "consumptionTax": "98.82",
        },
    ),
}
