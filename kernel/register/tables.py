"""Decides the rows of the register: ids, legal names, codes, validity; rules are the rooms'."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
)

from kernel.db import Id, metadata

ROLES = (
    "platform",
    "merchant",
    "domestic_agent",
    "declarant",
    "zone_warehouse",
    "guarantor",
    "payment_company",
    "courier",
    "transmitter",
    "outside_importer",
    "outlet_operator",
)
_FILED = ("first day the filing counts", "last day the filing counts; null: no end")


def _id_column(name: str = "id", *arguments: Any, comment: str | None = None) -> Column[int]:
    return Column(name, Id, *arguments, autoincrement=False, nullable=False, comment=comment)


enterprise = Table(
    "enterprise",
    metadata,
    _id_column(),
    Column("credit_code", String(18), nullable=False, comment="unified social credit code, C18"),
    Column("customs_code", String(10), nullable=True, comment="customs registration code, C10"),
    Column("name", String(100), nullable=False, comment="registered name, as on the filing"),
    Column("dxp_id", String(30), nullable=True, comment="transmission id at the data centre"),
    Column("filed_from_on", Date, nullable=False, comment=_FILED[0]),
    Column("filed_to_on", Date, nullable=True, comment=_FILED[1]),
    PrimaryKeyConstraint("id", name="pk_enterprise"),
    UniqueConstraint("credit_code", name="uq_enterprise_credit_code"),
    UniqueConstraint("customs_code", name="uq_enterprise_customs_code"),
    CheckConstraint("length(credit_code) = 18", name="credit_code_is_18_long"),
    CheckConstraint("length(customs_code) = 10", name="customs_code_is_10_long"),
    CheckConstraint("filed_to_on >= filed_from_on", name="filing_ends_after_it_begins"),
    comment="A legal person that may stand in a customs document",
)
enterprise_role = Table(
    "enterprise_role",
    metadata,
    _id_column("enterprise_id", ForeignKey("enterprise.id")),
    Column("role", String(20), nullable=False, comment="what it is filed as, e.g. platform"),
    Column("filed_from_on", Date, nullable=False, comment=_FILED[0]),
    Column("filed_to_on", Date, nullable=True, comment=_FILED[1]),
    PrimaryKeyConstraint("enterprise_id", "role", name="pk_enterprise_role"),
    CheckConstraint(f"role IN {ROLES}", name="role_is_known"),
    CheckConstraint("filed_to_on >= filed_from_on", name="filing_ends_after_it_begins"),
    comment="What an enterprise is filed as, and when",
)
mandate = Table(
    "mandate",
    metadata,
    _id_column("principal_id", ForeignKey("enterprise.id"), comment="who gives it"),
    _id_column("agent_id", ForeignKey("enterprise.id"), comment="who acts for them"),
    Column("purpose", String(20), nullable=False, comment="role acted in, e.g. declarant"),
    Column("valid_from_on", Date, nullable=False, comment="first day it counts"),
    Column("valid_to_on", Date, nullable=True, comment="last day it counts; null: no end"),
    PrimaryKeyConstraint("principal_id", "agent_id", "purpose", name="pk_mandate"),
    CheckConstraint(f"purpose IN {ROLES}", name="purpose_is_a_role"),
    CheckConstraint("valid_to_on >= valid_from_on", name="mandate_ends_after_it_begins"),
    comment="Which enterprise may act for which",
)
signing_key = Table(
    "signing_key",
    metadata,
    _id_column(),
    _id_column("enterprise_id", ForeignKey("enterprise.id"), comment="holder"),
    Column("key_no", String(64), nullable=False, comment="card number, KeyName in signatures"),
    Column("algorithm", String(10), nullable=False, comment="e.g. sm2"),
    Column("certificate", LargeBinary, nullable=False, comment="X.509, DER"),
    Column("not_before_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    Column("not_after_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    PrimaryKeyConstraint("id", name="pk_signing_key"),
    UniqueConstraint("key_no", name="uq_signing_key_key_no"),
    CheckConstraint("not_after_at > not_before_at", name="key_ends_after_it_begins"),
    comment="Certificates of keys that sign; the private keys are elsewhere",
)
outlet = Table(
    "outlet",
    metadata,
    _id_column(),
    Column("code", String(20), nullable=False, comment="ours, printed on slips, e.g. SH0001"),
    Column("name", String(100), nullable=False, comment="as on the shop front"),
    Column("name_en", String(100), nullable=False, comment="the same in English"),
    _id_column("enterprise_id", ForeignKey("enterprise.id"), comment="operator"),
    Column("district_code", String(6), nullable=False, comment="GB/T 2260, e.g. 310115"),
    Column("address", String(200), nullable=False, comment="street and number"),
    Column("phone", String(20), nullable=False, comment="of the outlet"),
    PrimaryKeyConstraint("id", name="pk_outlet"),
    UniqueConstraint("code", name="uq_outlet_code"),
    CheckConstraint("length(district_code) = 6", name="district_code_is_6_long"),
    comment="A convenience store that shows our shelf codes",
)
warehouse = Table(
    "warehouse",
    metadata,
    _id_column(),
    Column("code", String(20), nullable=False, comment="ours, e.g. WGQ1"),
    Column("name", String(100), nullable=False),
    _id_column("area_enterprise_id", ForeignKey("enterprise.id"), comment="areaCode in the list"),
    Column("customs_code", String(4), nullable=False, comment="customs office, C4, e.g. 2248"),
    Column("port_code", String(4), nullable=False, comment="port of exit, C4"),
    Column("account_book_no", String(20), nullable=False, comment="emsNo"),
    Column("traf_mode", String(1), nullable=False, comment="transport mode, Y: bonded port area"),
    Column("address", String(200), nullable=False, comment="where it stands, from province on"),
    Column("phone", String(30), nullable=False, comment="its desk"),
    Column("shard", Integer, nullable=False, comment="whose database its orders live in"),
    PrimaryKeyConstraint("id", name="pk_warehouse"),
    UniqueConstraint("code", name="uq_warehouse_code"),
    CheckConstraint("shard BETWEEN 0 AND 7", name="shard_fits_three_bits"),
    comment="A bonded warehouse",
)
item = Table(
    "item",
    metadata,
    _id_column(),
    Column("sku", String(20), nullable=False, comment="ours; itemNo in customs documents"),
    Column("gtin14", String(14), nullable=False, comment="GTIN with leading noughts"),
    Column("name", String(250), nullable=False),
    Column("name_en", String(250), nullable=False),
    Column("brand", String(100), nullable=False),
    Column("model", String(250), nullable=False, comment="size and kind, e.g. 50ml/bottle"),
    Column("image", String(200), nullable=False, comment="path of the picture; empty: none"),
    PrimaryKeyConstraint("id", name="pk_item"),
    UniqueConstraint("sku", name="uq_item_sku"),
    Index("ix_item_gtin14", "gtin14"),
    CheckConstraint("length(gtin14) = 14", name="gtin_is_14_long"),
    comment="What can be sold, as the world names it",
)
person = Table(
    "person",
    metadata,
    _id_column(),
    Column("id_lookup", String(80), nullable=False, comment="keyed hash of the ID number"),
    Column("person_sealed", LargeBinary, nullable=False, comment="sealed JSON: name, id_number"),
    Column("created_at", BigInteger, nullable=False, comment="instant, microseconds UTC"),
    PrimaryKeyConstraint("id", name="pk_person"),
    UniqueConstraint("id_lookup", name="uq_person_id_lookup"),
    comment="A person known by ID number; nothing here can be read without the keys",
)
