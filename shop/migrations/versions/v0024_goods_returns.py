"""Goods that come back are kept from the asking to the shelf; the log of movements knows them."""

import sqlalchemy as sa
from alembic import op

revision = "0024_goods_returns"
down_revision = "0023_desk_indexes"
branch_labels = None
depends_on = None

_OPEN = "state IN ('asked', 'arrived', 'checked')"
_STATES = "'arrived', 'asked', 'checked', 'given_up', 'restored', 'unfit'"
_KINDS = ("entered", "gate_passed", "taken", "came_back", "restored")

_MOVEMENT_TRIGGERS = tuple(
    f"CREATE TRIGGER movement_no_{verb.lower()} BEFORE {verb} ON movement"
    " BEGIN SELECT RAISE(ABORT, 'movement is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)


def _movement_kinds(*kinds: str) -> None:
    """Let the log of movements know these kinds; SQLite writes the table anew, triggers and all."""
    known = f"kind IN ({', '.join(repr(kind) for kind in kinds)})"
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_movement_kind_known"), "movement", type_="check")
        op.create_check_constraint(op.f("ck_movement_kind_known"), "movement", known)
        op.alter_column("movement", "kind", comment=" | ".join(kinds))
        return
    with op.batch_alter_table("movement", recreate="always") as batch:
        batch.create_check_constraint(op.f("ck_movement_kind_known"), known)
        batch.create_check_constraint(op.f("ck_movement_qty_moves"), "qty <> 0")
    for trigger in _MOVEMENT_TRIGGERS:
        op.execute(trigger)


def _statuses(comment: str) -> None:
    if op.get_bind().dialect.name != "sqlite":
        for table in ("availability", "lot"):
            op.alter_column(table, "status", comment=comment)


def _columns() -> list[sa.Column[object]]:
    def number(name: str, comment: str, *, null: bool = False) -> sa.Column[object]:
        return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null, comment=comment)

    def words(name: str, most: int, comment: str, *, null: bool = False) -> sa.Column[object]:
        return sa.Column(name, sa.String(length=most), nullable=null, comment=comment)

    return [
        number("id", "copNo of its CEB625"),
        number("order_id", "customs order"),
        number("list_id", "declaration list"),
        number("warehouse_id", "the shard"),
        words("order_no", 60, "printed order number"),
        words("waybill_no", 60, "of the parcel as it left"),
        words("state", 8, "asked|arrived|checked|restored|unfit|..."),
        words("reason", 200, "what customs is told"),
        number("released_at", "of the list; its term runs from it"),
        words("location", 20, "place of the goods that came back, e.g. R-01", null=True),
        sa.Column("seq", sa.Integer(), nullable=False, comment="counter of its facts, e.g. 1"),
        number("asked_at", "instant"),
        number("arrived_at", "instant it was scanned in the zone", null=True),
        number("checked_at", "instant its pieces were looked at", null=True),
        number("ended_at", "instant: on stock again, unfit, or given up", null=True),
    ]


def upgrade() -> None:
    """Make the tables and let the log know the new kinds; what stands is not changed."""
    op.create_table(
        "return_case",
        *_columns(),
        sa.CheckConstraint(f"state IN ({_STATES})", name=op.f("ck_return_case_state_known")),
        sa.CheckConstraint(
            "state <> 'checked' OR location IS NOT NULL",
            name=op.f("ck_return_case_checked_has_place"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_case")),
    )
    op.create_index(
        "uq_return_case_open",
        "return_case",
        ["order_id"],
        unique=True,
        sqlite_where=sa.text(_OPEN),
        postgresql_where=sa.text(_OPEN),
    )
    op.create_index("ix_return_case_order", "return_case", ["order_id"])
    op.create_index("ix_return_case_state", "return_case", ["warehouse_id", "state", "id"])
    op.create_table(
        "return_line",
        sa.Column("case_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "gnum", sa.Integer(), autoincrement=False, nullable=False, comment="line of the list"
        ),
        sa.Column("lot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "qty", sa.BigInteger(), nullable=False, comment="pieces that are to come back, e.g. 1"
        ),
        sa.CheckConstraint("qty > 0", name=op.f("ck_return_line_something_comes_back")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["return_case.id"], name=op.f("fk_return_line_case_id_return_case")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_return_line_lot_id_lot")),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_return_line_account_book_item_id_account_book_item"),
        ),
        sa.PrimaryKeyConstraint("case_id", "gnum", "lot_id", name=op.f("pk_return_line")),
    )
    _movement_kinds(*_KINDS)
    _statuses("customs status: bonded | returned_pending")


def downgrade() -> None:
    """Take them away; a log in which goods came back does not go back."""
    _statuses("customs status: bonded")
    _movement_kinds(*_KINDS[:3])
    op.drop_table("return_line")
    op.drop_index("ix_return_case_state", table_name="return_case")
    op.drop_index("ix_return_case_order", table_name="return_case")
    op.drop_index("uq_return_case_open", table_name="return_case")
    op.drop_table("return_case")
