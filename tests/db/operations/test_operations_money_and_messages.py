"""What finance and administrators list beside the flow, read on both databases."""

from sqlalchemy import select

from bonded_display.customs.reading.troubles import count_in_trouble, messages_in_trouble
from bonded_display.customs.tables import customs_message, message_trouble
from kernel import db
from settlement.books.second_payments import count_by_state, list_second_payments
from settlement.payments.tables import payment, payment_share, second_payment


def _payment(number: int) -> dict[str, object]:
    return {
        "id": number,
        "checkout_id": number,
        "provider": "boxed_wallet",
        "amount_fen": 100,
        "state": "open",
        "payer_check": "unchecked",
        "opened_at": 1,
        "expires_at": 2,
        "asked_at": 1,
        "title": "QZ9",
        "return_url": "https://id.example/orders/1",
        "seq": 1,
        "home_shard": 0,
    }


def test_second_payments_are_read_by_state_the_newest_first(database):
    """Page by page from below the last one shown, with the number of the order paid before."""
    with db.write() as conn:
        conn.execute(payment.insert(), [_payment(1)])
        conn.execute(
            payment_share.insert(),
            [{"payment_id": 1, "order_id": 9, "order_no": "QZ9", "share_fen": 100}],
        )
        for number in (11, 12, 13):
            conn.execute(
                second_payment.insert().values(
                    id=number,
                    payment_id=1,
                    provider="boxed_wallet",
                    provider_payment=f"pi_{number}",
                    gross_fen=100,
                    state="refunded" if number == 12 else "owed",
                    heard_at=5,
                    refunded_at=6 if number == 12 else None,
                )
            )

    with db.read() as conn:
        owed = list_second_payments(conn, state="owed", most=1)
        older = list_second_payments(conn, state="owed", before=owed[0].id, most=5)
        counts = count_by_state(conn)

    assert [(row.id, row.order_no) for row in owed + older] == [(13, "QZ9"), (11, "QZ9")]
    assert counts == {"owed": 2, "refunded": 1}


def test_messages_set_aside_are_read_with_their_fault(database):
    """Only those; the newest first, page by page."""
    with db.write() as conn:
        for number in (21, 22, 23):
            conn.execute(
                customs_message.insert().values(
                    id=number,
                    kind="CEB621",
                    order_id=9,
                    guid=f"{number:036d}",
                    signed_sealed=b"x",
                    sha256="0",
                    built_at=4,
                )
            )
        for number in (21, 23):
            conn.execute(
                message_trouble.insert().values(message_id=number, trouble="RuntimeError", at=5)
            )

    with db.read() as conn:
        first = messages_in_trouble(conn, most=1)
        older = messages_in_trouble(conn, before=first[0].id, most=5)
        count = conn.execute(select(count_in_trouble())).scalar_one()

    assert [(one.id, one.trouble) for one in first + older] == [
        (23, "RuntimeError"),
        (21, "RuntimeError"),
    ]
    assert count == 2
