"""A return that customs refused for good ends; of one parcel some pieces may be unfit.

Accounts for the cost of goods that customs took.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026_return_ends"
down_revision = "0025_odd_answers"
branch_labels = None
depends_on = None

_KINDS = ("entered", "gate_passed", "taken", "came_back", "restored", "given_back")
_STATES = ("arrived", "asked", "checked", "given_up", "refused", "restored", "unfit")
_ENDED = {
    True: "instant: on stock again, or the shopper's",
    False: "instant: on stock again, unfit, or given up",
}
_SOME = "unfit_qty >= 0 AND unfit_qty <= qty"

_MOVEMENT_TRIGGERS = tuple(
    f"CREATE TRIGGER movement_no_{verb.lower()} BEFORE {verb} ON movement"
    " BEGIN SELECT RAISE(ABORT, 'movement is append-only'); END"
    for verb in ("UPDATE", "DELETE")
)


_ACCOUNTS = (
    ("1901.03", "待处理财产损溢—退运货物", "Goods sent back abroad", "asset"),
    ("6602.01", "管理费用—海关取样", "Samples kept by customs", "expense"),
    ("6711.01", "营业外支出—海关没收、销毁", "Goods seized or destroyed", "expense"),
)
_COLUMNS = ("code", "name_zh", "name_en", "kind")


def _on_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _one_of(column: str, known: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(one) for one in known)})"


def _movement_kinds(*kinds: str) -> None:
    """Let the log of movements know these kinds; SQLite writes the table anew, triggers and all."""
    known = _one_of("kind", kinds)
    if not _on_sqlite():
        op.drop_constraint(op.f("ck_movement_kind_known"), "movement", type_="check")
        op.create_check_constraint(op.f("ck_movement_kind_known"), "movement", known)
        op.alter_column("movement", "kind", comment=" | ".join(kinds))
        return
    with op.batch_alter_table("movement", recreate="always") as batch:
        batch.create_check_constraint(op.f("ck_movement_kind_known"), known)
        batch.create_check_constraint(op.f("ck_movement_qty_moves"), "qty <> 0")
    for trigger in _MOVEMENT_TRIGGERS:
        op.execute(trigger)


def _case_states(*states: str, new: bool) -> None:
    known = _one_of("state", states)
    if not _on_sqlite():
        op.drop_constraint(op.f("ck_return_case_state_known"), "return_case", type_="check")
        op.create_check_constraint(op.f("ck_return_case_state_known"), "return_case", known)
        op.alter_column("return_case", "ended_at", comment=_ENDED[new])
        return
    with op.batch_alter_table("return_case", recreate="always") as batch:
        batch.create_check_constraint(op.f("ck_return_case_state_known"), known)
        batch.create_check_constraint(
            op.f("ck_return_case_checked_has_place"), "state <> 'checked' OR location IS NOT NULL"
        )


def _some_unfit() -> None:
    with op.batch_alter_table(
        "return_line", recreate="always" if _on_sqlite() else "auto"
    ) as batch:
        batch.add_column(
            sa.Column(
                "unfit_qty",
                sa.BigInteger(),
                nullable=False,
                server_default="0",
                comment="of them not as they left, not declared, e.g. 0",
            )
        )
        batch.create_check_constraint(op.f("ck_return_line_unfit_are_some_of_them"), _SOME)
        if _on_sqlite():
            batch.create_check_constraint(op.f("ck_return_line_something_comes_back"), "qty > 0")


def upgrade() -> None:
    """Let tables, log and chart know what is new; of lines that stand every piece is fit."""
    _movement_kinds(*_KINDS)
    _case_states(*_STATES, new=True)
    _some_unfit()
    table = sa.table("ledger_account", *(sa.column(name) for name in _COLUMNS))
    op.bulk_insert(table, [dict(zip(_COLUMNS, row, strict=True)) for row in _ACCOUNTS])


def downgrade() -> None:
    """Take them away; cases that ended so, and lines with unfit pieces, do not go back."""
    op.execute(
        sa.text("DELETE FROM ledger_account WHERE code IN :codes").bindparams(
            sa.bindparam("codes", [row[0] for row in _ACCOUNTS], expanding=True)
        )
    )
    with op.batch_alter_table(
        "return_line", recreate="always" if _on_sqlite() else "auto"
    ) as batch:
        batch.drop_constraint(op.f("ck_return_line_unfit_are_some_of_them"), type_="check")
        batch.drop_column("unfit_qty")
    _case_states(*(state for state in _STATES if state != "refused"), new=False)
    _movement_kinds(*_KINDS[:-1])
