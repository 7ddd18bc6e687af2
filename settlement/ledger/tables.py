"""Decide how postings, entries and the terms they follow are kept, with units and examples.

The rule that a sealed posting balances and never changes is kept by the triggers beside this file.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    event,
)

from kernel.db import Id, metadata
from settlement.ledger.chart import CHART
from settlement.ledger.triggers import attach_triggers

account = Table(
    "ledger_account",
    metadata,
    Column("code", String(12), primary_key=True, comment="2241.01"),
    Column("name_zh", String(60), nullable=False, comment="name in the books"),
    Column("name_en", String(60), nullable=False),
    Column("kind", String(10), nullable=False, comment="asset, liability, income, expense"),
    CheckConstraint("kind IN ('asset', 'liability', 'income', 'expense')", name="kind_known"),
)

posting = Table(
    "posting",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", String(30), nullable=False, comment="what happened: captured"),
    Column("document", String(80), nullable=False, comment="by what: payment:<id>"),
    Column("legal_entity_id", Id, nullable=False, comment="enterprise whose books these are"),
    Column("at", BigInteger, nullable=False, comment="knowledge time, microseconds"),
    Column("business_on", Date, nullable=False, comment="business day in China"),
    Column("sealed_at", BigInteger, comment="microseconds; null only inside the posting commit"),
    Column("correlation", String(64), nullable=False, comment="joins the records of one cause"),
    UniqueConstraint("kind", "document", name="uq_posting_once_a_document"),
    Index("ix_posting_business_on", "business_on"),
)

entry = Table(
    "entry",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("posting_id", Id, ForeignKey("posting.id"), nullable=False),
    Column("gnum", Integer, nullable=False, comment="place in the posting, from 1"),
    Column("account_code", String(12), nullable=False, comment="in the chart, by the seal"),
    Column("amount_fen", BigInteger, nullable=False, comment="fen; debit above nought"),
    Column("order_id", Id, comment="customs order it belongs to"),
    Column("memo", String(200), nullable=False, comment="what a reader of the books needs"),
    UniqueConstraint("posting_id", "gnum", name="uq_entry_place"),
    CheckConstraint("amount_fen <> 0", name="amount_not_nought"),
    Index("ix_entry_order_id", "order_id"),
)

agreement = Table(
    "agreement",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("platform_enterprise_id", Id, nullable=False, comment="whose books"),
    Column("merchant_enterprise_id", Id, nullable=False, comment="whose goods"),
    Column("basis", String(10), nullable=False, comment="principal or agent"),
    Column("settlement_mode", String(16), nullable=False, comment="own_sale or licensed_split"),
    Column("commission_bp", Integer, nullable=False, comment="agent: share of goods and freight"),
    Column("valid_from_on", Date, nullable=False),
    Column("valid_to_on", Date, nullable=False),
    CheckConstraint("basis IN ('principal', 'agent')", name="basis_known"),
    CheckConstraint(
        "(basis = 'principal') = (settlement_mode = 'own_sale')"
        " AND settlement_mode IN ('own_sale', 'licensed_split')",
        name="agent_money_is_split_by_a_licensed_house",
    ),
    CheckConstraint("commission_bp >= 0 AND commission_bp <= 10000", name="commission_a_part"),
    Index("ix_agreement_merchant", "merchant_enterprise_id"),
)

unit_cost = Table(
    "unit_cost",
    metadata,
    Column("account_book_item_id", Id, primary_key=True, autoincrement=False),
    Column("from_on", Date, primary_key=True, comment="first day in China"),
    Column("unit_cost_fen", BigInteger, nullable=False, comment="landed cost a piece, fen"),
    Column("document", String(80), nullable=False, comment="by what: entry list number"),
    CheckConstraint("unit_cost_fen >= 0", name="cost_positive"),
)

attach_triggers(entry)


@event.listens_for(account, "after_create")
def _write_chart(_target: Table, connection: Connection, **_options: object) -> None:
    connection.execute(account.insert(), chart_rows())


def chart_rows() -> list[dict[str, str]]:
    """Return the chart as rows of ``account``, for a new schema and for its migration."""
    return [
        {"code": one.code, "name_zh": one.name_zh, "name_en": one.name_en, "kind": one.kind}
        for one in CHART.values()
    ]
