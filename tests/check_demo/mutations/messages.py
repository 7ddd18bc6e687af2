"""The mutations of the signed documents and of customs' answers."""

from collections.abc import Callable
from pathlib import Path

from tests.check_demo.folder import KINDS
from tests.check_demo.mutations import Mutation, names
from tests.check_demo.mutations.edits import (
    Edit,
    earlier_year,
    element,
    fen_more,
    first_digit,
    last_byte,
    last_digit,
    lower_case,
    nine_before,
    one_bit_in_base64,
    one_shorter,
    receipt,
    substitute,
    text_of,
    to,
)

TAXES = "tax_bill_lines tax_bill_head tax_quote"


def _of(
    kind: str, name: str, edit: Edit, expects: str, *, also: str = "", last: bool = False
) -> Mutation:
    """Return the mutation that changes one element of a signed document."""

    def apply(folder: Path) -> None:
        element(folder / f"{kind}.xml", name, edit, last=last)

    title = f"{kind} {name} {edit.__name__}"
    return Mutation(title, apply, names(expects), names(also), kind)


def _answer(
    kind: str, status: str, name: str, edit: Edit, expects: str, *, also: str = ""
) -> Mutation:
    """Return the mutation that changes one element of an answer of customs."""

    def apply(folder: Path) -> None:
        element(receipt(folder, kind, status), name, edit)

    title = f"{kind} {status} {name} {edit.__name__}"
    return Mutation(title, apply, names(expects), names(also))


def _signature(kind: str, name: str) -> Mutation:
    def apply(folder: Path) -> None:
        pattern = rf"<(?:\w+:)?{name}>([^<]*)</".encode()
        substitute(folder / f"{kind}.xml", pattern, one_bit_in_base64)

    return Mutation(f"{kind} one bit of {name}", apply, names(f"signature_{kind}"))


def _certificate_of_another(folder: Path) -> None:
    other = text_of(folder / "CEB411.xml", "X509Certificate")
    element(folder / "CEB511.xml", "X509Certificate", to(other))


def _tax_line(name: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        element(receipt(folder, "CEB816"), name, fen_more, last=True)

    return apply


def _no_answer_to_payment(folder: Path) -> None:
    for path in (folder / "receipts").rglob("*.xml"):
        if b"CEB412Message" in path.read_bytes():
            path.unlink()


_PAID = "order_sum paid_declared paid_provider paid_ledger slip_total"
_LINE = "line_price goods_equal"

DOCUMENTS = (
    _of("CEB311", "acturalPaid", fen_more, _PAID),
    _of("CEB311", "goodsValue", fen_more, "order_sum goods_sum"),
    _of("CEB311", "taxTotal", fen_more, "order_sum", also="ledger_tax tax_quote"),
    _of("CEB311", "taxTotal", first_digit, "order_sum tax_quote", also="ledger_tax"),
    _of("CEB311", "price", fen_more, "line_price goods_equal catalogue_price"),
    _of(
        "CEB311",
        "barCode",
        last_digit,
        "must_1210_barcodes label_qr goods_equal catalogue_price",
    ),
    _of("CEB311", "guid", lower_case, "guids"),
    _of("CEB311", "copCode", last_digit, "certificate_CEB311"),
    _of("CEB411", "amountPaid", fen_more, "paid_declared"),
    _of("CEB411", "payerName", last_byte, "buyer_equal"),
    _of("CEB411", "orderNo", last_digit, "order_no_equal"),
    _of(
        "CEB411", "payCode", last_digit, "certificate_CEB411 accepted_CEB411", also="parties_equal"
    ),
    _of("CEB511", "consignee", last_byte, "consignee_equal"),
    _of("CEB511", "consigneeTelephone", last_digit, "consignee_equal"),
    _of("CEB511", "consigneeAddress", last_byte, "consignee_equal"),
    _of("CEB511", "logisticsNo", last_digit, "waybill_equal accepted_CEB511"),
    _of("CEB511", "packNo", last_digit, "must_1210_constants"),
    _of("CEB621", "totalPrice", fen_more, _LINE + " tax_bill_lines", also=TAXES),
    _of("CEB621", "qty", last_digit, _LINE, also=f"{TAXES} must_1210_quantities"),
    _of("CEB621", "gname", last_byte, "goods_equal"),
    _of("CEB621", "unit", last_digit, "goods_equal", also="must_1210_codes"),
    _of("CEB621", "gcode", last_digit, "tax_bill_lines", also=TAXES),
    _of("CEB621", "freight", fen_more, "freight_equal tax_bill_lines", also=TAXES),
    _of("CEB621", "insuredFee", fen_more, "tax_bill_lines", also=TAXES),
    _of("CEB621", "consigneeAddress", last_byte, "consignee_equal"),
    _of("CEB621", "buyerIdNumber", last_digit, "must_1210_id_number buyer_equal"),
    _of("CEB621", "ebcName", last_byte, "parties_equal"),
    _of("CEB621", "tradeMode", last_digit, "must_1210_constants"),
    _of("CEB621", "country", last_digit, "must_1210_constants"),
    _of("CEB621", "netWeight", nine_before, "must_1210_quantities"),
    _of("CEB621", "emsNo", to(""), "form_CEB621"),
    _of("CEB621", "itemRecordNo", to(""), "form_CEB621"),
    _of("CEB621", "areaCode", one_shorter, "must_1210_codes"),
    _of(
        "CEB621", "copNo", last_digit, "accepted_CEB621", also="bill_after_release receipt_numbers"
    ),
    _of("CEB621", "appTime", earlier_year, "list_after_acceptances certificate_CEB621"),
)

SIGNATURES = (
    *(_signature(kind, "SignatureValue") for kind in KINDS),
    *(_signature(kind, "DigestValue") for kind in KINDS),
    Mutation(
        "CEB511 with the payment company's certificate",
        _certificate_of_another,
        names("signature_CEB511 certificate_CEB511 three_keys"),
    ),
)

ANSWERS = (
    Mutation("CEB816 a line's VAT a fen more", _tax_line("valueAddedTax"), names("tax_bill_lines")),
    Mutation("CEB816 a line's price a fen more", _tax_line("taxPrice"), names("tax_bill_lines")),
    _answer("CEB816", "", "valueAddedTax", fen_more, "tax_bill_head", also="tax_quote ledger_tax"),
    _answer("CEB816", "", "consumptionTax", fen_more, "tax_bill_head", also="tax_quote ledger_tax"),
    _answer("CEB816", "", "invtNo", last_digit, "receipt_numbers"),
    _answer("CEB816", "", "returnTime", earlier_year, "bill_after_release"),
    _answer("CEB622", "800", "returnStatus", to("500"), "bill_after_release"),
    _answer(
        "CEB622",
        "120",
        "returnStatus",
        to("100"),
        "accepted_CEB621 receipts_refused",
        also="bill_after_release",
    ),
    _answer("CEB622", "120", "preNo", last_digit, "receipt_numbers"),
    _answer("CEB312", "120", "returnStatus", to("100"), "accepted_CEB311 receipts_refused"),
    _answer("CEB512", "120", "logisticsNo", last_digit, "accepted_CEB511"),
    Mutation("no CEB412", _no_answer_to_payment, names("accepted_CEB411")),
)
