"""What customs asks a platform about a payment, and which data it does not take."""

import base64
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from simulators import keys
from tests.unit.simulators.sim_documents import PAYER, PLATFORM, Sale

HEAD = {
    "guid": "G" * 36,
    "initalRequest": "POST /pay",
    "initalResponse": '{"id":"cs_1"}',
    "ebpCode": PLATFORM[0],
    "payCode": PAYER[0],
    "payTransactionId": "PTQ1",
    "currency": "142",
    "verDept": "3",
    "payType": "3",
    "note": "",
}


class Platform(BaseHTTPRequestHandler):
    """A platform that takes every question."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        said = b'{"code":"10000","message":"","serviceTime":1}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


@pytest.fixture
def asked(desk) -> Iterator[tuple[object, str, Sale]]:
    """An order that customs holds, about which it has asked."""
    server = HTTPServer(("127.0.0.1", 0), Platform)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    desk.office.books.close()
    desk.office = desk.opened(platform_url=f"http://127.0.0.1:{server.server_port}")
    sale = Sale("Q1")
    desk.documents(sale)
    web = desk.office.web().test_client()
    session = web.post("/payment-questions", json={"order_no": "Q1"}).json
    assert session["told"] == "10000"
    yield web, session["session_id"], sale
    server.shutdown()
    thread.join()
    server.server_close()


def data(desk, session: str, sale: Sale, *, key=None, **changed: object) -> str:
    """Write the payment data as the reference wants them, letter by letter."""
    paid = sale.payment().head
    head = (
        json.dumps({**HEAD, "tradingTime": paid["payTime"], **changed}, separators=(",", ":"))[:-1]
        + f',"totalAmount":{changed.get("totalAmount", sale.paid)}'
        + "}"
    )
    goods = [{"gname": sale.goods[0].name, "itemLink": "https://id.example/01/1"}]
    one = {
        "orderNo": sale.order_no,
        "goodsInfo": goods,
        "recpAccount": "1",
        "recpCode": "2",
        "recpName": "3",
    }
    lists = json.dumps([one], ensure_ascii=False, separators=(",", ":"))
    text = (
        f'"sessionID":"{session}"||"payExchangeInfoHead":"{head}"'
        f'||"payExchangeInfoLists":"{lists}"||"serviceTime":"1"'
    )
    signer = key or desk.keys[PLATFORM[0]]
    signature = base64.b64encode(keys.sign(signer, text.encode())).decode()
    return (
        f'{{"sessionID":"{session}","payExchangeInfoHead":{head},"payExchangeInfoLists":{lists},'
        f'"serviceTime":"1","certNo":"{desk.keys[PLATFORM[0]].key_no}","signValue":"{signature}"}}'
    )


def upload(web, said: str) -> tuple[str, str]:
    """Send payment data; return code and message."""
    answer = web.post("/ceb2grab/grab/realTimeDataUpload", data={"payExInfoStr": said}).json
    return answer["code"], answer["message"]


def test_fit_data_are_taken_and_timed(desk, asked):
    web, session, sale = asked

    assert upload(web, data(desk, session, sale)) == ("10000", "")

    (told,) = web.get("/payment-questions/Q1").json["questions"]
    assert told["verdict"] == "taken"
    assert told["in_time"] is True


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"totalAmount": "1.00"}, "totalAmount"),
        ({"payTransactionId": "PT0"}, "payTransactionId"),
        ({"payCode": "1"}, "payCode"),
        ({"tradingTime": "20200101000000"}, "tradingTime"),
        ({"initalRequest": ""}, "initalRequest"),
        ({"ebpCode": "1"}, "订单或支付单"),
    ],
)
def test_data_that_contradict_what_customs_holds_are_not_taken(desk, asked, changed, why):
    """Each differs from the fit ones in one place."""
    web, session, sale = asked

    code, message = upload(web, data(desk, session, sale, **changed))

    assert code == "20000"
    assert why in message


def test_data_that_were_changed_after_signing_are_not_taken(desk, asked):
    """A letter in the goods' name; or another company's key."""
    web, session, sale = asked
    fit = data(desk, session, sale)

    assert upload(web, fit.replace("/01/1", "/01/2")) == ("20000", "验签失败")
    other = data(desk, session, sale, key=desk.keys[PAYER[0]])
    assert upload(web, other) == ("20000", "验签失败")


@pytest.mark.parametrize("said", ["", "{}", "{x", '{"sessionID": "spaced"}', "[1]"])
def test_what_is_no_such_message_is_not_taken(asked, said):
    web, _, _ = asked

    assert upload(web, said)[0] == "20000"


def test_data_nobody_asked_for_are_not_taken(desk, asked):
    web, _, sale = asked

    assert upload(web, data(desk, "another", sale)) == ("20000", "sessionID不存在")
