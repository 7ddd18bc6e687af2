"""Decide how tariffs, limits, guarantees and tax bills are kept, with units and examples.

What is written in them is decided by the verbs beside this file.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from kernel.db import Id, metadata

tariff_version = Table(
    "tariff_version",
    metadata,
    Column("version_no", Integer, primary_key=True, autoincrement=False, comment="from 1 on"),
    Column("kind", String(14), nullable=False, comment="tariff or positive_list"),
    Column("effective_on", Date, nullable=False, comment="first day in China"),
    Column("name", String(250), nullable=False, comment="file it came from"),
    Column("row_count", Integer, nullable=False, comment="rows it brought"),
    Column("at", BigInteger, nullable=False, comment="known to us since, microseconds"),
    CheckConstraint("kind IN ('tariff', 'positive_list')", name="kind_known"),
    CheckConstraint("version_no > 0 AND row_count > 0", name="figures_positive"),
    Index("ix_tariff_version_kind_effective_on", "kind", "effective_on"),
)

tariff = Table(
    "tariff",
    metadata,
    Column(
        "version_no",
        Integer,
        primary_key=True,
        autoincrement=False,
        server_default="0",
        comment="version that brought it; 0: entered before the first one",
    ),
    Column("hs_code", String(10), primary_key=True, comment="10-digit tariff code, 3304990029"),
    Column("valid_from_on", Date, primary_key=True, comment="first day in China"),
    Column("valid_to_on", Date, nullable=False, comment="last day in China, 9999-12-31 when open"),
    Column("duty_bp", Integer, nullable=False, comment="duty, basis points: 600 is 6 %"),
    Column("vat_bp", Integer, nullable=False, comment="VAT, basis points: 1300 is 13 %"),
    Column("consumption_bp", Integer, nullable=False, comment="consumption tax, basis points"),
    Column("consumption_rule", String(20), nullable=False, comment="cosmetics_measure"),
    Column("line_per_measure_fen", BigInteger, comment="cosmetics: fen a ml or g, 1000"),
    Column("line_per_piece_fen", BigInteger, comment="cosmetics: fen a piece or sheet, 1500"),
    Column("specific_fen", BigInteger, nullable=False, comment="specific tax, fen: 50"),
    Column("specific_per_e5", BigInteger, nullable=False, comment="for so much measure: 50000000"),
    Column("on_positive_list", Boolean, nullable=False, comment="may be sold as retail import"),
    Column("unit1", String(3), nullable=False, comment="first statutory unit, 035"),
    Column("unit2", String(3), comment="second statutory unit, 011"),
    Column("weight_limit", String(8), comment="counts to a year's weight limit: sugar or rice"),
    Column("note", Text, nullable=False, comment="source of the rates"),
    CheckConstraint(
        "consumption_rule IN ('none', 'ad_valorem', 'cosmetics_measure', 'specific')",
        name="consumption_rule_known",
    ),
    CheckConstraint("valid_from_on <= valid_to_on", name="valid_some_day"),
    CheckConstraint("duty_bp >= 0 AND vat_bp >= 0 AND specific_fen >= 0", name="rates_positive"),
    CheckConstraint("consumption_bp >= 0 AND consumption_bp < 10000", name="consumption_below_all"),
    CheckConstraint("specific_per_e5 > 0", name="specific_per_something"),
    CheckConstraint("weight_limit IN ('sugar', 'rice')", name="weight_limit_known"),
)

positive_code = Table(
    "positive_code",
    metadata,
    Column("version_no", Integer, primary_key=True, autoincrement=False, comment="its version"),
    Column("hs_code", String(10), primary_key=True, comment="10 digits, or 8 for all below them"),
    Column("valid_from_on", Date, primary_key=True, comment="first day in China"),
    Column("valid_to_on", Date, nullable=False, comment="last day in China, 9999-12-31 when open"),
    Column("note", Text, nullable=False, comment="remark of the list"),
    CheckConstraint("valid_from_on <= valid_to_on", name="valid_some_day"),
)

limit_year = Table(
    "limit_year",
    metadata,
    Column("person_lookup", String(80), primary_key=True, comment="keyed hash of the ID number"),
    Column("year", Integer, primary_key=True, comment="calendar year in China, 2026"),
    Column("limit_fen", BigInteger, nullable=False, comment="the year's limit, 2600000"),
    Column("used_fen", BigInteger, nullable=False, comment="dutiable value used with us, fen"),
    CheckConstraint("used_fen >= 0 AND used_fen <= limit_fen", name="used_within_limit"),
)

limit_use = Table(
    "limit_use",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person_lookup", String(80), nullable=False, comment="keyed hash of the ID number"),
    Column("year", Integer, nullable=False, comment="year whose limit is used, 2026"),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("value_fen", BigInteger, nullable=False, comment="dutiable value, fen"),
    Column("state", String(8), nullable=False, comment="used or returned"),
    Column("at", BigInteger, nullable=False, comment="taken at, microseconds"),
    Column("returned_at", BigInteger, comment="given back at, microseconds"),
    Column("home_shard", Integer, nullable=False, comment="shard that counts the person"),
    UniqueConstraint("order_id", name="uq_limit_use_once_an_order"),
    CheckConstraint("state IN ('used', 'returned')", name="state_known"),
    CheckConstraint("(state = 'returned') = (returned_at IS NOT NULL)", name="returned_dated"),
    CheckConstraint("value_fen > 0", name="value_positive"),
    Index("ix_limit_use_person_year", "person_lookup", "year"),
)

weight_year = Table(
    "weight_year",
    metadata,
    Column("person_lookup", String(80), primary_key=True, comment="keyed hash of the ID number"),
    Column("year", Integer, primary_key=True, comment="calendar year in China, 2026"),
    Column("kind", String(8), primary_key=True, comment="sugar or rice"),
    Column("limit_e5", BigInteger, nullable=False, comment="1/100,000 kg a year: 200000 is 2 kg"),
    Column("used_e5", BigInteger, nullable=False, comment="net weight used with us, 1/100,000 kg"),
    CheckConstraint("used_e5 >= 0 AND used_e5 <= limit_e5", name="used_within_limit"),
)

weight_use = Table(
    "weight_use",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False, comment="customs order"),
    Column("kind", String(8), primary_key=True, comment="sugar or rice"),
    Column("person_lookup", String(80), nullable=False, comment="keyed hash of the ID number"),
    Column("year", Integer, nullable=False, comment="year whose limit is used, 2026"),
    Column("net_e5", BigInteger, nullable=False, comment="net weight, 1/100,000 kg"),
    Column("state", String(8), nullable=False, comment="used or returned"),
    Column("at", BigInteger, nullable=False, comment="taken at, microseconds"),
    Column("returned_at", BigInteger, comment="given back at, microseconds"),
    Column("home_shard", Integer, nullable=False, comment="shard that counts the person"),
    CheckConstraint("state IN ('used', 'returned')", name="state_known"),
    CheckConstraint("(state = 'returned') = (returned_at IS NOT NULL)", name="returned_dated"),
    CheckConstraint("net_e5 > 0", name="weight_positive"),
    Index("ix_weight_use_person_year", "person_lookup", "year"),
)

guarantee = Table(
    "guarantee",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("purpose", String(10), nullable=False, comment="retail_tax or display"),
    Column("guarantor_enterprise_id", Id, nullable=False, comment="who guarantees"),
    Column("assure_code", String(30), nullable=False, comment="assureCode of the list"),
    Column("customs_office", String(4), nullable=False, comment="office that took it, 0500"),
    Column("limit_fen", BigInteger, nullable=False, comment="guaranteed sum, fen"),
    Column("held_fen", BigInteger, nullable=False, comment="sum of its movements, fen"),
    Column("valid_from_on", Date, nullable=False),
    Column("valid_to_on", Date, nullable=False),
    CheckConstraint("purpose IN ('retail_tax', 'display')", name="purpose_known"),
    CheckConstraint("limit_fen > 0 AND held_fen >= 0", name="figures_positive"),
    CheckConstraint("valid_from_on <= valid_to_on", name="valid_some_day"),
)

guarantee_movement = Table(
    "guarantee_movement",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("guarantee_id", Id, nullable=False),
    Column("kind", String(8), nullable=False, comment="hold, use, restore or void"),
    Column("document", String(60), nullable=False, comment="declaration_list:<id>"),
    Column("turn", Integer, nullable=False, comment="which hold of the document, from 1"),
    Column("amount_fen", BigInteger, nullable=False, comment="change of what is held, fen"),
    Column("at", BigInteger, nullable=False, comment="microseconds"),
    UniqueConstraint("document", "kind", "turn", name="uq_guarantee_movement_once_a_document"),
    CheckConstraint("kind IN ('hold', 'use', 'restore', 'void')", name="kind_known"),
    Index("ix_guarantee_movement_guarantee_id", "guarantee_id"),
)

guarantee_queue = Table(
    "guarantee_queue",
    metadata,
    Column("document", String(60), primary_key=True, comment="declaration_list:<id>"),
    Column("purpose", String(10), nullable=False, comment="retail_tax or display"),
    Column("amount_fen", BigInteger, nullable=False, comment="what it needs, fen"),
    Column("since_at", BigInteger, nullable=False, comment="waits since, microseconds"),
    Column("asked_at", BigInteger, nullable=False, comment="last asked for room, microseconds"),
    CheckConstraint("purpose IN ('retail_tax', 'display')", name="purpose_known"),
    CheckConstraint("amount_fen >= 0", name="amount_positive"),
    Index("ix_guarantee_queue_purpose_since_at", "purpose", "since_at"),
)

display_cover = Table(
    "display_cover",
    metadata,
    Column("application_no", String(30), primary_key=True, comment="display application"),
    Column("gnum", Integer, primary_key=True, autoincrement=False, comment="its line, from 1"),
    Column("pieces", BigInteger, nullable=False, comment="approved pieces"),
    Column("discharged", BigInteger, nullable=False, comment="pieces discharged by customs"),
    Column("levy_fen", BigInteger, nullable=False, comment="levy of one piece as fixed, fen"),
    CheckConstraint("pieces > 0 AND levy_fen >= 0", name="figures_positive"),
    CheckConstraint("discharged >= 0 AND discharged <= pieces", name="discharged_within_pieces"),
)

display_discharge = Table(
    "display_discharge",
    metadata,
    Column("kind", String(18), primary_key=True, comment="declaration_paid"),
    Column("document_no", String(50), primary_key=True, comment="customs' number of it"),
    Column("application_no", String(30), primary_key=True),
    Column("gnum", Integer, primary_key=True, autoincrement=False, comment="application's line"),
    Column("pieces", BigInteger, nullable=False, comment="pieces it discharges"),
    Column("at", BigInteger, nullable=False, comment="microseconds"),
    CheckConstraint(
        "kind IN ('return_accepted', 'declaration_paid', 'force_majeure')", name="kind_known"
    ),
    CheckConstraint("pieces > 0", name="pieces_positive"),
    CheckConstraint("document_no <> ''", name="customs_document_named"),
)

tax_bill = Table(
    "tax_bill",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("list_id", Id, nullable=False, comment="declaration list"),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("invt_no", String(18), nullable=False, comment="list number given by customs"),
    Column("tax_no", String(50), nullable=False, comment="number of the tax bill"),
    Column("status", String(1), nullable=False, comment="1 issued, 2 summarised, 3 void"),
    Column("customs_fen", BigInteger, nullable=False, comment="duty billed, fen"),
    Column("vat_fen", BigInteger, nullable=False, comment="VAT billed, fen"),
    Column("consumption_fen", BigInteger, nullable=False, comment="consumption tax billed, fen"),
    Column("quoted_fen", BigInteger, nullable=False, comment="what the shopper paid as tax, fen"),
    Column("return_at", BigInteger, nullable=False, comment="returnTime of CEB816, microseconds"),
    Column("assure_code", String(64), comment="guarantee named by the bill"),
    Column("duty_no", String(50), comment="payment slip of the period, entDutyNo"),
    Column("paid_at", BigInteger, comment="the slip was paid at, microseconds"),
    UniqueConstraint("invt_no", "tax_no", name="uq_tax_bill_number"),
    CheckConstraint(
        "customs_fen >= 0 AND vat_fen >= 0 AND consumption_fen >= 0 AND quoted_fen >= 0",
        name="figures_positive",
    ),
    CheckConstraint("paid_at IS NULL OR duty_no IS NOT NULL", name="paid_by_slip"),
    Index("ix_tax_bill_order_id", "order_id"),
    Index("ix_tax_bill_duty_no", "duty_no"),
)

tax_bill_line = Table(
    "tax_bill_line",
    metadata,
    Column("bill_id", Id, ForeignKey("tax_bill.id"), primary_key=True, autoincrement=False),
    Column("gnum", Integer, primary_key=True, autoincrement=False, comment="line of the list"),
    Column("value_fen", BigInteger, nullable=False, comment="dutiable value, fen"),
    Column("customs_fen", BigInteger, nullable=False, comment="duty billed, fen"),
    Column("vat_fen", BigInteger, nullable=False, comment="VAT billed, fen"),
    Column("consumption_fen", BigInteger, nullable=False, comment="consumption tax billed, fen"),
)

tax_part = Table(
    "tax_part",
    metadata,
    Column("return_id", Id, primary_key=True, autoincrement=False, comment="goods return, copNo"),
    Column("bill_id", Id, ForeignKey("tax_bill.id"), nullable=False),
    Column("order_id", Id, nullable=False, comment="customs order"),
    Column("value_fen", BigInteger, nullable=False, comment="dutiable value that came back, fen"),
    Column("quoted_fen", BigInteger, nullable=False, comment="of the tax the shopper paid, fen"),
    Column("billed_fen", BigInteger, nullable=False, comment="of the tax customs billed, fen"),
    Column("at", BigInteger, nullable=False, comment="microseconds"),
    CheckConstraint("value_fen >= 0 AND quoted_fen >= 0 AND billed_fen >= 0", name="not_negative"),
    Index("ix_tax_part_order_id", "order_id"),
)
"""What the return of a part of an order took off its bill; void, the bill asks for nothing more."""
