"""Tariff and positive list come in numbered versions; guarantees have a queue, and a display's.

What stood in the tariff before is version 0.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020_tariff_versions"
down_revision = "0019_weight_limits"
branch_labels = None
depends_on = None

_CODE = sa.String(length=10)


def upgrade() -> None:
    """Make the tables, and give every rate the number of its version."""
    op.create_table(
        "tariff_version",
        sa.Column(
            "version_no", sa.Integer(), autoincrement=False, nullable=False, comment="from 1 on"
        ),
        sa.Column("kind", sa.String(length=14), nullable=False, comment="tariff or positive_list"),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="first day in China"),
        sa.Column("name", sa.String(length=250), nullable=False, comment="file it came from"),
        sa.Column("row_count", sa.Integer(), nullable=False, comment="rows it brought"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="known to us since, microseconds"),
        sa.CheckConstraint(
            "kind IN ('tariff', 'positive_list')", name=op.f("ck_tariff_version_kind_known")
        ),
        sa.CheckConstraint(
            "version_no > 0 AND row_count > 0", name=op.f("ck_tariff_version_figures_positive")
        ),
        sa.PrimaryKeyConstraint("version_no", name=op.f("pk_tariff_version")),
    )
    op.create_index(
        "ix_tariff_version_kind_effective_on", "tariff_version", ["kind", "effective_on"]
    )
    op.create_table(
        "positive_code",
        sa.Column(
            "version_no", sa.Integer(), autoincrement=False, nullable=False, comment="its version"
        ),
        sa.Column("hs_code", _CODE, nullable=False, comment="10 digits, or 8 for all below them"),
        sa.Column("valid_from_on", sa.Date(), nullable=False, comment="first day in China"),
        sa.Column(
            "valid_to_on",
            sa.Date(),
            nullable=False,
            comment="last day in China, 9999-12-31 when open",
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="remark of the list"),
        sa.CheckConstraint(
            "valid_from_on <= valid_to_on", name=op.f("ck_positive_code_valid_some_day")
        ),
        sa.PrimaryKeyConstraint(
            "version_no", "hs_code", "valid_from_on", name=op.f("pk_positive_code")
        ),
    )
    with op.batch_alter_table("tariff") as batch:
        batch.add_column(
            sa.Column(
                "version_no",
                sa.Integer(),
                nullable=False,
                server_default="0",
                comment="version that brought it; 0: entered before the first one",
            )
        )
        batch.drop_constraint(op.f("pk_tariff"), type_="primary")
        batch.create_primary_key(op.f("pk_tariff"), ["version_no", "hs_code", "valid_from_on"])
    _make_staged()
    _make_guarantees()
    with op.batch_alter_table("tax_bill") as batch:
        batch.add_column(
            sa.Column(
                "duty_no",
                sa.String(length=50),
                nullable=True,
                comment="payment slip of the period, entDutyNo",
            )
        )
        batch.add_column(
            sa.Column(
                "paid_at",
                sa.BigInteger(),
                nullable=True,
                comment="the slip was paid at, microseconds",
            )
        )
        batch.create_check_constraint(
            op.f("ck_tax_bill_paid_by_slip"), "paid_at IS NULL OR duty_no IS NOT NULL"
        )
        batch.create_index("ix_tax_bill_duty_no", ["duty_no"])


def downgrade() -> None:
    """Take them away; only what stood before the first version is left."""
    with op.batch_alter_table("tax_bill") as batch:
        batch.drop_index("ix_tax_bill_duty_no")
        batch.drop_constraint(op.f("ck_tax_bill_paid_by_slip"), type_="check")
        batch.drop_column("paid_at")
        batch.drop_column("duty_no")
    op.drop_table("display_discharge")
    op.drop_table("display_cover")
    op.drop_index("ix_guarantee_queue_purpose_since_at", table_name="guarantee_queue")
    op.drop_table("guarantee_queue")
    op.drop_table("staged_positive_code")
    op.drop_table("staged_tariff")
    op.execute("DELETE FROM tariff WHERE version_no > 0")
    with op.batch_alter_table("tariff") as batch:
        batch.drop_constraint(op.f("pk_tariff"), type_="primary")
        batch.create_primary_key(op.f("pk_tariff"), ["hs_code", "valid_from_on"])
        batch.drop_column("version_no")
    op.drop_table("positive_code")
    op.drop_index("ix_tariff_version_kind_effective_on", table_name="tariff_version")
    op.drop_table("tariff_version")


def _staging(name: str) -> list[sa.schema.SchemaItem]:
    return [
        sa.Column("job_id", sa.BigInteger(), nullable=False, comment="job that staged it"),
        sa.Column("line", sa.BigInteger(), nullable=False, comment="line in the file, 2"),
        sa.Column("effective_on", sa.Date(), nullable=False, comment="of the whole version"),
        sa.Column("hs_code", _CODE, nullable=False),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "line", name=op.f(f"pk_{name}")),
    ]


def _make_staged() -> None:
    op.create_table("staged_positive_code", *_staging("staged_positive_code"))
    op.create_table(
        "staged_tariff",
        *_staging("staged_tariff"),
        sa.Column("duty_bp", sa.Integer(), nullable=False),
        sa.Column("vat_bp", sa.Integer(), nullable=False),
        sa.Column("consumption_bp", sa.Integer(), nullable=False),
        sa.Column("consumption_rule", sa.String(length=20), nullable=False),
        sa.Column("line_per_measure_fen", sa.BigInteger()),
        sa.Column("line_per_piece_fen", sa.BigInteger()),
        sa.Column("specific_fen", sa.BigInteger(), nullable=False),
        sa.Column("specific_per_e5", sa.BigInteger(), nullable=False),
        sa.Column("on_positive_list", sa.Boolean(), nullable=False),
        sa.Column("unit1", sa.String(length=3), nullable=False),
        sa.Column("unit2", sa.String(length=3)),
        sa.Column("weight_limit", sa.String(length=8)),
    )


def _make_guarantees() -> None:
    op.create_table(
        "guarantee_queue",
        sa.Column(
            "document", sa.String(length=60), nullable=False, comment="declaration_list:<id>"
        ),
        sa.Column("purpose", sa.String(length=10), nullable=False, comment="retail_tax or display"),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False, comment="what it needs, fen"),
        sa.Column("since_at", sa.BigInteger(), nullable=False, comment="waits since, microseconds"),
        sa.Column(
            "asked_at",
            sa.BigInteger(),
            nullable=False,
            comment="last asked for room, microseconds",
        ),
        sa.CheckConstraint(
            "purpose IN ('retail_tax', 'display')", name=op.f("ck_guarantee_queue_purpose_known")
        ),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_guarantee_queue_amount_positive")),
        sa.PrimaryKeyConstraint("document", name=op.f("pk_guarantee_queue")),
    )
    op.create_index(
        "ix_guarantee_queue_purpose_since_at", "guarantee_queue", ["purpose", "since_at"]
    )
    op.create_table(
        "display_cover",
        sa.Column(
            "application_no",
            sa.String(length=30),
            nullable=False,
            comment="display application",
        ),
        sa.Column(
            "gnum", sa.Integer(), autoincrement=False, nullable=False, comment="its line, from 1"
        ),
        sa.Column("pieces", sa.BigInteger(), nullable=False, comment="approved pieces"),
        sa.Column(
            "discharged", sa.BigInteger(), nullable=False, comment="pieces discharged by customs"
        ),
        sa.Column(
            "levy_fen", sa.BigInteger(), nullable=False, comment="levy of one piece as fixed, fen"
        ),
        sa.CheckConstraint(
            "pieces > 0 AND levy_fen >= 0", name=op.f("ck_display_cover_figures_positive")
        ),
        sa.CheckConstraint(
            "discharged >= 0 AND discharged <= pieces",
            name=op.f("ck_display_cover_discharged_within_pieces"),
        ),
        sa.PrimaryKeyConstraint("application_no", "gnum", name=op.f("pk_display_cover")),
    )
    op.create_table(
        "display_discharge",
        sa.Column("kind", sa.String(length=18), nullable=False, comment="declaration_paid"),
        sa.Column(
            "document_no", sa.String(length=50), nullable=False, comment="customs' number of it"
        ),
        sa.Column("application_no", sa.String(length=30), nullable=False),
        sa.Column(
            "gnum", sa.Integer(), autoincrement=False, nullable=False, comment="application's line"
        ),
        sa.Column("pieces", sa.BigInteger(), nullable=False, comment="pieces it discharges"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="microseconds"),
        sa.CheckConstraint(
            "kind IN ('return_accepted', 'declaration_paid', 'force_majeure')",
            name=op.f("ck_display_discharge_kind_known"),
        ),
        sa.CheckConstraint("pieces > 0", name=op.f("ck_display_discharge_pieces_positive")),
        sa.CheckConstraint(
            "document_no <> ''", name=op.f("ck_display_discharge_customs_document_named")
        ),
        sa.PrimaryKeyConstraint(
            "kind", "document_no", "application_no", "gnum", name=op.f("pk_display_discharge")
        ),
    )
