"""Withdrawals and goods returns are kept, and a receipt says which sending it names."""

import sqlalchemy as sa
from alembic import op

revision = "0022_withdrawals"
down_revision = "0021_payment_question"
branch_labels = None
depends_on = None

_STATES = (
    "'DRAFT', 'SENT_LOCAL', 'PORT_SAVED', 'PORT_DECLARING', 'SENT', 'SEND_FAILED',"
    " 'FORMAT_ERROR', 'ERROR', 'REJECTED', 'ACCEPTED', 'REVIEWED', 'CANCELLED'"
)


def _columns(table: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="its copNo as a number",
        ),
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs_order of shop"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="DRAFT: wanted, not sent yet; REVIEWED"
        ),
        sa.Column("seq", sa.Integer(), nullable=False, comment="counter of its facts, e.g. 2"),
        sa.Column(
            "reason",
            sa.Text(),
            nullable=False,
            comment="what customs is told, <= 1000 characters",
        ),
        sa.Column("asked_at", sa.BigInteger(), nullable=False, comment="instant, microseconds"),
        sa.Column("pre_no", sa.Text(), comment="port's number, e.g. B20261124000000001"),
        sa.Column("guid", sa.Text(), comment="of the latest sending"),
        sa.Column("return_status", sa.Integer(), comment="of the receipt in force, e.g. 399"),
        sa.Column("return_at", sa.BigInteger(), comment="its instant, microseconds"),
        sa.Column("return_rank", sa.Integer(), comment="decides between receipts of one instant"),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f(f"ck_{table}_state_is_known")),
        sa.ForeignKeyConstraint(
            ["list_id"], ["declaration_list.id"], name=op.f(f"fk_{table}_list_id_declaration_list")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
    ]


def upgrade() -> None:
    """Make the tables, and room on the receipt; what stands is not changed."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    with op.batch_alter_table("customs_receipt", recreate="always" if sqlite else "never") as batch:
        batch.add_column(
            sa.Column(
                "names",
                sa.Text(),
                nullable=True,
                comment="guid of a sending of ours that it names, which it seldom does",
            )
        )
    op.create_table("list_withdrawal", *_columns("list_withdrawal"))
    op.create_index("uq_list_withdrawal_list", "list_withdrawal", ["list_id"], unique=True)
    op.create_table(
        "goods_return",
        *_columns("goods_return"),
        sa.Column(
            "before_gate",
            sa.Integer(),
            nullable=False,
            comment="1: in place of a withdrawal, else 0",
        ),
        sa.CheckConstraint(
            "before_gate IN (0, 1)", name=op.f("ck_goods_return_before_gate_is_yes_or_no")
        ),
    )
    op.create_index("ix_goods_return_list", "goods_return", ["list_id"])
    op.create_table(
        "goods_return_line",
        sa.Column("return_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("gnum", sa.Integer(), nullable=False, comment="line of the list"),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces that come back, e.g. 1"),
        sa.CheckConstraint("qty > 0", name=op.f("ck_goods_return_line_something_comes_back")),
        sa.ForeignKeyConstraint(
            ["return_id"],
            ["goods_return.id"],
            name=op.f("fk_goods_return_line_return_id_goods_return"),
        ),
        sa.PrimaryKeyConstraint("return_id", "gnum", name=op.f("pk_goods_return_line")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("goods_return_line")
    op.drop_index("ix_goods_return_list", table_name="goods_return")
    op.drop_table("goods_return")
    op.drop_index("uq_list_withdrawal_list", table_name="list_withdrawal")
    op.drop_table("list_withdrawal")
    with op.batch_alter_table("customs_receipt") as batch:
        batch.drop_column("names")
