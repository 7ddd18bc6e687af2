"""First tables of tax; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0002_tax"
down_revision = "0001_kernel"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "guarantee",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False, comment="retail_tax or display"),
        sa.Column(
            "guarantor_enterprise_id", sa.BigInteger(), nullable=False, comment="who guarantees"
        ),
        sa.Column(
            "assure_code", sa.String(length=30), nullable=False, comment="assureCode of the list"
        ),
        sa.Column(
            "customs_office",
            sa.String(length=4),
            nullable=False,
            comment="office that took it, 0500",
        ),
        sa.Column("limit_fen", sa.BigInteger(), nullable=False, comment="guaranteed sum, fen"),
        sa.Column("held_fen", sa.BigInteger(), nullable=False, comment="sum of its movements, fen"),
        sa.Column("valid_from_on", sa.Date(), nullable=False),
        sa.Column("valid_to_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('retail_tax', 'display')", name=op.f("ck_guarantee_purpose_known")
        ),
        sa.CheckConstraint(
            "limit_fen > 0 AND held_fen >= 0", name=op.f("ck_guarantee_figures_positive")
        ),
        sa.CheckConstraint(
            "valid_from_on <= valid_to_on", name=op.f("ck_guarantee_valid_some_day")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee")),
    )
    op.create_table(
        "guarantee_movement",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("guarantee_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind", sa.String(length=8), nullable=False, comment="hold, use, restore or void"
        ),
        sa.Column(
            "document", sa.String(length=60), nullable=False, comment="declaration_list:<id>"
        ),
        sa.Column(
            "turn", sa.Integer(), nullable=False, comment="which hold of the document, from 1"
        ),
        sa.Column(
            "amount_fen", sa.BigInteger(), nullable=False, comment="change of what is held, fen"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="microseconds"),
        sa.CheckConstraint(
            "kind IN ('hold', 'use', 'restore', 'void')",
            name=op.f("ck_guarantee_movement_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_guarantee_movement")),
        sa.UniqueConstraint(
            "document", "kind", "turn", name="uq_guarantee_movement_once_a_document"
        ),
    )
    op.create_index(
        "ix_guarantee_movement_guarantee_id", "guarantee_movement", ["guarantee_id"], unique=False
    )
    op.create_table(
        "limit_use",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "person_lookup",
            sa.String(length=80),
            nullable=False,
            comment="keyed hash of the ID number",
        ),
        sa.Column("year", sa.Integer(), nullable=False, comment="year whose limit is used, 2026"),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs order"),
        sa.Column("value_fen", sa.BigInteger(), nullable=False, comment="dutiable value, fen"),
        sa.Column("state", sa.String(length=8), nullable=False, comment="used or returned"),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="taken at, microseconds"),
        sa.Column(
            "returned_at", sa.BigInteger(), nullable=True, comment="given back at, microseconds"
        ),
        sa.Column(
            "home_shard", sa.Integer(), nullable=False, comment="shard that counts the person"
        ),
        sa.CheckConstraint(
            "(state = 'returned') = (returned_at IS NOT NULL)",
            name=op.f("ck_limit_use_returned_dated"),
        ),
        sa.CheckConstraint("state IN ('used', 'returned')", name=op.f("ck_limit_use_state_known")),
        sa.CheckConstraint("value_fen > 0", name=op.f("ck_limit_use_value_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_limit_use")),
        sa.UniqueConstraint("order_id", name="uq_limit_use_once_an_order"),
    )
    op.create_index(
        "ix_limit_use_person_year", "limit_use", ["person_lookup", "year"], unique=False
    )
    op.create_table(
        "limit_year",
        sa.Column(
            "person_lookup",
            sa.String(length=80),
            nullable=False,
            comment="keyed hash of the ID number",
        ),
        sa.Column("year", sa.Integer(), nullable=False, comment="calendar year in China, 2026"),
        sa.Column(
            "limit_fen", sa.BigInteger(), nullable=False, comment="the year's limit, 2600000"
        ),
        sa.Column(
            "used_fen", sa.BigInteger(), nullable=False, comment="dutiable value used with us, fen"
        ),
        sa.CheckConstraint(
            "used_fen >= 0 AND used_fen <= limit_fen", name=op.f("ck_limit_year_used_within_limit")
        ),
        sa.PrimaryKeyConstraint("person_lookup", "year", name=op.f("pk_limit_year")),
    )
    op.create_table(
        "tariff",
        sa.Column(
            "hs_code",
            sa.String(length=10),
            nullable=False,
            comment="10-digit tariff code, 3304990029",
        ),
        sa.Column("valid_from_on", sa.Date(), nullable=False, comment="first day in China"),
        sa.Column(
            "valid_to_on",
            sa.Date(),
            nullable=False,
            comment="last day in China, 9999-12-31 when open",
        ),
        sa.Column(
            "duty_bp", sa.Integer(), nullable=False, comment="duty, basis points: 600 is 6 %"
        ),
        sa.Column(
            "vat_bp", sa.Integer(), nullable=False, comment="VAT, basis points: 1300 is 13 %"
        ),
        sa.Column(
            "consumption_bp", sa.Integer(), nullable=False, comment="consumption tax, basis points"
        ),
        sa.Column(
            "consumption_rule", sa.String(length=20), nullable=False, comment="cosmetics_measure"
        ),
        sa.Column(
            "line_per_measure_fen",
            sa.BigInteger(),
            nullable=True,
            comment="cosmetics: fen a ml or g, 1000",
        ),
        sa.Column(
            "line_per_piece_fen",
            sa.BigInteger(),
            nullable=True,
            comment="cosmetics: fen a piece or sheet, 1500",
        ),
        sa.Column("specific_fen", sa.BigInteger(), nullable=False, comment="specific tax, fen: 50"),
        sa.Column(
            "specific_per_e5",
            sa.BigInteger(),
            nullable=False,
            comment="for so much measure: 50000000",
        ),
        sa.Column(
            "on_positive_list", sa.Boolean(), nullable=False, comment="may be sold as retail import"
        ),
        sa.Column(
            "unit1", sa.String(length=3), nullable=False, comment="first statutory unit, 035"
        ),
        sa.Column(
            "unit2", sa.String(length=3), nullable=True, comment="second statutory unit, 011"
        ),
        sa.Column("note", sa.Text(), nullable=False, comment="source of the rates"),
        sa.CheckConstraint(
            "consumption_rule IN ('none', 'ad_valorem', 'cosmetics_measure', 'specific')",
            name=op.f("ck_tariff_consumption_rule_known"),
        ),
        sa.CheckConstraint(
            "consumption_bp >= 0 AND consumption_bp < 10000",
            name=op.f("ck_tariff_consumption_below_all"),
        ),
        sa.CheckConstraint(
            "duty_bp >= 0 AND vat_bp >= 0 AND specific_fen >= 0",
            name=op.f("ck_tariff_rates_positive"),
        ),
        sa.CheckConstraint("specific_per_e5 > 0", name=op.f("ck_tariff_specific_per_something")),
        sa.CheckConstraint("valid_from_on <= valid_to_on", name=op.f("ck_tariff_valid_some_day")),
        sa.PrimaryKeyConstraint("hs_code", "valid_from_on", name=op.f("pk_tariff")),
    )
    op.create_table(
        "tax_bill",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=False, comment="declaration list"),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs order"),
        sa.Column(
            "invt_no", sa.String(length=18), nullable=False, comment="list number given by customs"
        ),
        sa.Column("tax_no", sa.String(length=50), nullable=False, comment="number of the tax bill"),
        sa.Column(
            "status", sa.String(length=1), nullable=False, comment="1 issued, 2 summarised, 3 void"
        ),
        sa.Column("customs_fen", sa.BigInteger(), nullable=False, comment="duty billed, fen"),
        sa.Column("vat_fen", sa.BigInteger(), nullable=False, comment="VAT billed, fen"),
        sa.Column(
            "consumption_fen",
            sa.BigInteger(),
            nullable=False,
            comment="consumption tax billed, fen",
        ),
        sa.Column(
            "quoted_fen",
            sa.BigInteger(),
            nullable=False,
            comment="what the shopper paid as tax, fen",
        ),
        sa.Column(
            "return_at",
            sa.BigInteger(),
            nullable=False,
            comment="returnTime of CEB816, microseconds",
        ),
        sa.Column(
            "assure_code",
            sa.String(length=64),
            nullable=True,
            comment="guarantee named by the bill",
        ),
        sa.CheckConstraint(
            "customs_fen >= 0 AND vat_fen >= 0 AND consumption_fen >= 0 AND quoted_fen >= 0",
            name=op.f("ck_tax_bill_figures_positive"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_bill")),
        sa.UniqueConstraint("invt_no", "tax_no", name="uq_tax_bill_number"),
    )
    op.create_index("ix_tax_bill_order_id", "tax_bill", ["order_id"], unique=False)


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_tax_bill_order_id", table_name="tax_bill")
    op.drop_table("tax_bill")
    op.drop_table("tariff")
    op.drop_table("limit_year")
    op.drop_index("ix_limit_use_person_year", table_name="limit_use")
    op.drop_table("limit_use")
    op.drop_index("ix_guarantee_movement_guarantee_id", table_name="guarantee_movement")
    op.drop_table("guarantee_movement")
    op.drop_table("guarantee")
