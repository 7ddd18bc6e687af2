"""Goods that come back are kept from the asking to the shelf, whole orders and parts of them.

Bills that stand get their lines from the facts that brought them.
"""

import json

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


def _figure(name: str, comment: str | None = None, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.BigInteger(), autoincrement=False, nullable=null, comment=comment)


def _make_parts() -> None:
    op.create_table(
        "tax_bill_line",
        _figure("bill_id"),
        sa.Column(
            "gnum", sa.Integer(), autoincrement=False, nullable=False, comment="line of the list"
        ),
        _figure("value_fen", "dutiable value, fen"),
        _figure("customs_fen", "duty billed, fen"),
        _figure("vat_fen", "VAT billed, fen"),
        _figure("consumption_fen", "consumption tax billed, fen"),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["tax_bill.id"], name=op.f("fk_tax_bill_line_bill_id_tax_bill")
        ),
        sa.PrimaryKeyConstraint("bill_id", "gnum", name=op.f("pk_tax_bill_line")),
    )
    op.create_table(
        "tax_part",
        _figure("return_id", "goods return, copNo"),
        _figure("bill_id"),
        _figure("order_id", "customs order"),
        _figure("value_fen", "dutiable value that came back, fen"),
        _figure("quoted_fen", "of the tax the shopper paid, fen"),
        _figure("billed_fen", "of the tax customs billed, fen"),
        _figure("at", "microseconds"),
        sa.CheckConstraint(
            "value_fen >= 0 AND quoted_fen >= 0 AND billed_fen >= 0",
            name=op.f("ck_tax_part_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["bill_id"], ["tax_bill.id"], name=op.f("fk_tax_part_bill_id_tax_bill")
        ),
        sa.PrimaryKeyConstraint("return_id", name=op.f("pk_tax_part")),
    )
    op.create_index("ix_tax_part_order_id", "tax_part", ["order_id"])
    op.create_table(
        "part_refund",
        _figure("return_id", "also idempotency key"),
        _figure("payment_id"),
        _figure("order_id", "customs order, of which a part came back"),
        _figure("sale_fen", "price of the goods, fen"),
        _figure("tax_fen", "their tax as the shopper paid it, fen"),
        sa.Column("state", sa.String(length=8), nullable=False, comment="asked or done"),
        sa.Column(
            "provider_refund", sa.String(length=100), comment="the provider's number, re_..."
        ),
        _figure("asked_at", "microseconds"),
        _figure("done_at", "microseconds", null=True),
        sa.CheckConstraint("state IN ('asked', 'done')", name=op.f("ck_part_refund_state_known")),
        sa.CheckConstraint(
            "(state = 'done') = (done_at IS NOT NULL)", name=op.f("ck_part_refund_done_dated")
        ),
        sa.CheckConstraint(
            "sale_fen >= 0 AND tax_fen >= 0", name=op.f("ck_part_refund_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["payment_id"], ["payment.id"], name=op.f("fk_part_refund_payment_id_payment")
        ),
        sa.PrimaryKeyConstraint("return_id", name=op.f("pk_part_refund")),
    )
    op.create_index("ix_part_refund_order", "part_refund", ["order_id"])


def _fill_bill_lines() -> None:
    """Write the lines of bills that came before this release, from the facts that brought them."""
    conn = op.get_bind()
    bills = {
        (row.invt_no, row.tax_no): row.id
        for row in conn.execute(sa.text("SELECT id, invt_no, tax_no FROM tax_bill"))
    }
    names = ("gnum", "value_fen", "customs_fen", "vat_fen", "consumption_fen")
    filled = set()
    for (payload,) in conn.execute(
        sa.text("SELECT payload FROM fact WHERE name = 'tax.billed' ORDER BY id")
    ).all():
        told = json.loads(payload) if isinstance(payload, str) else payload
        bill_id = bills.get((told["invt_no"], told["tax_no"]))
        if bill_id is None or bill_id in filled:
            continue
        filled.add(bill_id)
        for line in told.get("lines", []):
            conn.execute(
                sa.text(
                    "INSERT INTO tax_bill_line (bill_id, gnum, value_fen, customs_fen, vat_fen,"
                    " consumption_fen) VALUES (:bill_id, :gnum, :value_fen, :customs_fen,"
                    " :vat_fen, :consumption_fen)"
                ),
                {"bill_id": bill_id, **{name: line[name] for name in names}},
            )


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
    _make_parts()
    _fill_bill_lines()


def downgrade() -> None:
    """Take them away; a log in which goods came back does not go back."""
    for index, table in (
        ("ix_part_refund_order", "part_refund"),
        ("ix_tax_part_order_id", "tax_part"),
    ):
        op.drop_index(index, table_name=table)
    for table in ("part_refund", "tax_part", "tax_bill_line"):
        op.drop_table(table)
    _statuses("customs status: bonded")
    _movement_kinds(*_KINDS[:3])
    op.drop_table("return_line")
    op.drop_index("ix_return_case_state", table_name="return_case")
    op.drop_index("ix_return_case_order", table_name="return_case")
    op.drop_index("uq_return_case_open", table_name="return_case")
    op.drop_table("return_case")
