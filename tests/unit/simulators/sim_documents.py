"""Invented sales for the tests of the other side: what their four documents say."""

from dataclasses import dataclass
from decimal import Decimal

from simulators import ceb
from simulators.ceb import Record

PLATFORM = ("1401960P01", "晋展电子商务有限公司", "DXPPLATFORM00001")
PAYER = ("1401960Y02", "汾河支付有限公司", "DXPPAYMENT000002")
COURIER = ("1401960W03", "雁门速递有限公司", "DXPCOURIER000003")
SITE = ("1401960S06", "武宿监管场所经营有限公司", "DXPSITE000000006")
MERCHANT = ("1401960E04", "晋阳跨境商贸有限公司")
AREA = ("1401960A05", "武宿保税仓储有限公司")
PEOPLE = {
    "140105199003072210": "晏青禾",
    "110105198504153027": "闻人栖梧",
    "310101197811234641": "贺兰若水",
    "440304199209301176": "端木知秋",
}
ACCOUNT_BOOK = "T0501W000001"


@dataclass(frozen=True)
class Goods:
    """One line of a sale, amounts in CNY as text."""

    item_record_no: str = "0001"
    hs_code: str = "2106909090"
    name: str = "深海鱼油软胶囊"
    qty: str = "1"
    price: str = "268.00"
    total: str = "268.00"
    qty1: str = "0.25"
    qty2: str = ""


@dataclass(frozen=True)
class Sale:
    """One sale; texts can be replaced to plant a fault."""

    order_no: str
    waybill_no: str = "QZ0000000000010"
    buyer: str = "140105199003072210"
    goods: tuple[Goods, ...] = (Goods(),)
    freight: str = "8.00"
    tax: str = "25.12"

    @property
    def goods_value(self) -> Decimal:
        return sum((Decimal(one.total) for one in self.goods), Decimal(0))

    @property
    def paid(self) -> Decimal:
        return self.goods_value + Decimal(self.freight) + Decimal(self.tax)

    @property
    def buyer_name(self) -> str:
        return PEOPLE[self.buyer]

    def _app(self) -> dict[str, str]:
        return {
            "guid": ceb.new_guid(),
            "appType": "1",
            "appTime": "20261124100000",
            "appStatus": "2",
            "orderNo": self.order_no,
            "ebpCode": PLATFORM[0],
            "ebpName": PLATFORM[1],
            "ebcCode": MERCHANT[0],
            "ebcName": MERCHANT[1],
        }

    def _about(self, invt_no: str, cop_no: str) -> dict[str, str]:
        return {
            **self._app(),
            **self._buyer(),
            "customsCode": "0501",
            "logisticsNo": self.waybill_no,
            "logisticsCode": COURIER[0],
            "logisticsName": COURIER[1],
            "copNo": cop_no,
            "invtNo": invt_no,
            "agentCode": PLATFORM[0],
            "agentName": PLATFORM[1],
        }

    def withdrawn(self, invt_no: str, **changed: str) -> Record:
        """What the 623 says."""
        head = {**self._about(invt_no, f"X{self.order_no}"), "reason": "消费者取消订单"}
        return Record({**head, **changed})

    def sent_back(self, invt_no: str, *qtys: str, **changed: str) -> Record:
        """What the 625 says: how much of each line comes back, from the first; 0 leaves it out."""
        head = {**self._about(invt_no, f"R{self.order_no}"), "reason": "消费者退货"}
        lines = [
            {"gnum": str(at), "gcode": one.hs_code, "gname": one.name, "qty": qty, "unit": "122"}
            for at, (one, qty) in enumerate(zip(self.goods, qtys, strict=True), 1)
            if qty != "0"
        ]
        return Record({**head, **changed}, tuple(lines))

    def _buyer(self) -> dict[str, str]:
        return {
            "buyerIdType": "1",
            "buyerIdNumber": self.buyer,
            "buyerName": self.buyer_name,
            "buyerTelephone": "13900000001",
        }

    def order(self, **changed: str) -> Record:
        """What the 311 says."""
        head = {
            **self._app(),
            **self._buyer(),
            "orderType": "I",
            "goodsValue": str(self.goods_value),
            "freight": self.freight,
            "discount": "0",
            "taxTotal": self.tax,
            "acturalPaid": str(self.paid),
            "buyerRegNo": "u-1",
            "consignee": self.buyer_name,
            "consigneeTelephone": "13900000001",
            "consigneeAddress": "山西省太原市杏花岭区虚构街1号",
        }
        lines = [
            {
                "gnum": str(at),
                "itemNo": f"SKU{one.item_record_no}",
                "itemName": one.name,
                "gmodel": f"{one.name}|无品牌|1000mg*100粒",
                "unit": "122",
                "qty": one.qty,
                "price": one.price,
                "totalPrice": one.total,
                "country": "601",
            }
            for at, one in enumerate(self.goods, 1)
        ]
        return Record({**head, **changed}, tuple(lines))

    def payment(self, **changed: str) -> Record:
        """What the 411 says."""
        head = {
            **self._app(),
            "payCode": PAYER[0],
            "payName": PAYER[1],
            "payTransactionId": f"PT{self.order_no}",
            "payerIdType": "1",
            "payerIdNumber": self.buyer,
            "payerName": self.buyer_name,
            "amountPaid": str(self.paid),
            "payTime": "20261124095900",
        }
        return Record({**head, **changed})

    def waybill(self, **changed: str) -> Record:
        """What the 511 says."""
        head = {
            **self._app(),
            "logisticsCode": COURIER[0],
            "logisticsName": COURIER[1],
            "logisticsNo": self.waybill_no,
            "freight": "0",
            "insuredFee": "0",
            "weight": "0.5",
            "packNo": "1",
            "goodsInfo": "食品",
            "consignee": self.buyer_name,
            "consigneeAddress": "山西省太原市杏花岭区虚构街1号",
            "consigneeTelephone": "13900000001",
        }
        return Record({**head, **changed})

    def came_in(self, *waybills: str, **changed: str) -> Record:
        """What the 711 of the site says: this sale's waybill came in, or those that are named."""
        names = ("guid", "appType", "appTime", "appStatus")
        head = {
            **{name: text for name, text in self._app().items() if name in names},
            "customsCode": "0501",
            "copNo": f"I{self.order_no}",
            "operatorCode": SITE[0],
            "operatorName": SITE[1],
            "ieFlag": "I",
            "trafMode": "4",
            "trafNo": "晋A00001",
            "voyageNo": "20261124",
            "billNo": "MB1",
            "logisticsCode": COURIER[0],
            "logisticsName": COURIER[1],
        }
        lines = [
            {"gnum": str(at), "logisticsNo": number}
            for at, number in enumerate(waybills or (self.waybill_no,), 1)
        ]
        return Record({**head, **changed}, tuple(lines))

    def delivery(self, **changed: str) -> Record:
        """What the 513 says."""
        head = {
            **self._app(),
            "logisticsCode": COURIER[0],
            "logisticsName": COURIER[1],
            "logisticsNo": self.waybill_no,
            "logisticsStatus": "S",
            "logisticsTime": "20261124180000",
        }
        return Record({**head, **changed})

    def listed(self, **changed: str) -> Record:
        """What the 621 says."""
        head = {
            **self._app(),
            **self._buyer(),
            "logisticsNo": self.waybill_no,
            "logisticsCode": COURIER[0],
            "logisticsName": COURIER[1],
            "copNo": f"C{self.order_no}"[:20],
            "assureCode": AREA[0],
            "emsNo": ACCOUNT_BOOK,
            "ieFlag": "I",
            "declTime": "20261124",
            "customsCode": "0501",
            "portCode": "0501",
            "consigneeAddress": "山西省太原市杏花岭区虚构街1号",
            "agentCode": PLATFORM[0],
            "agentName": PLATFORM[1],
            "areaCode": AREA[0],
            "areaName": AREA[1],
            "tradeMode": "1210",
            "trafMode": "Y",
            "country": "142",
            "freight": self.freight,
            "insuredFee": "0",
            "packNo": "1",
            "grossWeight": "0.5",
            "netWeight": "0.4",
        }
        lines = [
            {
                "gnum": str(at),
                "itemRecordNo": one.item_record_no,
                "itemNo": f"SKU{one.item_record_no}",
                "gcode": one.hs_code,
                "gname": one.name,
                "gmodel": f"{one.name}|无品牌|1000mg*100粒",
                "barCode": "无",
                "country": "601",
                "qty": one.qty,
                "unit": "122",
                "qty1": one.qty1,
                "unit1": "035",
                **({"qty2": one.qty2, "unit2": "096"} if one.qty2 else {}),
                "price": one.price,
                "totalPrice": one.total,
            }
            for at, one in enumerate(self.goods, 1)
        ]
        return Record({**head, **changed}, tuple(lines))


def transfer(company: tuple[str, str, str]) -> dict[str, str]:
    """The BaseTransfer of a company."""
    return {
        "copCode": company[0],
        "copName": company[1],
        "dxpMode": "DXP",
        "dxpId": company[2],
    }
