"""Decide which question of customs about a payment is taken, and that it is answered once.

How the answer is written is ``payment_data``'s; who signs it, and what was sold, is passed in.
"""

import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from kernel import calls, clock, config, crypto, db, ids, outbox
from kernel.batch import insert_new
from kernel.calls import Answered
from settlement.payments import tables
from settlement.payments.errors import (
    PaymentDataRefused,
    PaymentMissing,
    QuestionUnreadable,
)
from settlement.payments.payment_data import Payee, PaymentFigures, SoldGoods, payment_data
from settlement.payments.provider import RawExchange

TAKEN = "10000"
NOT_TAKEN = "20000"
WANTED_WITHIN = 2 * clock.MINUTE
"""Within which customs wants the data (K, 2026-11): practitioners' notes, customs.md section 4."""

MOST_A_DAY = 20
"""Questions about one order that are taken (K, 2026-11); customs asks once or twice."""


@dataclass(frozen=True, slots=True)
class Sold:
    """What the order says of the sale: the platform's code, the lines, who is paid."""

    ebp_code: str
    goods: Sequence[SoldGoods]
    payee: Payee


Sign = Callable[[bytes], tuple[str, str]]
"""Return card number and signature, base64, over a text."""


def take_question(open_req: str) -> int:
    """Keep customs' question and return its id; asked again, the same one.

    ``open_req`` is JSON: orderNo, sessionID, serviceTime.  Records ``payment_data.asked``.
    Raises ``QuestionUnreadable``, and ``PaymentMissing`` when nothing was paid for the order.
    Source: customs.md section 4.
    """
    order_no, session_id = _read(open_req)
    paid = _paid_order(order_no)
    with db.write() as conn:
        question_id = ids.new()
        question = {
            "id": question_id,
            "session_id": session_id,
            "order_no": order_no,
            "order_id": paid.order_id,
            "payment_id": paid.payment_id,
            "asked_at": clock.now(),
            "state": "asked",
        }
        if insert_new(conn, tables.payment_question, question):
            _refuse_flood(conn, paid.order_id)
            outbox.record(
                conn,
                "payment_data.asked",
                subject=f"payment_question:{question_id}",
                subject_seq=1,
                payload={"question_id": str(question_id), "order_id": str(paid.order_id)},
                at=clock.now(),
            )
            return question_id
    return _known(session_id, order_no)


def answer_question(question_id: int, sold: Sold, *, sign: Sign) -> None:
    """Sign the data once, and send the very same letters until customs takes them.

    Raises ``PaymentDataRefused`` when customs does not take them: a person decides, and the next
    call writes and signs them anew.  Raises ``PaymentMissing`` before ``is_declared``, ``Unavailable``.
    """
    question = _question(question_id)
    if question.state == "taken":
        return
    said = _said(question) if question.state == "signed" else _write(question, sold, sign)
    try:
        answer = calls.post_form(config.current().customs_data_url, {"payExInfoStr": said})
        code = str(answer.get("code") or "")
    except Answered as refused:
        code = str(refused.status)
    _settle(question_id, "taken" if code == TAKEN else "refused", code=code)
    if code != TAKEN:
        raise PaymentDataRefused(order_no=question.order_no, answer=code)


def is_declared(order_id: int) -> bool:
    """Return whether the payment company has given the payment the number it is declared under."""
    return _declaration(order_id) is not None


def _read(open_req: str) -> tuple[str, str]:
    try:
        asked = json.loads(open_req)
        order_no, session_id = asked["orderNo"], asked["sessionID"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise QuestionUnreadable(reason="form") from error
    for said, most in ((order_no, 60), (session_id, 100)):
        fits = isinstance(said, str) and 1 <= len(said) <= most and said.isprintable()
        if not fits or set(said) & {'"', "\\"}:  # it stands as it is in the text our key signs
            raise QuestionUnreadable(reason="values")
    return order_no, session_id


def _refuse_flood(conn: Connection, order_id: int) -> None:
    """Anybody may ask in customs' name; the key signs slowly, so an order is asked about seldom."""
    table = tables.payment_question.c
    today = select(func.count()).where(
        table.order_id == order_id, table.asked_at > clock.now() - clock.DAY
    )
    if conn.execute(today).scalar_one() > MOST_A_DAY:
        raise QuestionUnreadable(reason="too_many")


def _paid_order(order_no: str) -> Row[int, int]:
    payment, share = tables.payment, tables.payment_share
    with db.read() as conn:
        row = conn.execute(
            select(share.c.order_id, share.c.payment_id)
            .join_from(share, payment, payment.c.id == share.c.payment_id)
            .where(share.c.order_no == order_no, payment.c.captured_at.is_not(None))
        ).first()
    if row is None:
        raise PaymentMissing(of=f"order:{order_no}")
    return row


def _known(session_id: str, order_no: str) -> int:
    table = tables.payment_question
    with db.read() as conn:
        row = conn.execute(
            select(table.c.id, table.c.order_no).where(table.c.session_id == session_id)
        ).one()
    if row.order_no != order_no:
        raise QuestionUnreadable(reason="session_of_another_order")
    return int(row.id)


def _question(question_id: int) -> Row[Any]:
    table = tables.payment_question
    with db.read() as conn:
        row = conn.execute(select(table).where(table.c.id == question_id)).one_or_none()
    if row is None:
        raise PaymentMissing(of=f"payment_question:{question_id}")
    return row


def _declaration(order_id: int) -> Row[Any] | None:
    table = tables.payment_declaration
    with db.read() as conn:
        row: Row[Any] | None = conn.execute(
            select(table).where(
                table.c.order_id == order_id, table.c.pay_transaction_id.is_not(None)
            )
        ).one_or_none()
    return row


def _write(question: Row[Any], sold: Sold, sign: Sign) -> str:
    """Write and sign the answer, keep it sealed, and return what stands: another may be first."""
    unsigned = payment_data(
        question.session_id,
        _figures(question, sold.ebp_code),
        goods=sold.goods,
        payee=sold.payee,
        at=clock.now(),
    )
    cert_no, sign_value = sign(unsigned.signed_text())
    said = unsigned.said(cert_no=cert_no, sign_value=sign_value)
    table = tables.payment_question
    with db.write() as conn:
        conn.execute(
            table.update()
            .where(table.c.id == question.id, table.c.state.in_(("asked", "refused")))
            .values(state="signed", said_sealed=crypto.seal(said.encode(), _context(question.id)))
        )
    return _said(_question(question.id))


def _figures(question: Row[Any], ebp_code: str) -> PaymentFigures:
    payment = tables.payment
    with db.read() as conn:
        paid = conn.execute(
            select(payment.c.raw_sealed, payment.c.captured_at).where(
                payment.c.id == question.payment_id
            )
        ).one()
    declared = _declaration(question.order_id)
    if declared is None or paid.raw_sealed is None:
        raise PaymentMissing(of=f"declared payment of customs_order:{question.order_id}")
    raw = crypto.unseal_json(paid.raw_sealed, f"payment.raw:{question.payment_id}")
    return PaymentFigures(
        guid=str(uuid.uuid4()).upper(),
        ebp_code=ebp_code,
        pay_code=declared.pay_code,
        pay_transaction_id=declared.pay_transaction_id,
        order_no=question.order_no,
        share_fen=declared.share_fen,
        paid_at=paid.captured_at,
        exchange=RawExchange(**{name: _letters(said) for name, said in raw.items()}),
    )


def _letters(kept: object) -> str:
    """Return an exchange as letters; what was kept before 0021 is an object."""
    return kept if isinstance(kept, str) else json.dumps(kept, ensure_ascii=False)


def _said(question: Row[Any]) -> str:
    return crypto.unseal(question.said_sealed, _context(question.id)).decode()


def _settle(question_id: int, state: str, *, code: str) -> None:
    table = tables.payment_question
    with db.write() as conn:
        conn.execute(
            table.update()
            .where(table.c.id == question_id, table.c.state == "signed")
            .values(state=state, answer_code=code[:20], answered_at=clock.now())
        )


def _context(question_id: int) -> str:
    return f"payment_question.said:{question_id}"
