"""Ask a platform for the data of a payment, and judge what it sends.

Form: the customs reference, section 4.  The text that was signed is cut out of what came, letter
by letter, and never written anew; what it says is compared with the documents customs holds.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from decimal import Decimal, InvalidOperation

import requests

from simulators import clock, keys
from simulators.books import Books
from simulators.customs.documents import Documents, Kept
from simulators.customs.trust import TrustFolder
from simulators.daemon import Refused, log, malformed

WANTED_WITHIN_MS = 120_000
TAKEN, NOT_TAKEN = "10000", "20000"
ASK_PATH = "/customs/platDataOpen"
_MEMBERS = (
    "sessionID",
    "payExchangeInfoHead",
    "payExchangeInfoLists",
    "serviceTime",
    "certNo",
    "signValue",
)
_SIGNED = _MEMBERS[:4]


class Unfit(Exception):
    """The data are not taken; the text says why."""


class Questions:
    """Customs' questions about payments and what became of each."""

    def __init__(
        self, books: Books, documents: Documents, trust: TrustFolder, *, platform_url: str
    ) -> None:
        self._books = books
        self._documents = documents
        self._trust = trust
        self._platform = platform_url.rstrip("/")

    def ask(self, order_no: str) -> dict[str, object]:
        """Ask the platform about one order and return what it said."""
        if not self._platform:
            raise malformed("no platform to ask: start with --platform-url")
        session_id = uuid.uuid4().hex
        asked = {
            "orderNo": order_no,
            "sessionID": session_id,
            "serviceTime": str(clock.now_ms()),
        }
        with self._books.write() as conn:
            conn.execute(
                "INSERT INTO payment_question (session_id, order_no, asked_at, told, verdict)"
                " VALUES (?, ?, ?, '', '')",
                (session_id, order_no, clock.now_ms()),
            )
        told = self._call(asked)
        with self._books.write() as conn:
            conn.execute(
                "UPDATE payment_question SET told = ? WHERE session_id = ?", (told, session_id)
            )
        return {"session_id": session_id, "told": told}

    def _call(self, asked: dict[str, str]) -> str:
        try:
            answer = requests.post(
                self._platform + ASK_PATH,
                data={"openReq": json.dumps(asked, ensure_ascii=False)},
                timeout=10,
            )
            return str(answer.json().get("code", ""))
        except (requests.RequestException, ValueError, AttributeError):
            raise Refused(503, "platform_silent", "the platform gives no answer") from None

    def take(self, said: str) -> tuple[str, str]:
        """Judge what a platform sends; return (code, message)."""
        try:
            session_id, head, lists, signed = _read(said)
            question = self._books.row(
                "SELECT * FROM payment_question WHERE session_id = ?", session_id
            )
            if question is None:
                raise Unfit("sessionID不存在")
            self._verify(json.loads(said), signed)
            self._compare(question["order_no"], head, lists)
            verdict = ""
        except Unfit as fault:
            session_id, verdict = _session_of(said), str(fault)
        log("payment data", session=session_id[:40], verdict=verdict or "taken")
        with self._books.write() as conn:
            conn.execute(
                "UPDATE payment_question SET verdict = ?, answered_at = ?, times = times + 1"
                " WHERE session_id = ?",
                (verdict or "taken", clock.now_ms(), session_id),
            )
        return (NOT_TAKEN, verdict) if verdict else (TAKEN, "")

    def _verify(self, said: dict[str, str], signed: bytes) -> None:
        holder = self._trust.by_number(str(said["certNo"]))
        if holder is None:
            raise Unfit("certNo不存在")
        try:
            value = base64.b64decode(said["signValue"], validate=True)
        except (binascii.Error, ValueError, TypeError):
            raise Unfit("signValue不是base64") from None
        if not keys.verifies(holder, signed, value):
            raise Unfit("验签失败")

    def _compare(self, order_no: str, head: dict[str, object], lists: list[object]) -> None:
        """Compare the data with the order and the payment that customs holds."""
        with self._books.write() as conn:
            ebp_code = str(head.get("ebpCode", ""))
            orders = self._documents.of_order(conn, "CEB311", ebp_code, order_no)
            payments = self._documents.of_order(conn, "CEB411", ebp_code, order_no)
        if not orders or not payments:
            raise Unfit("订单或支付单不存在")
        _same_payment(head, payments[-1])
        _same_order(order_no, lists, orders[-1])

    def told(self, order_no: str) -> list[dict[str, object]]:
        """Return every question about an order with its verdict and how long it took."""
        rows = self._books.rows(
            "SELECT * FROM payment_question WHERE order_no = ? ORDER BY asked_at", order_no
        )
        return [
            {
                "session_id": row["session_id"],
                "told": row["told"],
                "verdict": row["verdict"],
                "times": row["times"],
                "after_ms": row["answered_at"] - row["asked_at"] if row["answered_at"] else None,
                "in_time": bool(
                    row["answered_at"] and row["answered_at"] - row["asked_at"] <= WANTED_WITHIN_MS
                ),
            }
            for row in rows
        ]


def _read(said: str) -> tuple[str, dict[str, object], list[object], bytes]:
    """Return session, head, lists, and the signed text in the letters that came."""
    raw = _raw_members(said)
    if tuple(raw) != _MEMBERS:
        raise Unfit("报文成员或顺序不符")
    head, lists = json.loads(raw["payExchangeInfoHead"]), json.loads(raw["payExchangeInfoLists"])
    if not isinstance(head, dict) or not isinstance(lists, list) or len(lists) != 1:
        raise Unfit("报文结构不符")
    parts = (f'"{name}":"{_bare(raw[name])}"' for name in _SIGNED)
    return json.loads(raw["sessionID"]), head, lists, "||".join(parts).encode()


def _raw_members(said: str) -> dict[str, str]:
    """Cut a compact JSON object into its members' own letters."""
    decoder = json.JSONDecoder()
    raw: dict[str, str] = {}
    at = 1
    try:
        if not said.startswith("{"):
            raise ValueError
        while True:
            name, at = decoder.raw_decode(said, at)
            if said[at] != ":" or not isinstance(name, str):
                raise ValueError
            _, end = decoder.raw_decode(said, at + 1)
            raw[name] = said[at + 1 : end]
            if said[end:] == "}":
                return raw
            if said[end] != ",":
                raise ValueError
            at = end + 1
    except (ValueError, IndexError):
        raise Unfit("报文不是紧凑的JSON") from None


def _bare(raw: str) -> str:
    """Return a text member's letters without its quotes; an object or list as it is."""
    return raw[1:-1] if raw.startswith('"') else raw


def _session_of(said: str) -> str:
    try:
        return str(json.loads(said)["sessionID"])
    except (ValueError, KeyError, TypeError):
        return ""


def _same_payment(head: dict[str, object], payment: Kept) -> None:
    for name in ("payCode", "payTransactionId"):
        if head.get(name) != payment.head[name]:
            raise Unfit(f"{name}与支付单不一致")
    try:
        amount = Decimal(str(head.get("totalAmount")))
    except InvalidOperation:
        raise Unfit("totalAmount不是数字") from None
    if amount != Decimal(payment.head["amountPaid"]):
        raise Unfit("totalAmount与支付单不一致")
    if head.get("tradingTime") != payment.head["payTime"]:
        raise Unfit("tradingTime与支付单不一致")
    for name in ("guid", "initalRequest", "initalResponse", "verDept", "payType"):
        if not head.get(name):
            raise Unfit(f"{name}缺失")


def _same_order(order_no: str, lists: list[object], order: Kept) -> None:
    one = lists[0]
    if not isinstance(one, dict) or one.get("orderNo") != order_no:
        raise Unfit("orderNo不一致")
    named = [goods.get("gname") for goods in one.get("goodsInfo", [])]
    if named != [line["itemName"] for line in order.lines]:
        raise Unfit("goodsInfo与订单不一致")
    if not all(str(goods.get("itemLink", "")).startswith("http") for goods in one["goodsInfo"]):
        raise Unfit("itemLink缺失")
    for name in ("recpAccount", "recpCode", "recpName"):
        if not one.get(name):
            raise Unfit(f"{name}缺失")
