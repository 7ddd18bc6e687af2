"""Decide what the customs desk keeps: lists, documents, what was sent, what came back.

Signed messages and mail hold personal data and are sealed; a list itself holds none.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bonded_display.customs.states import STATES
from kernel.db import Id, metadata

ENDED = ("RELEASED", "CLOSED", "CANCELLED", "RETURNED_OUT")
"""States of a list that asks nothing more of the desk."""
LIST_IS_OPEN = "state NOT IN ('RELEASED', 'CLOSED', 'CANCELLED', 'RETURNED_OUT')"
"""The same as a literal text: SQLite takes a partial index only for its very words."""

_STATES = ", ".join(f"'{state}'" for state in STATES)
_KINDS = "'order', 'payment', 'waybill'"

declaration_list = Table(
    "declaration_list",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", Id, nullable=False, comment="customs_order of shop"),
    Column("warehouse_id", Id, nullable=False, comment="the shard"),
    Column("order_no", Text, nullable=False, comment="platform's number, e.g. QZ2611240001"),
    Column("cop_no", Text, nullable=False, comment="our document number, the id as text, <= 20"),
    Column("state", Text, nullable=False, comment="e.g. DRAFT, ACCEPTED, RELEASED"),
    Column("seq", Integer, nullable=False, comment="counter of its facts, e.g. 3"),
    Column("waybill_no", Text, comment="null while the courier's pool is dry"),
    Column("pre_no", Text, comment="port's number, e.g. B20261124000000001"),
    Column("invt_no", Text, comment="customs' 18-character list number"),
    Column("return_status", Integer, comment="status of the receipt in force, e.g. 120"),
    Column("return_at", BigInteger, comment="its instant, microseconds"),
    Column("return_rank", Integer, comment="decides between receipts of one instant, e.g. 120"),
    Column("account_book_no", Text, nullable=False, comment="emsNo, e.g. H05010000001"),
    Column("customs_code", Text, nullable=False, comment="office of declaration, C4"),
    Column("port_code", Text, nullable=False, comment="office of entry, C4"),
    Column("traf_mode", Text, nullable=False, comment="e.g. Y"),
    Column("parties", Text, nullable=False, comment="JSON: codes and names frozen on the order"),
    Column("goods_fen", BigInteger, nullable=False, comment="sum of the lines, e.g. 78000"),
    Column("freight_fen", BigInteger, nullable=False, comment="e.g. 2000"),
    Column("insurance_fen", BigInteger, nullable=False, comment="e.g. 0"),
    Column("quoted_tax_fen", BigInteger, nullable=False, comment="ours; held, then billed by 816"),
    Column("gross_e5", BigInteger, nullable=False, comment="kg, 1/100,000, e.g. 52000"),
    Column("net_e5", BigInteger, nullable=False, comment="kg, 1/100,000, e.g. 40000"),
    Column("assure_code", Text, comment="of the guarantee that holds the tax"),
    Column("latest_guid", Text, comment="of the latest sending"),
    Column("created_at", BigInteger, nullable=False, comment="instant, microseconds"),
    UniqueConstraint("id", "order_id", name="uq_declaration_list_of_order"),
    UniqueConstraint("cop_no", name="uq_declaration_list_cop_no"),
    CheckConstraint(f"state IN ({_STATES})", name="state_is_known"),
    CheckConstraint("net_e5 <= gross_e5", name="net_within_gross"),
    Index("ix_declaration_list_order", "order_id"),
    Index("ix_declaration_list_invt_no", "invt_no", unique=True),
    Index("ix_declaration_list_state", "state", "id"),
    Index(
        "ix_declaration_list_open",
        "id",
        sqlite_where=text(LIST_IS_OPEN),
        postgresql_where=text(LIST_IS_OPEN),
    ),
    Index(
        "ix_declaration_list_pre_no",
        "pre_no",
        sqlite_where=text("pre_no IS NOT NULL"),
        postgresql_where=text("pre_no IS NOT NULL"),
    ),
    Index(
        "ix_declaration_list_refused",
        "order_id",
        sqlite_where=text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
        postgresql_where=text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
    ),
)
"""UNIQUE (id, order_id) lets the order name its list in force by a foreign key over both."""

list_line = Table(
    "list_line",
    metadata,
    Column("list_id", Id, ForeignKey("declaration_list.id"), primary_key=True, autoincrement=False),
    Column("gnum", Integer, primary_key=True, autoincrement=False, comment="1.., as in the order"),
    Column("account_book_item_id", Id, nullable=False, comment="of stock"),
    Column("item_record_no", Text, nullable=False, comment="its number in the account book"),
    Column("sku", Text, nullable=False, comment="<= 20 characters"),
    Column("gtin14", Text, nullable=False, comment="empty when there is none"),
    Column("hs_code", Text, nullable=False, comment="10 digits"),
    Column("gname", Text, nullable=False, comment="goods name, same as in the order"),
    Column("gmodel", Text, nullable=False, comment="name, brand, spec: <= 510 characters"),
    Column("origin_code", Text, nullable=False, comment="country, C3, e.g. 305"),
    Column("qty", BigInteger, nullable=False, comment="pieces in the deal unit, e.g. 2"),
    Column("unit_code", Text, nullable=False, comment="C3, e.g. 142 bottle"),
    Column("qty1_e5", BigInteger, nullable=False, comment="first statutory unit, 1/100,000"),
    Column("unit1_code", Text, nullable=False, comment="C3, e.g. 035 kg"),
    Column("qty2_e5", BigInteger, comment="second statutory unit, 1/100,000"),
    Column("unit2_code", Text, comment="C3"),
    Column("price_fen", BigInteger, nullable=False, comment="of a piece, e.g. 39000"),
    Column("total_fen", BigInteger, nullable=False, comment="price x qty"),
)

document = Table(
    "document",
    metadata,
    Column("order_id", Id, primary_key=True, autoincrement=False, comment="customs_order of shop"),
    Column("kind", Text, primary_key=True, comment="order | payment | waybill"),
    Column("order_no", Text, comment="of an order document, to find it by its receipt"),
    Column("state", Text, nullable=False, comment="e.g. SENT_LOCAL, ACCEPTED"),
    Column("seq", Integer, nullable=False, comment="counter of its facts, e.g. 2"),
    Column("return_status", Integer, comment="of the receipt in force, e.g. 120"),
    Column("return_at", BigInteger, comment="its instant, microseconds"),
    Column("return_rank", Integer, comment="decides between receipts of one instant"),
    Column("guid", Text, comment="of our latest sending; null for other companies' documents"),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind_is_known"),
    CheckConstraint(f"state IN ({_STATES})", name="state_is_known"),
    Index("ix_document_order_no", "order_no"),
    Index(
        "ix_document_refused",
        "order_id",
        sqlite_where=text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
        postgresql_where=text("state IN ('REJECTED', 'ERROR', 'FORMAT_ERROR')"),
    ),
)

customs_message = Table(
    "customs_message",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False, comment="CEB311 | CEB621"),
    Column("order_id", Id, nullable=False),
    Column("list_id", Id, comment="null for an order document"),
    Column("guid", Text, nullable=False, comment="36 characters; one a sending"),
    Column("signed_sealed", LargeBinary, nullable=False, comment="the very bytes sent, sealed"),
    Column("sha256", Text, nullable=False, comment="hex, of the plain bytes"),
    Column("built_at", BigInteger, nullable=False, comment="instant, microseconds"),
    Column("sent_at", BigInteger, comment="null until the transport has them"),
    UniqueConstraint("guid", name="uq_customs_message_guid"),
    Index("ix_customs_message_order", "order_id"),
    Index(
        "ix_customs_message_unsent",
        "built_at",
        sqlite_where=text("sent_at IS NULL"),
        postgresql_where=text("sent_at IS NULL"),
    ),
)

message_trouble = Table(
    "message_trouble",
    metadata,
    Column(
        "message_id", Id, ForeignKey("customs_message.id"), primary_key=True, autoincrement=False
    ),
    Column("trouble", Text, nullable=False, comment="kind of the fault, e.g. RuntimeError"),
    Column("at", BigInteger, nullable=False, comment="instant, microseconds"),
)
"""Messages that cannot be sent for a fault of their own, until somebody sends them again."""

customs_mail = Table(
    "customs_mail",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, comment="file name, e.g. 000123.xml"),
    Column("sha256", Text, nullable=False, comment="hex, of the raw bytes"),
    Column("raw_sealed", LargeBinary, nullable=False, comment="the file as it came, sealed"),
    Column("taken_at", BigInteger, nullable=False, comment="instant, microseconds"),
    UniqueConstraint("sha256", name="uq_customs_mail_once"),
)

customs_receipt = Table(
    "customs_receipt",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("mail_id", Id, ForeignKey("customs_mail.id"), nullable=False),
    Column("place", Integer, nullable=False, comment="which node of the message, from 0"),
    Column("kind", Text, nullable=False, comment="e.g. CEB622"),
    Column("doc_key", Text, nullable=False, comment="copNo, or orderNo|ebpCode, or invtNo|taxNo"),
    Column("order_id", Id, comment="null while no document of ours matches"),
    Column("list_id", Id),
    Column("return_status", Integer, nullable=False, comment="e.g. 800, -621018"),
    Column("return_time_text", Text, nullable=False, comment="as customs wrote it, 17 digits"),
    Column("return_at", BigInteger, nullable=False, comment="the same, microseconds"),
    Column("names", Text, comment="guid of a sending of ours that it names, which it seldom does"),
    Column("info_code", Integer, comment="from [Code:1800;Desc:...]; the words stay sealed"),
    Column("taken", Boolean, nullable=False, comment="whether it changed anything of ours"),
    Column("note", Text, nullable=False, comment="why not, e.g. older, other_party, unmatched"),
    Column("heard_at", BigInteger, nullable=False, comment="instant, microseconds"),
    Column("odd", Text, comment="where it breaks its schema, a line each; null when nowhere"),
    UniqueConstraint(
        "kind", "doc_key", "return_status", "return_time_text", name="uq_customs_receipt_once"
    ),
    Index("ix_customs_receipt_list", "list_id"),
    Index("ix_customs_receipt_order", "order_id"),
    Index("ix_customs_receipt_mail", "mail_id"),
    Index("ix_customs_receipt_waiting", "note"),
    Index(
        "ix_customs_receipt_odd",
        "id",
        sqlite_where=text("odd IS NOT NULL"),
        postgresql_where=text("odd IS NOT NULL"),
    ),
)
