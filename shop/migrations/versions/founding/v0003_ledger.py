"""First tables of ledger; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0003_ledger"
down_revision = "0002_tax"
branch_labels = None
depends_on = None

POSTGRESQL = (
    """CREATE FUNCTION posting_opened_first() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  SELECT id FROM after WHERE sealed_at IS NOT NULL LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_is_opened_first', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_is_opened_first';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER posting_opened_first AFTER INSERT ON posting REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION posting_opened_first()""",
    """CREATE FUNCTION posting_changed_1() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  SELECT id FROM before WHERE sealed_at IS NOT NULL LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_sealed_is_immutable', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sealed_is_immutable';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER posting_changed_1 AFTER UPDATE ON posting REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION posting_changed_1()""",
    """CREATE FUNCTION posting_changed_2() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN

  SELECT n.id FROM after n
    LEFT JOIN entry e ON e.posting_id = n.id
    LEFT JOIN ledger_account a ON a.code = e.account_code
   WHERE n.sealed_at IS NOT NULL
   GROUP BY n.id
  HAVING coalesce(sum(e.amount_fen), 1) <> 0 OR count(e.id) < 2 OR count(a.code) <> count(e.id) LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_sealed_is_balanced', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sealed_is_balanced';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER posting_changed_2 AFTER UPDATE ON posting REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION posting_changed_2()""",
    """CREATE FUNCTION posting_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  SELECT id FROM before WHERE sealed_at IS NOT NULL LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_sealed_is_immutable', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sealed_is_immutable';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER posting_gone AFTER DELETE ON posting REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION posting_gone()""",
    """CREATE FUNCTION entry_new() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  SELECT p.id FROM (SELECT posting_id FROM after) c JOIN posting p ON p.id = c.posting_id WHERE p.sealed_at IS NOT NULL LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_sealed_is_immutable', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sealed_is_immutable';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER entry_new AFTER INSERT ON entry REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION entry_new()""",
    """CREATE FUNCTION entry_gone() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  SELECT p.id FROM (SELECT posting_id FROM before) c JOIN posting p ON p.id = c.posting_id WHERE p.sealed_at IS NOT NULL LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_sealed_is_immutable', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sealed_is_immutable';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER entry_gone AFTER DELETE ON entry REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION entry_gone()""",
    """CREATE FUNCTION entry_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE bad bigint;
BEGIN
  SELECT p.id FROM (SELECT posting_id FROM before UNION SELECT posting_id FROM after) c JOIN posting p ON p.id = c.posting_id WHERE p.sealed_at IS NOT NULL LIMIT 1 INTO bad;
  IF bad IS NOT NULL THEN
    RAISE EXCEPTION 'posting %: posting_sealed_is_immutable', bad
      USING ERRCODE = 'check_violation', CONSTRAINT = 'posting_sealed_is_immutable';
  END IF;
  RETURN NULL;
END $$""",
    """CREATE TRIGGER entry_changed AFTER UPDATE ON entry REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION entry_changed()""",
)

SQLITE = (
    """CREATE TRIGGER posting_opened_first BEFORE INSERT ON posting WHEN NEW.sealed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_is_opened_first'); END""",
    """CREATE TRIGGER posting_changed_1 BEFORE UPDATE ON posting WHEN OLD.sealed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_sealed_is_immutable'); END""",
    """CREATE TRIGGER posting_changed_2 AFTER UPDATE ON posting WHEN NEW.sealed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_sealed_is_balanced') WHERE EXISTS (SELECT 1 FROM (
  SELECT coalesce(sum(e.amount_fen), 1) AS fen, count(e.id) AS entries, count(a.code) AS known
    FROM entry e LEFT JOIN ledger_account a ON a.code = e.account_code
   WHERE e.posting_id = NEW.id) WHERE fen <> 0 OR entries < 2 OR known <> entries); END""",
    """CREATE TRIGGER posting_gone BEFORE DELETE ON posting WHEN OLD.sealed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_sealed_is_immutable'); END""",
    """CREATE TRIGGER entry_new BEFORE INSERT ON entry WHEN (SELECT sealed_at FROM posting WHERE id = NEW.posting_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_sealed_is_immutable'); END""",
    """CREATE TRIGGER entry_gone BEFORE DELETE ON entry WHEN (SELECT sealed_at FROM posting WHERE id = OLD.posting_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_sealed_is_immutable'); END""",
    """CREATE TRIGGER entry_changed BEFORE UPDATE ON entry WHEN (SELECT sealed_at FROM posting WHERE id = OLD.posting_id) IS NOT NULL OR (SELECT sealed_at FROM posting WHERE id = NEW.posting_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'posting_sealed_is_immutable'); END""",
)

DROPPED = (
    """DROP FUNCTION IF EXISTS posting_opened_first() CASCADE""",
    """DROP FUNCTION IF EXISTS posting_changed_1() CASCADE""",
    """DROP FUNCTION IF EXISTS posting_changed_2() CASCADE""",
    """DROP FUNCTION IF EXISTS posting_gone() CASCADE""",
    """DROP FUNCTION IF EXISTS entry_new() CASCADE""",
    """DROP FUNCTION IF EXISTS entry_gone() CASCADE""",
    """DROP FUNCTION IF EXISTS entry_changed() CASCADE""",
)

CHART = [
    {
        "code": "1012.01",
        "name_zh": "其他货币资金—支付机构待清算",
        "name_en": "Provider clearing",
        "kind": "asset",
    },
    {
        "code": "1405",
        "name_zh": "库存商品—保税仓",
        "name_en": "Stock in the bonded warehouse",
        "kind": "asset",
    },
    {"code": "1406", "name_zh": "发出商品", "name_en": "Goods in transit", "kind": "asset"},
    {
        "code": "2202",
        "name_zh": "应付账款—供货商",
        "name_en": "Supplier payable",
        "kind": "liability",
    },
    {
        "code": "2203",
        "name_zh": "合同负债—预收货款",
        "name_en": "Advances from customers",
        "kind": "liability",
    },
    {
        "code": "2241.01",
        "name_zh": "其他应付款—代收进口税款",
        "name_en": "Import tax collected",
        "kind": "liability",
    },
    {
        "code": "2241.02",
        "name_zh": "其他应付款—应退消费者",
        "name_en": "Owed to the shopper",
        "kind": "liability",
    },
    {
        "code": "2221.01",
        "name_zh": "应交税费—代缴进口税款",
        "name_en": "Import tax payable",
        "kind": "liability",
    },
    {"code": "6001", "name_zh": "主营业务收入", "name_en": "Revenue", "kind": "income"},
    {"code": "6051", "name_zh": "其他业务收入—佣金", "name_en": "Commission", "kind": "income"},
    {"code": "6401", "name_zh": "主营业务成本", "name_en": "Cost of sales", "kind": "expense"},
    {
        "code": "6403",
        "name_zh": "税金及附加—承担的进口税差",
        "name_en": "Import tax borne",
        "kind": "expense",
    },
]


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "agreement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("platform_enterprise_id", sa.BigInteger(), nullable=False, comment="whose books"),
        sa.Column("merchant_enterprise_id", sa.BigInteger(), nullable=False, comment="whose goods"),
        sa.Column("basis", sa.String(length=10), nullable=False, comment="principal or agent"),
        sa.Column(
            "settlement_mode",
            sa.String(length=16),
            nullable=False,
            comment="own_sale or licensed_split",
        ),
        sa.Column(
            "commission_bp",
            sa.Integer(),
            nullable=False,
            comment="agent: share of goods and freight",
        ),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "(basis = 'principal') = (settlement_mode = 'own_sale') AND settlement_mode IN ('own_sale', 'licensed_split')",
            name=op.f("ck_agreement_agent_money_is_split_by_a_licensed_house"),
        ),
        sa.CheckConstraint(
            "basis IN ('principal', 'agent')", name=op.f("ck_agreement_basis_known")
        ),
        sa.CheckConstraint(
            "commission_bp >= 0 AND commission_bp <= 10000",
            name=op.f("ck_agreement_commission_a_part"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    op.create_index("ix_agreement_merchant", "agreement", ["merchant_enterprise_id"], unique=False)
    op.create_table(
        "ledger_account",
        sa.Column("code", sa.String(length=12), nullable=False, comment="2241.01"),
        sa.Column("name_zh", sa.String(length=60), nullable=False, comment="name in the books"),
        sa.Column("name_en", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.String(length=10),
            nullable=False,
            comment="asset, liability, income, expense",
        ),
        sa.CheckConstraint(
            "kind IN ('asset', 'liability', 'income', 'expense')",
            name=op.f("ck_ledger_account_kind_known"),
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_ledger_account")),
    )
    op.create_table(
        "posting",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False, comment="what happened: captured"),
        sa.Column(
            "document", sa.String(length=80), nullable=False, comment="by what: payment:<id>"
        ),
        sa.Column(
            "legal_entity_id",
            sa.BigInteger(),
            nullable=False,
            comment="enterprise whose books these are",
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="knowledge time, microseconds"),
        sa.Column("business_on", sa.Date(), nullable=False, comment="business day in China"),
        sa.Column(
            "sealed_at",
            sa.BigInteger(),
            nullable=True,
            comment="microseconds; null only inside the posting commit",
        ),
        sa.Column(
            "correlation",
            sa.String(length=64),
            nullable=False,
            comment="joins the records of one cause",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
        sa.UniqueConstraint("kind", "document", name="uq_posting_once_a_document"),
    )
    op.create_index("ix_posting_business_on", "posting", ["business_on"], unique=False)
    op.create_table(
        "unit_cost",
        sa.Column("account_book_item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False, comment="first day in China"),
        sa.Column(
            "unit_cost_fen", sa.BigInteger(), nullable=False, comment="landed cost a piece, fen"
        ),
        sa.Column(
            "document", sa.String(length=80), nullable=False, comment="by what: entry list number"
        ),
        sa.CheckConstraint("unit_cost_fen >= 0", name=op.f("ck_unit_cost_cost_positive")),
        sa.PrimaryKeyConstraint("account_book_item_id", "from_on", name=op.f("pk_unit_cost")),
    )
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("posting_id", sa.BigInteger(), nullable=False),
        sa.Column("gnum", sa.Integer(), nullable=False, comment="place in the posting, from 1"),
        sa.Column(
            "account_code",
            sa.String(length=12),
            nullable=False,
            comment="in the chart, by the seal",
        ),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="fen; debit above nought"),
        sa.Column(
            "order_id", sa.BigInteger(), nullable=True, comment="customs order it belongs to"
        ),
        sa.Column(
            "memo",
            sa.String(length=200),
            nullable=False,
            comment="what a reader of the books needs",
        ),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_entry_amount_not_nought")),
        sa.ForeignKeyConstraint(
            ["posting_id"], ["posting.id"], name=op.f("fk_entry_posting_id_posting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("posting_id", "gnum", name="uq_entry_place"),
    )
    op.create_index("ix_entry_order_id", "entry", ["order_id"], unique=False)
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement.replace(":", "\\:")))
    op.bulk_insert(sa.table("ledger_account", *(sa.column(name) for name in CHART[0])), CHART)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_entry_order_id", table_name="entry")
    op.drop_table("entry")
    op.drop_table("unit_cost")
    op.drop_index("ix_posting_business_on", table_name="posting")
    op.drop_table("posting")
    op.drop_table("ledger_account")
    op.drop_index("ix_agreement_merchant", table_name="agreement")
    op.drop_table("agreement")
    if op.get_bind().dialect.name == "postgresql":
        for statement in DROPPED:
            op.execute(statement)
