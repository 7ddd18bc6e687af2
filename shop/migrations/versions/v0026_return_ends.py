"""A return that customs refused for good ends, and of one parcel some pieces may be unfit."""

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
    """Let both tables and the log know the new end; of lines that stand every piece is fit."""
    _movement_kinds(*_KINDS)
    _case_states(*_STATES, new=True)
    _some_unfit()


def downgrade() -> None:
    """Take both away; cases that ended so, and lines with unfit pieces, do not go back."""
    with op.batch_alter_table(
        "return_line", recreate="always" if _on_sqlite() else "auto"
    ) as batch:
        batch.drop_constraint(op.f("ck_return_line_unfit_are_some_of_them"), type_="check")
        batch.drop_column("unfit_qty")
    _case_states(*(state for state in _STATES if state != "refused"), new=False)
    _movement_kinds(*_KINDS[:-1])
