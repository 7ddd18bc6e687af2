"""Customs asks for the data of a payment: signed once, sent to the byte until it takes them."""

import base64
import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from sqlalchemy import select

from bonded_display.customs.sign import sm2
from kernel import config, crypto, db, outbox
from kernel.calls import OtherSideDown
from settlement.payments import tables
from settlement.payments.declarer import cause_declaration
from settlement.payments.errors import PaymentDataRefused, PaymentMissing, QuestionUnreadable
from settlement.payments.payment_data import Payee, SoldGoods
from settlement.payments.questions import (
    MOST_A_DAY,
    Sold,
    answer_question,
    is_declared,
    take_question,
)
from tests.db.settlement.conftest import facts
from tests.db.settlement.stand_ins import Answer, StandIn

ORDER = 701
PRIVATE = 0x1F2E3D4C5B6A79888796A5B4C3D2E1F00112233445566778899AABBCCDDEEFF0
PUBLIC = sm2.public_key(PRIVATE)
SOLD = Sold(
    ebp_code="1401962001",
    goods=[SoldGoods('面膜 "5 片"', "https://id.example/01/04006000000001/21/S000123")],
    payee=Payee("1402000000000000001", "91140100MA0K8QZT1X", "太原前展跨境电子商务有限公司"),
)


class Customs(StandIn):
    """Takes payment data, or answers what it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.code = "10000"

    def answer(self, method, path, body, key) -> Answer:
        del method, path, body, key
        return 200, {"code": self.code, "message": ""}

    @property
    def said(self) -> list[str]:
        return [body["payExInfoStr"] for _, _, body in self.asked]


@pytest.fixture
def customs():
    stand_in = Customs()
    with stand_in.running():
        url = f"{stand_in.url}/ceb2grab/grab/realTimeDataUpload"
        config.use(replace(config.current(), customs_data_url=url))
        yield stand_in


@pytest.fixture
def declared(paid, customs):
    cause_declaration(ORDER, ebp_code="1401962001", ebp_name="前展")
    return customs


def sign(said: bytes) -> tuple[str, str]:
    return "03000001", base64.b64encode(sm2.sign(PRIVATE, PUBLIC, said)).decode()


def question(session_id: str = "s-1", order_no: str = "QZ701") -> str:
    return json.dumps({"orderNo": order_no, "sessionID": session_id, "serviceTime": "1"})


def row(question_id: int):
    table = tables.payment_question
    with db.read() as conn:
        return conn.execute(select(table).where(table.c.id == question_id)).one()


def test_the_data_are_the_payments_own(declared):
    """What was asked of the provider and answered, our share, the number of the declaration."""
    answer_question(take_question(question()), SOLD, sign=sign)

    (said,) = declared.said
    data = json.loads(said)
    assert list(data) == [
        *("sessionID", "payExchangeInfoHead", "payExchangeInfoLists"),
        *("serviceTime", "certNo", "signValue"),
    ]
    head = data["payExchangeInfoHead"]
    assert "unit_amount]=30000" in unquote(head["initalRequest"])
    assert json.loads(head["initalResponse"])["id"] == "cs_1"
    assert '"totalAmount":100.00,' in said
    assert head["payTransactionId"] == "PT-P701"
    assert head["ebpCode"] == "1401962001"
    (order,) = data["payExchangeInfoLists"]
    assert order["orderNo"] == "QZ701"
    assert order["goodsInfo"] == [{"gname": '面膜 "5 片"', "itemLink": SOLD.goods[0].item_link}]
    assert order["recpName"] == SOLD.payee.name


def test_the_signature_is_over_the_letters_that_are_sent(declared):
    """Quotes in a name included: nothing is written twice."""
    answer_question(take_question(question()), SOLD, sign=sign)

    (said,) = declared.said
    head = said[said.index('"payExchangeInfoHead":') + 22 : said.index(',"payExchangeInfoLists"')]
    lists = said[said.index('"payExchangeInfoLists":') + 23 : said.index(',"serviceTime"')]
    time = json.loads(said)["serviceTime"]
    text = (
        f'"sessionID":"s-1"||"payExchangeInfoHead":"{head}"'
        f'||"payExchangeInfoLists":"{lists}"||"serviceTime":"{time}"'
    )
    signature = base64.b64decode(json.loads(said)["signValue"])
    assert sm2.verify(PUBLIC, text.encode(), signature)
    assert not sm2.verify(PUBLIC, text.replace("QZ701", "QZ702").encode(), signature)


def test_a_question_that_comes_again_is_answered_once(declared):
    """Customs' line broke after it asked."""
    first = take_question(question())
    assert take_question(question()) == first
    assert facts().count("payment_data.asked") == 1

    answer_question(first, SOLD, sign=sign)
    answer_question(first, SOLD, sign=sign)

    assert len(declared.said) == 1
    assert row(first).state == "taken"


def test_an_outage_sends_the_same_letters_again(declared):
    """Signed once; kept sealed from then on."""
    question_id = take_question(question())
    declared.down = True
    with pytest.raises(OtherSideDown):
        answer_question(question_id, SOLD, sign=sign)
    kept = crypto.unseal(row(question_id).said_sealed, f"payment_question.said:{question_id}")
    declared.down = False

    answer_question(question_id, SOLD, sign=lambda _: pytest.fail("signed twice"))

    assert {said.encode() for said in declared.said} == {kept}
    assert len(declared.said) == 2


def test_what_customs_does_not_take_waits_for_a_person(declared):
    """Let run again, the data are written and signed anew."""
    question_id = take_question(question())
    declared.code = "20000"
    with pytest.raises(PaymentDataRefused):
        answer_question(question_id, SOLD, sign=sign)
    assert (row(question_id).state, row(question_id).answer_code) == ("refused", "20000")
    declared.code = "10000"

    answer_question(question_id, SOLD, sign=sign)

    assert row(question_id).state == "taken"
    assert declared.said[0] != declared.said[1]


@pytest.mark.parametrize(
    "asked",
    [
        "",
        "[]",
        "{",
        '{"orderNo": 7, "sessionID": "s"}',
        '{"orderNo": "QZ701"}',
        json.dumps({"orderNo": "QZ701", "sessionID": "s" * 101}),
        json.dumps({"orderNo": "QZ701", "sessionID": "a\nb"}),
        json.dumps({"orderNo": "QZ701", "sessionID": 's"||"payExchangeInfoHead":"x'}),
        json.dumps({"orderNo": "QZ701", "sessionID": "s\\"}),
        pytest.param("[" * 200_000, id="nested deep"),
        pytest.param('{"orderNo":' * 200_000, id="nested deep in a name"),
    ],
)
def test_a_question_that_cannot_be_read_is_refused(paid, asked):
    with pytest.raises(QuestionUnreadable):
        take_question(asked)
    with db.read() as conn:
        assert conn.execute(select(tables.payment_question)).all() == []


def test_questions_about_one_order_have_a_daily_end(declared, clock):
    """The 21st of a day is refused and kept nowhere; another order and tomorrow are answered."""
    known = [take_question(question(f"s-{number}")) for number in range(MOST_A_DAY)]
    with pytest.raises(QuestionUnreadable) as refused:
        take_question(question("s-more"))

    assert refused.value.facts == {"reason": "too_many"}
    assert take_question(question("s-0")) == known[0], "what was taken is still answered"
    assert take_question(question("s-other", "QZ702")) not in known
    assert facts().count("payment_data.asked") == MOST_A_DAY + 1
    clock.tick(24 * 3_600)
    assert take_question(question("s-more")) not in known


def test_a_payment_kept_as_objects_is_told_in_letters(declared):
    """Kept before the exchange was kept as letters: JSON within the text, nothing of Python."""
    table = tables.payment
    with db.write() as conn:
        payment_id = conn.execute(select(table.c.id)).scalar_one()
        raw = {"request": {"amount": 30_000}, "response": {"id": "cs_1", "名": "前栈"}}
        sealed = crypto.seal_json(raw, f"payment.raw:{payment_id}")
        conn.execute(table.update().values(raw_sealed=sealed))

    answer_question(take_question(question()), SOLD, sign=sign)

    head = json.loads(declared.said[0])["payExchangeInfoHead"]
    assert json.loads(unquote(head["initalRequest"])) == raw["request"]
    assert json.loads(head["initalResponse"]) == raw["response"]


def test_nothing_is_told_of_what_was_not_paid(opened):
    """Neither of a number that is none of ours, nor of an order that still waits for its money."""
    for order_no in ("QZ701", "QZ999"):
        with pytest.raises(PaymentMissing):
            take_question(question(order_no=order_no))


def test_a_session_asks_about_one_order(declared):
    take_question(question())
    with pytest.raises(QuestionUnreadable):
        take_question(question(order_no="QZ702"))


def test_a_payment_is_declared_once_it_has_its_number(paid, customs):
    assert not is_declared(ORDER)
    cause_declaration(ORDER, ebp_code="1401962001", ebp_name="前展")
    assert is_declared(ORDER)


def test_no_person_stands_in_the_fact(declared):
    """Ids only: what was paid is read from the sealed row."""
    question_id = take_question(question())
    with db.read() as conn:
        table = outbox.fact_table
        payload = conn.execute(
            select(table.c.payload).where(table.c.name == "payment_data.asked")
        ).scalar_one()
    assert json.loads(payload) == {"question_id": str(question_id), "order_id": str(ORDER)}
