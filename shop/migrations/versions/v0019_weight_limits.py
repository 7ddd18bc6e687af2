"""Sugar and rice are counted by weight, by person and year."""

import sqlalchemy as sa
from alembic import op

revision = "0019_weight_limits"
down_revision = "0018_just_left"
branch_labels = None
depends_on = None

_KIND = sa.String(length=8)
_PERSON = sa.String(length=80)


def upgrade() -> None:
    """Make the tables, and room in the tariff to say what counts."""
    with op.batch_alter_table("tariff") as batch:
        batch.add_column(
            sa.Column(
                "weight_limit",
                _KIND,
                nullable=True,
                comment="counts to a year's weight limit: sugar or rice",
            )
        )
        batch.create_check_constraint(
            op.f("ck_tariff_weight_limit_known"), "weight_limit IN ('sugar', 'rice')"
        )
    op.create_table(
        "weight_year",
        sa.Column("person_lookup", _PERSON, nullable=False, comment="keyed hash of the ID number"),
        sa.Column("year", sa.Integer(), nullable=False, comment="calendar year in China, 2026"),
        sa.Column("kind", _KIND, nullable=False, comment="sugar or rice"),
        sa.Column(
            "limit_e5",
            sa.BigInteger(),
            nullable=False,
            comment="1/100,000 kg a year: 200000 is 2 kg",
        ),
        sa.Column(
            "used_e5",
            sa.BigInteger(),
            nullable=False,
            comment="net weight used with us, 1/100,000 kg",
        ),
        sa.CheckConstraint(
            "used_e5 >= 0 AND used_e5 <= limit_e5", name=op.f("ck_weight_year_used_within_limit")
        ),
        sa.PrimaryKeyConstraint("person_lookup", "year", "kind", name=op.f("pk_weight_year")),
    )
    _make_uses()


def _make_uses() -> None:
    op.create_table(
        "weight_use",
        sa.Column(
            "order_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="customs order",
        ),
        sa.Column("kind", _KIND, nullable=False, comment="sugar or rice"),
        sa.Column("person_lookup", _PERSON, nullable=False, comment="keyed hash of the ID number"),
        sa.Column("year", sa.Integer(), nullable=False, comment="year whose limit is used, 2026"),
        sa.Column("net_e5", sa.BigInteger(), nullable=False, comment="net weight, 1/100,000 kg"),
        sa.Column("state", _KIND, nullable=False, comment="used or returned"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="taken at, microseconds"),
        sa.Column("returned_at", sa.BigInteger(), comment="given back at, microseconds"),
        sa.Column(
            "home_shard", sa.Integer(), nullable=False, comment="shard that counts the person"
        ),
        sa.CheckConstraint("state IN ('used', 'returned')", name=op.f("ck_weight_use_state_known")),
        sa.CheckConstraint(
            "(state = 'returned') = (returned_at IS NOT NULL)",
            name=op.f("ck_weight_use_returned_dated"),
        ),
        sa.CheckConstraint("net_e5 > 0", name=op.f("ck_weight_use_weight_positive")),
        sa.PrimaryKeyConstraint("order_id", "kind", name=op.f("pk_weight_use")),
    )
    op.create_index("ix_weight_use_person_year", "weight_use", ["person_lookup", "year"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_weight_use_person_year", table_name="weight_use")
    op.drop_table("weight_use")
    op.drop_table("weight_year")
    with op.batch_alter_table("tariff") as batch:
        batch.drop_constraint(op.f("ck_tariff_weight_limit_known"), type_="check")
        batch.drop_column("weight_limit")
