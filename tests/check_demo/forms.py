"""Hold the tables of the documents' elements, taken from the customs reference.

``C3`` is an exact length, ``C..30`` one of at most 30, ``N19,5`` a figure with at most 19
digits of which at most 5 are a fraction.  ``Y`` the schema requires, ``M`` the specification
does for 1210, ``-`` nobody.
"""

import re
from dataclasses import dataclass

TABLES = {
    "OrderHead": """
        guid C36 Y; appType C1 Y; appTime C14 Y; appStatus C..3 Y; orderType C1 Y;
        orderNo C..60 Y; ebpCode C..18 Y; ebpName C..100 Y; ebcCode C..18 Y; ebcName C..100 Y;
        goodsValue N19,5 Y; freight N19,5 Y; discount N19,5 Y; taxTotal N19,5 Y;
        acturalPaid N19,5 Y; currency C3 Y; buyerRegNo C..60 Y; buyerName C..60 Y;
        buyerTelephone C..30 Y; buyerIdType C1 Y; buyerIdNumber C..60 Y; payCode C..18 -;
        payName C..100 -; payTransactionId C..60 -; batchNumbers C..100 -; consignee C..100 Y;
        consigneeTelephone C..50 Y; consigneeAddress C..200 Y; consigneeDistrict C6 -;
        note C..1000 -
    """,
    "OrderList": """
        gnum int Y; itemNo C..30 -; itemName C..250 Y; gmodel C..510 Y; itemDescribe C..1000 -;
        barCode C..50 -; unit C3 Y; qty N19,5 Y; price N19,5 Y; totalPrice N19,5 Y;
        currency C3 Y; country C3 Y; note C..1000 -
    """,
    "PaymentHead": """
        guid C36 Y; appType C1 Y; appTime C14 Y; appStatus C..3 Y; payCode C..18 Y;
        payName C..100 Y; payTransactionId C..60 Y; orderNo C..60 Y; ebpCode C..18 Y;
        ebpName C..100 Y; payerIdType C1 Y; payerIdNumber C..60 Y; payerName C..60 Y;
        telephone C..60 -; amountPaid N19,5 Y; currency C3 Y; payTime C14 Y; note C..1000 -
    """,
    "LogisticsHead": """
        guid C36 Y; appType C1 Y; appTime C14 Y; appStatus C..3 Y; logisticsCode C..18 Y;
        logisticsName C..100 Y; logisticsNo C..60 Y; billNo C..37 -; orderNo C..60 Y;
        freight N19,5 M; insuredFee N19,5 M; currency C3 Y; weight N19,5 Y; packNo N9 Y;
        goodsInfo C..200 -; consignee C..100 Y; consigneeAddress C..200 Y;
        consigneeTelephone C..50 Y; note C..1000 -
    """,
    "InventoryHead": """
        guid C36 Y; appType C1 Y; appTime C14 Y; appStatus C..3 Y; orderNo C..60 Y;
        ebpCode C..18 Y; ebpName C..100 Y; ebcCode C..18 Y; ebcName C..100 Y;
        logisticsNo C..60 Y; logisticsCode C..18 Y; logisticsName C..100 Y; copNo C..20 M;
        preNo C..18 -; assureCode C..30 Y; emsNo C..30 M; invtNo C..18 -; ieFlag C1 Y;
        declTime C8 Y; customsCode C4 Y; portCode C4 Y; ieDate C8 -; buyerIdType C1 Y;
        buyerIdNumber C..60 Y; buyerName C..60 Y; buyerTelephone C..30 Y;
        consigneeAddress C..200 Y; agentCode C..18 Y; agentName C..100 Y; areaCode C..18 M;
        areaName C..100 M; tradeMode C4 Y; trafMode C1 Y; trafNo C..100 -; voyageNo C..32 -;
        billNo C..37 -; loctNo C..10 -; licenseNo C..19 -; country C3 Y; freight N19,5 Y;
        insuredFee N19,5 Y; currency C3 Y; wrapType C1 -; packNo N9 Y; grossWeight N19,5 Y;
        netWeight N19,5 Y; note C..1000 -
    """,
    "InventoryList": """
        gnum int Y; itemRecordNo C..30 M; itemNo C..20 -; itemName C..250 -; gcode C10 Y;
        gname C..250 Y; gmodel C..510 Y; barCode C..50 M; country C3 Y; tradeCountry C..3 -;
        currency C3 Y; qty N19,5 Y; unit C3 Y; qty1 N19,5 Y; unit1 C3 Y; qty2 N19,5 -;
        unit2 C3 -; price N19,5 Y; totalPrice N19,5 Y; note C..1000 -
    """,
    "BaseTransfer": """
        copCode C..18 Y; copName C..100 Y; dxpMode C3 Y; dxpId C..30 Y; note C..1000 -
    """,
}


@dataclass(frozen=True)
class Field:
    """One element: ``form`` is its length or kind, ``due`` that it may not be left out."""

    name: str
    form: str
    due: bool

    def fits(self, text: str) -> bool:
        """Say whether ``text`` has the element's form."""
        if self.form == "int":
            return re.fullmatch(r"[1-9]\d{0,8}", text, re.ASCII) is not None
        if self.form.startswith("N"):
            return self._is_number(text)
        least, most = self._lengths()
        return least <= len(text) <= most and text == text.strip()

    def _lengths(self) -> tuple[int, int]:
        if self.form.startswith("C.."):
            return 1, int(self.form[3:])
        return int(self.form[1:]), int(self.form[1:])

    def _is_number(self, text: str) -> bool:
        digits, _, fraction = self.form[1:].partition(",")
        found = re.fullmatch(r"(\d+)(?:\.(\d+))?", text, re.ASCII)
        if found is None:
            return False
        after = found[2] or ""
        return len(found[1]) + len(after) <= int(digits) and len(after) <= int(fraction or 0)


def fields(node: str) -> list[Field]:
    """Return the elements of ``node`` in the schema's order."""
    words = [entry.split() for entry in TABLES[node].split(";")]
    return [Field(name, form, due in ("Y", "M")) for name, form, due in words]
