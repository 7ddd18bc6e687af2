"""A payable checkout of two orders, its providers, and a port that settles as the shop does."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from kernel import config as kernel_config
from kernel import db, outbox
from kernel.batch import Batch
from settlement.ledger.post import post_many
from settlement.ledger.postings import Books, PaidOrder, captured, owed
from settlement.payments import providers, tables
from settlement.payments.capture import TakenPayment, capture_many, read_payments
from settlement.payments.open_payment import PayableCheckout, PayableOrder, open_payment
from settlement.payments.ports import HeardPayment
from settlement.payments.sweep import sweep_payments
from tests.db.settlement.stand_ins import Company, Stripe

ENTITY = 1
CHECKOUT = 70


class Settler:
    """Settles heard money with the set-based statements; money of another figure is owed."""

    def __init__(self) -> None:
        self.heard: list[HeardPayment] = []
        self.fails: Exception | None = None

    def capture(self, heard: HeardPayment) -> None:
        self.heard.append(heard)
        if self.fails is not None:
            raise self.fails
        with db.write() as conn, Batch(conn) as batch:
            payments = read_payments(batch, [heard.checkout_id])
            batch.sync()
            payment = payments()[heard.checkout_id]
            shares = batch.fetch(
                "SELECT order_id, share_fen FROM payment_share WHERE payment_id = :payment_id"
                " ORDER BY order_id",
                {"payment_id": payment.payment_id},
            )
            batch.sync()
            if payment.state not in ("open", "expired"):
                return
            honoured = payment.honours(heard.gross_fen, heard.currency)
            taken = TakenPayment(
                payment_id=payment.payment_id,
                state="captured" if honoured else "owed",
                provider_payment=heard.provider_payment,
                gross_fen=heard.gross_fen,
                captured_at=heard.paid_at,
            )
            capture_many(batch, [taken])
            books = Books(ENTITY, heard.paid_at)
            paid = shares()
            if honoured:
                orders = [PaidOrder(order_id, fen, 100) for order_id, fen in paid]
                posting = captured(books, payment_id=payment.payment_id, orders=orders)
            else:
                posting = owed(
                    books, payment_id=payment.payment_id, gross_fen=heard.gross_fen, shares=paid
                )
            post_many(batch, [posting])


@pytest.fixture
def settler() -> Settler:
    return Settler()


@pytest.fixture
def stripe() -> Iterator[Stripe]:
    stand_in = Stripe()
    with stand_in.running():
        yield stand_in


@pytest.fixture
def company() -> Iterator[Company]:
    stand_in = Company()
    with stand_in.running():
        yield stand_in


@pytest.fixture
def wallet(database, stripe, company) -> Iterator[db.Database]:
    """The database, with providers that speak to the stand-ins."""
    settings = replace(
        kernel_config.current(), stripe_url=stripe.url, payment_company_url=company.url
    )
    kernel_config.use(settings)
    providers.use(providers.make_providers(settings))
    yield database
    providers.use({})


def checkout(
    clock, *, provider: str = "boxed_wallet", checkout_id: int = CHECKOUT
) -> PayableCheckout:
    """Return a checkout of 300.00: orders of 100.00 and 200.00, half an hour to pay."""
    return PayableCheckout(
        checkout_id=checkout_id,
        total_fen=30_000,
        orders=[
            PayableOrder(checkout_id * 10 + 1, f"QZ{checkout_id}1", 10_000),
            PayableOrder(checkout_id * 10 + 2, f"QZ{checkout_id}2", 20_000),
        ],
        expires_at=clock.now() + 1_800_000_000,
        return_url="https://id.example/orders/70",
        provider=provider,
        title="前栈订单",
    )


@pytest.fixture
def opened(wallet, clock) -> PayableCheckout:
    """The checkout with its page open."""
    payable = checkout(clock)
    open_payment(payable)
    return payable


def payment_row(checkout_id: int = CHECKOUT):
    with db.read() as conn:
        table = tables.payment
        return conn.execute(select(table).where(table.c.checkout_id == checkout_id)).one()


@pytest.fixture
def paid(opened, stripe, settler, clock):
    """Both orders paid and captured."""
    stripe.pay("cs_1", at_s=clock.now() // 1_000_000)
    clock.tick(30)
    sweep_payments(settler)
    return opened


def facts() -> list[str]:
    with db.read() as conn:
        table = outbox.fact_table
        return list(conn.execute(select(table.c.name).order_by(table.c.id)).scalars())
