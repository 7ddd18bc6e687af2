"""What customs refuses, with which code: documents, senders, signatures, lists, limits."""

import pytest

from tests.unit.simulators.sim_documents import COURIER, PAYER, PLATFORM, Goods, Sale

BAG = Goods("0003", "4202210090", "手提包", "1", "6800.00", "6800.00", "1")
TWO_BAGS = Goods("0003", "4202210090", "手提包", "2", "2600.00", "5200.00", "2")


def test_three_documents_then_the_list_are_accepted(desk):
    """The plain case, so that each refusal below has one difference only."""
    sale = Sale("A1")
    desk.documents(sale)

    desk.send("CEB621", sale.listed())
    desk.work()

    assert desk.answers("A1")[:2] == ["2", "120"]
    assert desk.answers("CA1") == ["2", "120", "800", "816"]
    assert desk.books()["lists"] == {"released": 1}


@pytest.mark.parametrize(
    ("kind", "by", "code"),
    [("CEB311", PLATFORM, "-301010"), ("CEB411", PAYER, "-401007"), ("CEB511", COURIER, "-504015")],
)
def test_a_number_is_taken_once(desk, kind, by, code):
    """The same document comes again as a new letter under a new guid."""
    sale = Sale("A2")
    desk.documents(sale)
    again = {"CEB311": sale.order, "CEB411": sale.payment, "CEB511": sale.waybill}[kind]()

    status, _ = desk.told(kind, again, by=by)

    assert status == code
    assert desk.books()["documents"][kind] == {"accepted": 1, "rejected": 1}


def test_a_list_is_taken_once(desk):
    """The same copNo again, then the same order under another copNo."""
    sale = Sale("A3")
    desk.documents(sale)
    desk.told("CEB621", sale.listed())

    same_number, _ = desk.told("CEB621", sale.listed())
    same_order, _ = desk.told("CEB621", sale.listed(copNo="CA3B"))

    assert (same_number, same_order) == ("-621004", "-301011")
    assert desk.books()["lists"] == {"released": 1}


@pytest.mark.parametrize(
    ("kind", "by", "signed_by", "code"),
    [
        ("CEB411", PAYER, PLATFORM, "-10101"),
        ("CEB511", COURIER, PAYER, "-10101"),
        ("CEB311", PLATFORM, COURIER, "-10101"),
        ("CEB621", PLATFORM, PAYER, "-10101"),
    ],
)
def test_nobody_signs_the_document_of_another(desk, kind, by, signed_by, code):
    """A sound signature, by a filed company, of the wrong role."""
    sale = Sale("A4")
    if kind == "CEB621":
        desk.documents(sale)
    record = {
        "CEB311": sale.order,
        "CEB411": sale.payment,
        "CEB511": sale.waybill,
        "CEB621": sale.listed,
    }[kind]()

    status, info = desk.told(kind, record, by=by, key=desk.keys[signed_by[0]])

    assert status == code
    assert record.head["guid"] in info
    assert "accepted" not in desk.books()["documents"][kind] or kind != "CEB621"


def test_the_code_in_the_document_is_the_signers(desk):
    """The payment company signs, and names another payment company."""
    status, _ = desk.told("CEB411", Sale("A5").payment(payCode="1401960Y99"), by=PAYER)

    assert status == "-10102"


def test_a_changed_byte_is_found(desk):
    """One fen more after signing."""

    def one_fen_more(data):
        assert b">301.12<" in data
        return data.replace(b">301.12<", b">301.13<")

    status, _ = desk.told("CEB411", Sale("A6").payment(), by=PAYER, change=one_fen_more)

    assert status == "-621028"


def test_a_changed_signature_is_found(desk):
    """The signed information itself was touched: the URI of the reference."""

    def other_value(data):
        start = data.index(b"<ds:SignatureValue>") + len(b"<ds:SignatureValue>")
        digit = b"A" if data[start : start + 1] != b"A" else b"B"
        return data[:start] + digit + data[start + 1 :]

    status, _ = desk.told("CEB311", Sale("A7").order(), change=other_value)

    assert status == "-621029"


def test_an_unsigned_document_is_refused(desk):
    """Optional by the schema, demanded here."""

    def unsigned(data):
        return data[: data.index(b"<ds:Signature ")] + b"</CEB311Message>"

    status, _ = desk.told("CEB311", Sale("A8").order(), change=unsigned)

    assert status == "-621029"


def test_a_list_waits_for_its_three_documents(desk):
    """No payment yet: the list is refused, and taken once the payment is there."""
    sale = Sale("A9")
    desk.send("CEB311", sale.order())
    desk.send("CEB511", sale.waybill(), by=COURIER)
    early, why = desk.told("CEB621", sale.listed())
    desk.send("CEB411", sale.payment(), by=PAYER)
    desk.work()

    desk.send("CEB621", sale.listed())
    desk.work()

    assert (early, "缺少支付单" in why) == ("100", True)
    assert desk.answers("CA9")[-3:] == ["120", "800", "816"]


@pytest.mark.parametrize(
    ("document", "change", "named"),
    [
        ("order", {"consigneeAddress": "山西省太原市杏花岭区虚构街2号"}, "consigneeAddress"),
        ("order", {"buyerTelephone": "13900000002"}, "buyerTelephone"),
        ("payment", {"amountPaid": "301.11"}, "支付金额"),
        ("payment", {"payerIdNumber": "110105198504153027"}, "证件号码"),
        ("payment", {"payerName": "闻人栖梧"}, "姓名"),
        ("waybill", {"consignee": "闻人栖梧"}, "consignee"),
        ("waybill", {"consigneeTelephone": "13900000002"}, "consigneeTelephone"),
        ("waybill", {"orderNo": "OTHER"}, "orderNo"),
        ("listed", {"freight": "16.00"}, "freight"),
        ("listed", {"buyerName": "闻人栖梧"}, "buyerName"),
        ("listed", {"emsNo": "T0501W999999"}, "料号不存在"),
        ("listed", {"emsNo": ""}, "emsNo"),
        ("listed", {"netWeight": "0.6"}, "净重"),
        ("listed", {"logisticsNo": "QZ0000000000099"}, "缺少运单"),
        ("listed", {"tradeMode": "9610"}, "贸易方式"),
    ],
)
def test_the_list_fits_its_documents(desk, document, change, named):
    """One text or figure differs; the refusal names it."""
    sale = Sale("B1")
    changed = {document: change}
    desk.send("CEB311", sale.order(**changed.get("order", {})))
    desk.send("CEB411", sale.payment(**changed.get("payment", {})), by=PAYER)
    desk.send("CEB511", sale.waybill(**changed.get("waybill", {})), by=COURIER)
    desk.work()

    status, info = desk.told("CEB621", sale.listed(**changed.get("listed", {})))

    assert status == "100"
    assert named in info
    assert desk.books()["lists"] == {}


@pytest.mark.parametrize(
    "goods",
    [
        Goods(name="深海鱼油"),
        Goods(price="267.00", total="267.00"),
        Goods(hs_code="3303000020"),
        Goods(item_record_no="0009"),
        Goods("0003", "4202210090", qty1="2"),
    ],
)
def test_the_lines_fit_order_and_account_book(desk, goods):
    """The list's line differs from the order's, or from what is filed for the item."""
    sale = Sale("B2", goods=(Goods("0003", "4202210090", qty1="1"),))
    desk.documents(sale if goods.item_record_no == "0003" else Sale("B2"))

    status, _ = desk.told("CEB621", Sale("B2", goods=(goods,)).listed())

    assert status == "100"
    assert desk.books()["lists"] == {}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"acturalPaid": "301.13"}, "实际支付"),
        ({"goodsValue": "268.01"}, "总价之和"),
        ({"buyerIdNumber": "140105199003072211"}, "身份证"),
        ({"buyerIdType": "2"}, "证件类型"),
        ({"appTime": "20261341000000"}, "appTime"),
        ({"freight": "-8.00"}, "不得为负"),
        ({"orderType": "E"}, "订单类型"),
    ],
)
def test_an_order_adds_up_and_names_a_person(desk, change, named):
    """One figure or number of the order is wrong."""
    status, info = desk.told("CEB311", Sale("B3").order(**change))

    assert status == "100"
    assert named in info


def test_one_item_over_the_single_limit_is_taxed_in_full(desk):
    """A bag of 6,800: duty 6 %, VAT 13 % on both, no 70 %."""
    sale = Sale("C1", goods=(BAG,), freight="0", tax="1345.04")
    desk.documents(sale)

    desk.send("CEB621", sale.listed())
    desk.work()

    bill = desk.rows("SELECT * FROM tax_bill")[0]
    assert (bill["customs_tax"], bill["value_added_tax"]) == ("408.00", "937.04")
    assert bill["consumption_tax"] == "0.00"


def test_two_items_over_the_single_limit_are_refused(desk):
    """2 x 2,600 in one order."""
    sale = Sale("C2", goods=(TWO_BAGS,), freight="0", tax="473.20")
    desk.documents(sale)

    status, info = desk.told("CEB621", sale.listed())

    assert (status, "5200.00" in info) == ("-621005", True)
    assert desk.rows("SELECT * FROM limit_use") == []


def test_the_yearly_limit_counts_every_list_of_a_person(desk):
    """Three bags of 6,800 pass, 5,600 are left; the fourth is refused and its text says so."""
    for at in range(3):
        sale = Sale(f"C3{at}", f"W{at}", goods=(BAG,), freight="0", tax="1345.04")
        desk.documents(sale)
        assert desk.told("CEB621", sale.listed())[0] == "816"
    fourth = Sale("C39", "W9", goods=(BAG,), freight="0", tax="1345.04")
    other = Sale("C38", "W8", "310101197811234641", (BAG,), "0", "1345.04")
    desk.documents(fourth)
    desk.documents(other)

    status, info = desk.told("CEB621", fourth.listed())

    assert status == "-621018"
    assert "已用额度20400.00元" in info
    assert desk.told("CEB621", other.listed())[0] == "816"


def test_a_signature_at_the_door_needs_a_released_list(desk):
    """513 before the list: refused; after the release: accepted."""
    sale = Sale("C4")
    desk.documents(sale)

    early, _ = desk.told("CEB513", sale.delivery(), by=COURIER)
    desk.told("CEB621", sale.listed())
    late, _ = desk.told("CEB513", sale.delivery(), by=COURIER)

    assert (early, late) == ("100", "120")


def test_an_order_can_be_changed_until_a_list_uses_it(desk):
    """A change (appType 2) replaces the first copy; after the list it is too late."""
    sale, cheaper = Sale("C5"), Sale("C5", freight="7.00")
    desk.documents(sale)

    changed, _ = desk.told("CEB311", cheaper.order(appType="2"))
    back, _ = desk.told("CEB311", sale.order(appType="2"))
    desk.told("CEB621", sale.listed())
    too_late, _ = desk.told("CEB311", cheaper.order(appType="2"))

    assert (changed, back, too_late) == ("120", "120", "-621012")
    assert desk.books()["documents"]["CEB311"] == {"accepted": 1, "replaced": 2, "rejected": 1}
