"""Decide how payments, their shares, events, declarations and refunds are kept.

What is written in them is decided by the verbs beside this file.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from kernel.db import Id, metadata

payment = Table(
    "payment",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("checkout_id", Id, nullable=False, comment="checkout that is paid"),
    Column("provider", String(30), nullable=False, comment="boxed_wallet"),
    Column("provider_session", String(100), comment="the provider's page, cs_..."),
    Column("provider_payment", String(100), comment="the provider's number of the money, pi_..."),
    Column("pay_url", Text, comment="where the shopper pays"),
    Column("title", String(200), nullable=False, comment="what the provider's page says"),
    Column("return_url", Text, nullable=False, comment="where the shopper comes back"),
    Column("amount_fen", BigInteger, nullable=False, comment="asked for, fen"),
    Column("gross_fen", BigInteger, comment="taken by the provider, fen"),
    Column("state", String(10), nullable=False),
    Column("payer_check", String(10), nullable=False, comment="is the payer the buyer"),
    Column("opened_at", BigInteger, nullable=False, comment="microseconds"),
    Column("expires_at", BigInteger, nullable=False, comment="end of paying, microseconds"),
    Column("asked_at", BigInteger, nullable=False, comment="provider last asked, microseconds"),
    Column("captured_at", BigInteger, comment="paid at by the provider, microseconds"),
    Column("raw_sealed", LargeBinary, comment="sealed JSON: opening request and answer"),
    Column("seq", Integer, nullable=False, comment="counts the changes of state, from 1"),
    Column("home_shard", Integer, nullable=False),
    UniqueConstraint("checkout_id", name="uq_payment_once_a_checkout"),
    CheckConstraint(
        "state IN ('open', 'captured', 'owed', 'refunded', 'expired')", name="state_known"
    ),
    CheckConstraint("payer_check IN ('same', 'different', 'unchecked')", name="check_known"),
    CheckConstraint("amount_fen > 0", name="amount_positive"),
    CheckConstraint(
        "state IN ('open', 'expired') OR (gross_fen IS NOT NULL AND captured_at IS NOT NULL"
        " AND provider_payment IS NOT NULL)",
        name="taken_money_has_its_figures",
    ),
    CheckConstraint("state <> 'captured' OR gross_fen = amount_fen", name="captured_as_asked"),
    Index(
        "ix_payment_open",
        "asked_at",
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
    Index(
        "ix_payment_provider_payment",
        "provider_payment",
        sqlite_where=text("provider_payment IS NOT NULL"),
        postgresql_where=text("provider_payment IS NOT NULL"),
    ),
)

second_payment = Table(
    "second_payment",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False, comment="also the idempotency key"),
    Column("payment_id", Id, ForeignKey("payment.id"), nullable=False, comment="settled before"),
    Column("provider", String(30), nullable=False, comment="boxed_wallet"),
    Column("provider_payment", String(100), nullable=False, comment="of this money, pi_..."),
    Column("gross_fen", BigInteger, nullable=False, comment="taken by the provider, fen"),
    Column("state", String(8), nullable=False, comment="owed or refunded"),
    Column("heard_at", BigInteger, nullable=False, comment="microseconds"),
    Column("provider_refund", String(100), comment="the provider's number, re_..."),
    Column("refunded_at", BigInteger, comment="microseconds"),
    UniqueConstraint("provider", "provider_payment", name="uq_second_payment_once"),
    CheckConstraint("state IN ('owed', 'refunded')", name="state_known"),
    CheckConstraint("(state = 'refunded') = (refunded_at IS NOT NULL)", name="refunded_dated"),
    CheckConstraint("gross_fen > 0", name="gross_positive"),
)
"""Money that came for a checkout beside the payment that settled it; it belongs to no order."""

payment_share = Table(
    "payment_share",
    metadata,
    Column("payment_id", Id, ForeignKey("payment.id"), primary_key=True, autoincrement=False),
    Column("order_id", Id, primary_key=True, autoincrement=False, comment="customs order"),
    Column("order_no", String(60), nullable=False, comment="number printed and declared"),
    Column("share_fen", BigInteger, nullable=False, comment="fen of the payment"),
    UniqueConstraint("order_id", name="uq_payment_share_once_an_order"),
    CheckConstraint("share_fen > 0", name="share_positive"),
    Index("ix_payment_share_order_no", "order_no"),
)

inbox_key = Table(
    "inbox_key",
    metadata,
    Column("source", String(30), primary_key=True, comment="who sent it: stripe"),
    Column("key", String(100), primary_key=True, comment="the sender's number: evt_..."),
    Column("event_id", Id, nullable=False, comment="our payment_event"),
)

payment_event = Table(
    "payment_event",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("source", String(30), nullable=False, comment="stripe"),
    Column("event_key", String(100), nullable=False, comment="evt_..."),
    Column("kind", String(60), nullable=False, comment="payment_intent.succeeded"),
    Column("raw_sealed", LargeBinary, nullable=False, comment="the signed bytes, sealed"),
    Column("at", BigInteger, nullable=False, comment="received at, microseconds"),
    Column("state", String(8), nullable=False, comment="heard, done or ignored"),
    CheckConstraint("state IN ('heard', 'done', 'ignored')", name="state_known"),
    Index("ix_payment_event_state", "state", "at"),
)

payment_declaration = Table(
    "payment_declaration",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False, comment="customs order"),
    Column("request_no", String(40), nullable=False, comment="our number of the request"),
    Column("share_fen", BigInteger, nullable=False, comment="declared share, fen"),
    Column("state", String(10), nullable=False),
    Column("pay_transaction_id", String(60), comment="payTransactionId of CEB311 and 411"),
    Column("pay_code", String(18), comment="payCode: the payment company's customs code"),
    Column("pay_name", String(100), comment="payName: its registered name"),
    Column("return_status", String(10), comment="customs' status as the company tells it: 120"),
    Column("return_time_text", String(17), comment="customs' raw time text"),
    Column("at", BigInteger, nullable=False, comment="last change, microseconds"),
    UniqueConstraint("request_no", name="uq_payment_declaration_request"),
    CheckConstraint("state IN ('causing', 'received', 'accepted', 'rejected')", name="state_known"),
    Index(
        "ix_payment_declaration_transaction",
        "pay_transaction_id",
        sqlite_where=text("pay_transaction_id IS NOT NULL"),
        postgresql_where=text("pay_transaction_id IS NOT NULL"),
    ),
)

refund = Table(
    "refund",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False, comment="also the idempotency key"),
    Column("payment_id", Id, ForeignKey("payment.id"), nullable=False),
    Column("order_id", Id, nullable=False, comment="customs order, refunded whole"),
    Column("amount_fen", BigInteger, nullable=False, comment="fen given back"),
    Column("reason", String(60), nullable=False, comment="code: stock_gone"),
    Column("state", String(8), nullable=False, comment="asked or done"),
    Column("provider_refund", String(100), comment="the provider's number, re_..."),
    Column("asked_at", BigInteger, nullable=False, comment="microseconds"),
    Column("done_at", BigInteger, comment="microseconds"),
    UniqueConstraint("order_id", name="uq_refund_once_an_order"),
    CheckConstraint("state IN ('asked', 'done')", name="state_known"),
    CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_dated"),
    CheckConstraint("amount_fen > 0", name="amount_positive"),
)

part_refund = Table(
    "part_refund",
    metadata,
    Column("return_id", Id, primary_key=True, autoincrement=False, comment="also idempotency key"),
    Column("payment_id", Id, ForeignKey("payment.id"), nullable=False),
    Column("order_id", Id, nullable=False, comment="customs order, of which a part came back"),
    Column("sale_fen", BigInteger, nullable=False, comment="price of the goods, fen"),
    Column("tax_fen", BigInteger, nullable=False, comment="their tax as the shopper paid it, fen"),
    Column("state", String(8), nullable=False, comment="asked or done"),
    Column("provider_refund", String(100), comment="the provider's number, re_..."),
    Column("asked_at", BigInteger, nullable=False, comment="microseconds"),
    Column("done_at", BigInteger, comment="microseconds"),
    CheckConstraint("state IN ('asked', 'done')", name="state_known"),
    CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_dated"),
    CheckConstraint("sale_fen >= 0 AND tax_fen >= 0", name="not_negative"),
    Index("ix_part_refund_order", "order_id"),
)
"""Of one order there may be several; what is left of it goes by ``refund``."""

payment_question = Table(
    "payment_question",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("session_id", String(100), nullable=False, comment="customs' number of the question"),
    Column("order_no", String(60), nullable=False, comment="what it asks about"),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("payment_id", Id, ForeignKey("payment.id"), nullable=False),
    Column("asked_at", BigInteger, nullable=False, comment="microseconds"),
    Column("state", String(8), nullable=False, comment="asked, signed, taken or refused"),
    Column("said_sealed", LargeBinary, comment="payExInfoStr, sealed: what is sent, to the byte"),
    Column("answer_code", String(20), comment="customs' code of its answer: 10000"),
    Column("answered_at", BigInteger, comment="microseconds"),
    UniqueConstraint("session_id", name="uq_payment_question_session"),
    CheckConstraint("state IN ('asked', 'signed', 'taken', 'refused')", name="state_known"),
    CheckConstraint("(state = 'asked') = (said_sealed IS NULL)", name="said_what_was_signed"),
    CheckConstraint("state <> 'taken' OR answered_at IS NOT NULL", name="taken_dated"),
    Index("ix_payment_question_order", "order_id"),
)
"""Payment data that customs asked for (Announcements 2018-165 and 2018-179), and our answers."""
