"""The messages of one small sale of wine, written by hand in their canonical form.

2 bottles at 199.00 and 12.00 freight: worked example 3 of the reference, tax 73.35.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CEB = "http://www.chinaport.gov.cn/ceb"
PLATFORM, COURIER, PAYMENT_COMPANY = "1401970001", "1401970002", "1100970003"
PARTIES = {
    "ebpCode": PLATFORM,
    "ebpName": "前展测试平台有限公司",
    "ebcCode": "1401970005",
    "ebcName": "测试商贸有限公司",
    "logisticsCode": COURIER,
    "logisticsName": "测试速递有限公司",
    "payCode": PAYMENT_COMPANY,
    "payName": "测试支付有限公司",
    "agentCode": PLATFORM,
    "agentName": "前展测试平台有限公司",
    "areaCode": "1401970004",
    "areaName": "测试仓储有限公司",
}
SALE = PARTIES | {
    "appType": "1",
    "appStatus": "2",
    "orderNo": "QZ2026112400001",
    "currency": "142",
    "buyerRegNo": "700001",
    "buyerName": "林晓禾",
    "buyerTelephone": "13800000001",
    "buyerIdType": "1",
    "buyerIdNumber": "140105199001010016",
    "payTransactionId": "P202611240000001",
    "consignee": "林晓禾",
    "consigneeTelephone": "13800000001",
    "consigneeAddress": "山西省太原市小店区平阳路1号2幢301室",
    "logisticsNo": "JS000000000001",
    "freight": "12.00",
}
LINE = {
    "gnum": "1",
    "itemNo": "T-00001",
    "itemName": "干红葡萄酒 750毫升",
    "gname": "干红葡萄酒 750毫升",
    "gcode": "2204210000",
    "gmodel": "干红葡萄酒|测试|750ml/瓶|葡萄汁",
    "barCode": "3312345002012",
    "unit": "142",
    "qty": "2",
    "unit1": "095",
    "qty1": "1.5",
    "unit2": "035",
    "qty2": "1.52",
    "price": "199.00",
    "totalPrice": "398.00",
    "currency": "142",
    "country": "305",
    "itemRecordNo": "40",
}
ORDER = SALE | {
    "appTime": "20261124100001",
    "orderType": "I",
    "goodsValue": "398.00",
    "discount": "0",
    "taxTotal": "73.35",
    "acturalPaid": "483.35",
}
PAYMENT = SALE | {
    "appTime": "20261124100002",
    "payerIdType": "1",
    "payerIdNumber": SALE["buyerIdNumber"],
    "payerName": SALE["buyerName"],
    "amountPaid": "483.35",
    "payTime": "20261124100000",
}
WAYBILL = SALE | {
    "appTime": "20261124100002",
    "freight": "0",
    "insuredFee": "0",
    "weight": "2.7",
    "packNo": "1",
}
LIST = SALE | {
    "appTime": "20261124100004",
    "copNo": "QZL0000000000000001",
    "assureCode": PLATFORM,
    "emsNo": "T0501W000009",
    "ieFlag": "I",
    "declTime": "20261124",
    "customsCode": "0501",
    "portCode": "0501",
    "tradeMode": "1210",
    "trafMode": "Y",
    "country": "142",
    "insuredFee": "0",
    "packNo": "1",
    "grossWeight": "2.7",
    "netWeight": "1.52",
}
ORDER_HEAD = (
    "appType appTime appStatus orderType orderNo ebpCode ebpName ebcCode ebcName goodsValue freight"
    " discount taxTotal acturalPaid currency buyerRegNo buyerName buyerTelephone buyerIdType"
    " buyerIdNumber payCode payName payTransactionId consignee consigneeTelephone consigneeAddress"
)
ORDER_LINE = "gnum itemNo itemName gmodel barCode unit qty price totalPrice currency country"
PAYMENT_HEAD = (
    "appType appTime appStatus payCode payName payTransactionId orderNo ebpCode ebpName payerIdType"
    " payerIdNumber payerName amountPaid currency payTime"
)
WAYBILL_HEAD = (
    "appType appTime appStatus logisticsCode logisticsName logisticsNo orderNo freight insuredFee"
    " currency weight packNo consignee consigneeAddress consigneeTelephone"
)
LIST_HEAD = (
    "appType appTime appStatus orderNo ebpCode ebpName ebcCode ebcName logisticsNo logisticsCode"
    " logisticsName copNo assureCode emsNo ieFlag declTime customsCode portCode buyerIdType"
    " buyerIdNumber buyerName buyerTelephone consigneeAddress agentCode agentName areaCode areaName"
    " tradeMode trafMode country freight insuredFee currency packNo grossWeight netWeight"
)
LIST_LINE = (
    "gnum itemRecordNo itemNo itemName gcode gname gmodel barCode country currency qty unit qty1"
    " unit1 qty2 unit2 price totalPrice"
)


@dataclass(frozen=True)
class Form:
    """How one document is put together, and who sends it."""

    node: str
    head: str
    head_names: str
    line: str
    line_names: str
    said: Mapping[str, str]
    sender: str


FORMS = {
    "CEB311": Form("Order", "OrderHead", ORDER_HEAD, "OrderList", ORDER_LINE, ORDER, PLATFORM),
    "CEB411": Form("Payment", "PaymentHead", PAYMENT_HEAD, "", "", PAYMENT, PAYMENT_COMPANY),
    "CEB511": Form("Logistics", "LogisticsHead", WAYBILL_HEAD, "", "", WAYBILL, COURIER),
    "CEB621": Form(
        "Inventory", "InventoryHead", LIST_HEAD, "InventoryList", LIST_LINE, LIST, PLATFORM
    ),
}


def guid(number: int) -> str:
    """Return a record id."""
    return f"0A1B2C3D-0000-4000-8000-{number:012X}"


def node(name: str, said: Mapping[str, str]) -> str:
    """Return an element whose children are ``said``."""
    return f"<{name}>{''.join(f'<{key}>{text}</{key}>' for key, text in said.items())}</{name}>"


def message(kind: str, number: int, *parts: str) -> str:
    """Return a message in its canonical form."""
    root = f"{kind}Message"
    return f'<{root} xmlns="{CEB}" guid="{guid(number)}" version="1.0">{"".join(parts)}</{root}>'


def document(kind: str) -> str:
    """Return one of the four documents, not yet signed."""
    form, number = FORMS[kind], int(kind[3:])
    head = {"guid": guid(number)} | {name: form.said[name] for name in form.head_names.split()}
    lines = [node(form.line, {n: LINE[n] for n in form.line_names.split()})] if form.line else []
    record = f"<{form.node}>{node(form.head, head)}{''.join(lines)}</{form.node}>"
    transfer = {
        "copCode": form.sender,
        "copName": "发送方",
        "dxpMode": "DXP",
        "dxpId": f"DXP{form.sender}",
    }
    return message(kind, number, record, node("BaseTransfer", transfer))


def _record(number: int, keys: str, status: str, at: str, **more: str) -> dict[str, str]:
    said = {"guid": guid(number)} | {name: LIST[name] for name in keys.split()} | more
    return said | {"returnStatus": status, "returnTime": at, "returnInfo": "[Code:1800;Desc:好]"}


def receipts() -> dict[str, str]:
    """Return the answers of customs by file name."""
    numbers = {"preNo": "B20261124000000001", "invtNo": "05012026I000000001"}
    chain = {"2": "20261124100005100", "120": "20261124100005149", "800": "20261124100006000"}
    singles = {
        "CEB312": ("OrderReturn", "ebpCode ebcCode orderNo"),
        "CEB412": ("PaymentReturn", "payCode payTransactionId"),
        "CEB512": ("LogisticsReturn", "logisticsCode logisticsNo"),
    }
    files = {}
    for place, (kind, (name, keys)) in enumerate(singles.items()):
        record = _record(900 + place, keys, "120", "20261124100003020")
        files[f"{kind}-1.xml"] = message(kind, 900 + place, node(name, record))
    for place, (status, at) in enumerate(chain.items()):
        record = _record(910 + place, "customsCode ebpCode agentCode copNo", status, at, **numbers)
        if status == "2":
            del record["invtNo"]
        written = message("CEB622", 910 + place, node("InventoryReturn", record))
        files[f"CEB622-{place}.xml"] = written
    return files | {"CEB816.xml": message("CEB816", 920, _tax_bill(numbers["invtNo"]))}


def _tax_bill(list_no: str) -> str:
    taxes = {"customsTax": "0.00", "valueAddedTax": "41.46", "consumptionTax": "31.89"}
    head = {"guid": guid(920), "returnTime": "20261124100007000", "invtNo": list_no}
    head |= {"taxNo": "TAX0000000001", **taxes, "status": "1", "assureCode": PLATFORM}
    line = {"gnum": "1", "gcode": LINE["gcode"], "taxPrice": "410.00", **taxes}
    return f"<Tax>{node('TaxHeadRd', head)}{node('TaxListRd', line)}</Tax>"
