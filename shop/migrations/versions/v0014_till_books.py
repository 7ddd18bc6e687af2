"""What is given back at a till, and the accounts of cash, output VAT and domestic revenue."""

import sqlalchemy as sa
from alembic import op

revision = "0014_till_books"
down_revision = "0013_jobs"
branch_labels = None
depends_on = None

ACCOUNTS = (
    ("1001.01", "库存现金—门店收银", "Cash in the tills", "asset"),
    ("1901.01", "待处理财产损溢—现金长短款", "Cash over or short", "asset"),
    ("1901.02", "待处理财产损溢—收银待查", "Till money in doubt", "asset"),
    ("2221.02", "应交税费—应交增值税（销项税额）", "Output VAT payable", "liability"),
    ("6001.01", "主营业务收入—国内销售", "Domestic revenue", "income"),
)
COLUMNS = ("code", "name_zh", "name_en", "kind")


def upgrade() -> None:
    """Make the table and open the accounts; nothing that stands is changed."""
    op.create_table(
        "sale_refund",
        sa.Column("sale_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "of_uuid", sa.Text(), nullable=False, comment="UUIDv7 of the sale it gives back, whole"
        ),
        sa.Column(
            "reason", sa.Text(), nullable=False, comment="changed_mind, faulty, wrong_goods ..."
        ),
        sa.Column(
            "stands",
            sa.Integer(),
            nullable=False,
            comment="1; 0: that sale was given back before",
        ),
        sa.CheckConstraint("stands IN (0, 1)", name=op.f("ck_sale_refund_stands_or_not")),
        sa.ForeignKeyConstraint(
            ["sale_id"], ["terminal_sale.id"], name=op.f("fk_sale_refund_sale_id_terminal_sale")
        ),
        sa.PrimaryKeyConstraint("sale_id", name=op.f("pk_sale_refund")),
    )
    op.create_index(
        "uq_sale_refund_stands_once",
        "sale_refund",
        ["of_uuid"],
        unique=True,
        sqlite_where=sa.text("stands = 1"),
        postgresql_where=sa.text("stands = 1"),
    )
    table = sa.table("ledger_account", *(sa.column(name) for name in COLUMNS))
    op.bulk_insert(table, [dict(zip(COLUMNS, row, strict=True)) for row in ACCOUNTS])


def downgrade() -> None:
    """Take them away; accounts that were posted to stay named in their entries only."""
    op.execute(
        sa.text("DELETE FROM ledger_account WHERE code IN :codes").bindparams(
            sa.bindparam("codes", [row[0] for row in ACCOUNTS], expanding=True)
        )
    )
    op.drop_index("uq_sale_refund_stands_once", table_name="sale_refund")
    op.drop_table("sale_refund")
