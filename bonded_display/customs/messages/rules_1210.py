"""Decide what each message must hold for 1210 beyond the schema, and what two must say alike.

Each rule has a name, and each is shown by one passing and one failing document.  The tables'
own faults (``table.faults``) have been looked for before: values here are well formed.
"""

from collections.abc import Mapping

from bonded_display.customs.messages import codes
from bonded_display.customs.messages.every import MESSAGES
from bonded_display.customs.messages.must import heads, lines, pairs
from bonded_display.customs.messages.must.heads import Rule
from bonded_display.customs.messages.must.pairs import PairRule
from bonded_display.customs.messages.table import Document, Fault

_REPORTED: dict[str, Rule] = {
    "guid_upper_case": heads.guid,
    "report_type": heads.codes(codes.REPORT_TYPES, "appType"),
    "report_status": heads.codes(codes.REPORT_STATUSES, "appStatus"),
    "report_time": heads.times("appTime"),
}
"""What every declared document keeps."""

_ABOUT_LIST: dict[str, Rule] = {
    **_REPORTED,
    "list_number": heads.list_number,
    "id_check_digit": heads.id_number("buyerIdNumber"),
}

RULES: dict[str, dict[str, Rule]] = {
    "CEB311": {
        **_REPORTED,
        "order_constants": heads.constants({"orderType": "I", "buyerIdType": codes.ID_CARD}),
        "id_check_digit": heads.id_number("buyerIdNumber"),
        "district_code": heads.district,
        "gnum_from_one": lines.gnum_from_one,
        "item_no_fits_list": lines.item_no,
        "unit_code": lines.codes(codes.UNITS, "unit"),
        "country_code": lines.codes(codes.COUNTRIES, "country"),
        "quantity_positive": lines.quantities("qty"),
        "price_not_negative": lines.prices,
        "line_total": lines.total,
        "goods_value_is_sum": heads.goods_value,
        "paid_is_sum": heads.paid,
        "amounts_not_negative": heads.not_negative(
            "goodsValue", "freight", "discount", "taxTotal", "acturalPaid"
        ),
        "payment_company_whole": heads.payment_whole,
    },
    "CEB411": {
        **_REPORTED,
        "payment_constants": heads.constants({"payerIdType": codes.ID_CARD}),
        "id_check_digit": heads.id_number("payerIdNumber"),
        "event_time": heads.times("payTime"),
        "amount_positive": heads.positive("amountPaid"),
    },
    "CEB511": {
        **_REPORTED,
        "present_for_1210": heads.present(MESSAGES["CEB511"]),
        "waybill_constants": heads.constants({"packNo": "1"}),
        "amounts_not_negative": heads.not_negative("freight", "insuredFee"),
        "weight_positive": heads.positive("weight"),
    },
    "CEB513": {
        **_REPORTED,
        "status_constants": heads.constants({"logisticsStatus": "S"}),
        "event_time": heads.times("logisticsTime"),
    },
    "CEB621": {
        **_REPORTED,
        "present_for_1210": heads.present(MESSAGES["CEB621"]),
        "list_constants": heads.constants(
            {
                "ieFlag": "I",
                "tradeMode": codes.TRADE_MODE_BONDED,
                "country": codes.COUNTRY_CHINA,
                "buyerIdType": codes.ID_CARD,
                "packNo": "1",
            }
        ),
        "id_check_digit": heads.id_number("buyerIdNumber"),
        "day_exists": heads.days("declTime", "ieDate"),
        "transport_code": heads.codes(codes.TRANSPORT, "trafMode"),
        "gnum_from_one": lines.gnum_from_one,
        "unit_code": lines.codes(codes.UNITS, "unit", "unit1", "unit2"),
        "country_code": lines.codes(codes.COUNTRIES, "country"),
        "tariff_code": lines.tariff_code,
        "quantity_positive": lines.quantities("qty", "qty1", "qty2"),
        "second_unit_whole": lines.second_unit,
        "price_not_negative": lines.prices,
        "line_total": lines.total,
        "weights": heads.weights,
        "amounts_not_negative": heads.not_negative("freight", "insuredFee"),
    },
    "CEB623": {
        **_ABOUT_LIST,
        "present_for_1210": heads.present(MESSAGES["CEB623"]),
        "report_type": heads.codes("1", "appType"),
        "withdrawal_constants": heads.constants({"buyerIdType": codes.ID_CARD}),
    },
    "CEB625": {
        **_ABOUT_LIST,
        "present_for_1210": heads.present(MESSAGES["CEB625"]),
        "goods_return_constants": heads.constants({"buyerIdType": codes.ID_CARD}),
        "gnum_once": lines.gnum_once,
        "tariff_code": lines.tariff_code,
        "unit_code": lines.codes(codes.UNITS, "unit"),
        "quantity_positive": lines.quantities("qty"),
    },
    "CEB711": {
        **_REPORTED,
        "present_for_1210": heads.present(MESSAGES["CEB711"]),
        "warehouse_in_constants": heads.constants({"ieFlag": "I"}),
        "transport_code": heads.codes(codes.TRANSPORT, "trafMode"),
        "gnum_from_one": lines.gnum_from_one,
        "waybill_once": lines.waybill_once,
    },
}
"""By kind of message; what customs and the port say has none."""

_PARTIES = pairs.same("ebpCode", "ebpName", "ebcCode", "ebcName")
_BUYER = pairs.same("buyerIdType", "buyerIdNumber", "buyerName", "buyerTelephone")
_WAYBILL = pairs.same("logisticsNo", "logisticsCode", "logisticsName")
_AS_LISTED: dict[str, PairRule] = {
    "same_order": pairs.same("orderNo"),
    "same_office": pairs.same("customsCode"),
    "same_parties": _PARTIES,
    "same_agent": pairs.same("agentCode", "agentName"),
    "same_waybill": _WAYBILL,
    "same_buyer": _BUYER,
}

PAIRS: dict[tuple[str, str], dict[str, PairRule]] = {
    ("CEB311", "CEB411"): {
        "same_order": pairs.same("orderNo", "ebpCode", "ebpName"),
        "same_paid": pairs.same_amount("acturalPaid", "amountPaid"),
        "same_payment": pairs.same_payment,
    },
    ("CEB311", "CEB511"): {
        "same_order": pairs.same("orderNo"),
        "same_consignee": pairs.same("consignee", "consigneeTelephone", "consigneeAddress"),
    },
    ("CEB311", "CEB621"): {
        "same_order": pairs.same("orderNo"),
        "same_parties": _PARTIES,
        "same_buyer": _BUYER,
        "same_address": pairs.same("consigneeAddress"),
        "same_lines": pairs.same_lines,
        "same_freight": pairs.same_amount("freight", "freight"),
    },
    ("CEB511", "CEB513"): {"same_waybill": _WAYBILL},
    ("CEB511", "CEB621"): {
        "same_order": pairs.same("orderNo"),
        "same_waybill": _WAYBILL,
        "same_address": pairs.same("consigneeAddress"),
    },
    ("CEB621", "CEB623"): _AS_LISTED,
    ("CEB621", "CEB625"): {**_AS_LISTED, "returned_lines": pairs.returned_lines},
}
"""By the kinds of an earlier document and a later one."""


def document_faults(kind: str, document: Document) -> list[Fault]:
    """Return each breach of the rules of ``kind`` in one document."""
    return _faults(RULES.get(kind, {}), document)


def order_faults(order: Document) -> list[Fault]:
    """Return each breach of the rules of CEB311 in ``order``."""
    return document_faults("CEB311", order)


def list_faults(declaration_list: Document) -> list[Fault]:
    """Return each breach of the rules of CEB621 in ``declaration_list``."""
    return document_faults("CEB621", declaration_list)


def pair_faults(order: Document, declaration_list: Document) -> list[Fault]:
    """Return each place where the list does not say what its accepted order said."""
    return faults_between(("CEB311", "CEB621"), order, declaration_list)


def faults_between(kinds: tuple[str, str], earlier: Document, later: Document) -> list[Fault]:
    """Return each place where two documents do not say the same; their kinds are of ``PAIRS``."""
    rules = PAIRS[kinds]
    return [Fault(place, name) for name, rule in rules.items() for place in rule(earlier, later)]


def _faults(rules: Mapping[str, Rule], document: Document) -> list[Fault]:
    return [Fault(place, name) for name, rule in rules.items() for place in rule(document)]
