"""First tables of customs; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0008_customs"
down_revision = "0007_warehouse"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "customs_mail",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="file name, e.g. 000123.xml"),
        sa.Column("sha256", sa.Text(), nullable=False, comment="hex, of the raw bytes"),
        sa.Column(
            "raw_sealed", sa.LargeBinary(), nullable=False, comment="the file as it came, sealed"
        ),
        sa.Column("taken_at", sa.BigInteger(), nullable=False, comment="instant, microseconds"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customs_mail")),
        sa.UniqueConstraint("sha256", name="uq_customs_mail_once"),
    )
    op.create_table(
        "customs_message",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, comment="CEB311 | CEB621"),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column("list_id", sa.BigInteger(), nullable=True, comment="null for an order document"),
        sa.Column("guid", sa.Text(), nullable=False, comment="36 characters; one a sending"),
        sa.Column(
            "signed_sealed", sa.LargeBinary(), nullable=False, comment="the very bytes sent, sealed"
        ),
        sa.Column("sha256", sa.Text(), nullable=False, comment="hex, of the plain bytes"),
        sa.Column("built_at", sa.BigInteger(), nullable=False, comment="instant, microseconds"),
        sa.Column(
            "sent_at", sa.BigInteger(), nullable=True, comment="null until the transport has them"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customs_message")),
        sa.UniqueConstraint("guid", name="uq_customs_message_guid"),
    )
    op.create_index("ix_customs_message_order", "customs_message", ["order_id"], unique=False)
    op.create_index(
        "ix_customs_message_unsent",
        "customs_message",
        ["built_at"],
        unique=False,
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.create_table(
        "declaration_list",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False, comment="customs_order of shop"),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False, comment="the shard"),
        sa.Column(
            "order_no", sa.Text(), nullable=False, comment="platform's number, e.g. QZ2611240001"
        ),
        sa.Column(
            "cop_no",
            sa.Text(),
            nullable=False,
            comment="our document number, the id as text, <= 20",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="e.g. DRAFT, ACCEPTED, RELEASED"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="counter of its facts, e.g. 3"),
        sa.Column(
            "waybill_no", sa.Text(), nullable=True, comment="null while the courier's pool is dry"
        ),
        sa.Column(
            "pre_no", sa.Text(), nullable=True, comment="port's number, e.g. B20261124000000001"
        ),
        sa.Column("invt_no", sa.Text(), nullable=True, comment="customs' 18-character list number"),
        sa.Column(
            "return_status",
            sa.Integer(),
            nullable=True,
            comment="status of the receipt in force, e.g. 120",
        ),
        sa.Column("return_at", sa.BigInteger(), nullable=True, comment="its instant, microseconds"),
        sa.Column(
            "return_rank",
            sa.Integer(),
            nullable=True,
            comment="decides between receipts of one instant, e.g. 120",
        ),
        sa.Column("account_book_no", sa.Text(), nullable=False, comment="emsNo, e.g. H05010000001"),
        sa.Column("customs_code", sa.Text(), nullable=False, comment="office of declaration, C4"),
        sa.Column("port_code", sa.Text(), nullable=False, comment="office of entry, C4"),
        sa.Column("traf_mode", sa.Text(), nullable=False, comment="e.g. Y"),
        sa.Column(
            "parties",
            sa.Text(),
            nullable=False,
            comment="JSON: codes and names frozen on the order",
        ),
        sa.Column(
            "goods_fen", sa.BigInteger(), nullable=False, comment="sum of the lines, e.g. 78000"
        ),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False, comment="e.g. 2000"),
        sa.Column("insurance_fen", sa.BigInteger(), nullable=False, comment="e.g. 0"),
        sa.Column(
            "quoted_tax_fen",
            sa.BigInteger(),
            nullable=False,
            comment="ours; held, then billed by 816",
        ),
        sa.Column("gross_e5", sa.BigInteger(), nullable=False, comment="kg, 1/100,000, e.g. 52000"),
        sa.Column("net_e5", sa.BigInteger(), nullable=False, comment="kg, 1/100,000, e.g. 40000"),
        sa.Column(
            "assure_code", sa.Text(), nullable=True, comment="of the guarantee that holds the tax"
        ),
        sa.Column("latest_guid", sa.Text(), nullable=True, comment="of the latest sending"),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="instant, microseconds"),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SENT_LOCAL', 'PORT_SAVED', 'PORT_DECLARING', 'SENT', 'SEND_FAILED', 'FORMAT_ERROR', 'ERROR', 'REJECTED', 'ACCEPTED', 'MANUAL_REVIEW', 'REVIEWED', 'INSPECTION', 'DETAINED', 'RETURNED_OUT', 'RELEASED', 'CLOSED', 'CANCELLED')",
            name=op.f("ck_declaration_list_state_is_known"),
        ),
        sa.CheckConstraint("net_e5 <= gross_e5", name=op.f("ck_declaration_list_net_within_gross")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declaration_list")),
        sa.UniqueConstraint("cop_no", name="uq_declaration_list_cop_no"),
        sa.UniqueConstraint("id", "order_id", name="uq_declaration_list_of_order"),
    )
    op.create_index("ix_declaration_list_invt_no", "declaration_list", ["invt_no"], unique=True)
    op.create_index("ix_declaration_list_order", "declaration_list", ["order_id"], unique=False)
    op.create_table(
        "document",
        sa.Column(
            "order_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="customs_order of shop",
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="order | payment | waybill"),
        sa.Column(
            "order_no",
            sa.Text(),
            nullable=True,
            comment="of an order document, to find it by its receipt",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="e.g. SENT_LOCAL, ACCEPTED"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="counter of its facts, e.g. 2"),
        sa.Column(
            "return_status",
            sa.Integer(),
            nullable=True,
            comment="of the receipt in force, e.g. 120",
        ),
        sa.Column("return_at", sa.BigInteger(), nullable=True, comment="its instant, microseconds"),
        sa.Column(
            "return_rank",
            sa.Integer(),
            nullable=True,
            comment="decides between receipts of one instant",
        ),
        sa.Column(
            "guid",
            sa.Text(),
            nullable=True,
            comment="of our latest sending; null for other companies' documents",
        ),
        sa.CheckConstraint(
            "kind IN ('order', 'payment', 'waybill')", name=op.f("ck_document_kind_is_known")
        ),
        sa.CheckConstraint(
            "state IN ('DRAFT', 'SENT_LOCAL', 'PORT_SAVED', 'PORT_DECLARING', 'SENT', 'SEND_FAILED', 'FORMAT_ERROR', 'ERROR', 'REJECTED', 'ACCEPTED', 'MANUAL_REVIEW', 'REVIEWED', 'INSPECTION', 'DETAINED', 'RETURNED_OUT', 'RELEASED', 'CLOSED', 'CANCELLED')",
            name=op.f("ck_document_state_is_known"),
        ),
        sa.PrimaryKeyConstraint("order_id", "kind", name=op.f("pk_document")),
    )
    op.create_index("ix_document_order_no", "document", ["order_no"], unique=False)
    op.create_table(
        "customs_receipt",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("mail_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "place", sa.Integer(), nullable=False, comment="which node of the message, from 0"
        ),
        sa.Column("kind", sa.Text(), nullable=False, comment="e.g. CEB622"),
        sa.Column(
            "doc_key",
            sa.Text(),
            nullable=False,
            comment="copNo, or orderNo|ebpCode, or invtNo|taxNo",
        ),
        sa.Column(
            "order_id",
            sa.BigInteger(),
            nullable=True,
            comment="null while no document of ours matches",
        ),
        sa.Column("list_id", sa.BigInteger(), nullable=True),
        sa.Column("return_status", sa.Integer(), nullable=False, comment="e.g. 800, -621018"),
        sa.Column(
            "return_time_text", sa.Text(), nullable=False, comment="as customs wrote it, 17 digits"
        ),
        sa.Column("return_at", sa.BigInteger(), nullable=False, comment="the same, microseconds"),
        sa.Column(
            "info_code",
            sa.Integer(),
            nullable=True,
            comment="from [Code:1800;Desc:...]; the words stay sealed",
        ),
        sa.Column(
            "taken", sa.Boolean(), nullable=False, comment="whether it changed anything of ours"
        ),
        sa.Column(
            "note", sa.Text(), nullable=False, comment="why not, e.g. older, other_party, unmatched"
        ),
        sa.Column("heard_at", sa.BigInteger(), nullable=False, comment="instant, microseconds"),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["customs_mail.id"], name=op.f("fk_customs_receipt_mail_id_customs_mail")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customs_receipt")),
        sa.UniqueConstraint(
            "kind", "doc_key", "return_status", "return_time_text", name="uq_customs_receipt_once"
        ),
    )
    op.create_index("ix_customs_receipt_list", "customs_receipt", ["list_id"], unique=False)
    op.create_index("ix_customs_receipt_waiting", "customs_receipt", ["note"], unique=False)
    op.create_table(
        "list_line",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "gnum",
            sa.Integer(),
            autoincrement=False,
            nullable=False,
            comment="1.., as in the order",
        ),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False, comment="of stock"),
        sa.Column(
            "item_record_no", sa.Text(), nullable=False, comment="its number in the account book"
        ),
        sa.Column("sku", sa.Text(), nullable=False, comment="<= 20 characters"),
        sa.Column("gtin14", sa.Text(), nullable=False, comment="empty when there is none"),
        sa.Column("hs_code", sa.Text(), nullable=False, comment="10 digits"),
        sa.Column("gname", sa.Text(), nullable=False, comment="goods name, same as in the order"),
        sa.Column(
            "gmodel", sa.Text(), nullable=False, comment="name, brand, spec: <= 510 characters"
        ),
        sa.Column("origin_code", sa.Text(), nullable=False, comment="country, C3, e.g. 305"),
        sa.Column(
            "qty", sa.BigInteger(), nullable=False, comment="pieces in the deal unit, e.g. 2"
        ),
        sa.Column("unit_code", sa.Text(), nullable=False, comment="C3, e.g. 142 bottle"),
        sa.Column(
            "qty1_e5", sa.BigInteger(), nullable=False, comment="first statutory unit, 1/100,000"
        ),
        sa.Column("unit1_code", sa.Text(), nullable=False, comment="C3, e.g. 035 kg"),
        sa.Column(
            "qty2_e5", sa.BigInteger(), nullable=True, comment="second statutory unit, 1/100,000"
        ),
        sa.Column("unit2_code", sa.Text(), nullable=True, comment="C3"),
        sa.Column("price_fen", sa.BigInteger(), nullable=False, comment="of a piece, e.g. 39000"),
        sa.Column("total_fen", sa.BigInteger(), nullable=False, comment="price x qty"),
        sa.ForeignKeyConstraint(
            ["list_id"], ["declaration_list.id"], name=op.f("fk_list_line_list_id_declaration_list")
        ),
        sa.PrimaryKeyConstraint("list_id", "gnum", name=op.f("pk_list_line")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("list_line")
    op.drop_index("ix_customs_receipt_waiting", table_name="customs_receipt")
    op.drop_index("ix_customs_receipt_list", table_name="customs_receipt")
    op.drop_table("customs_receipt")
    op.drop_index("ix_document_order_no", table_name="document")
    op.drop_table("document")
    op.drop_index("ix_declaration_list_order", table_name="declaration_list")
    op.drop_index("ix_declaration_list_invt_no", table_name="declaration_list")
    op.drop_table("declaration_list")
    op.drop_index(
        "ix_customs_message_unsent",
        table_name="customs_message",
        sqlite_where=sa.text("sent_at IS NULL"),
        postgresql_where=sa.text("sent_at IS NULL"),
    )
    op.drop_index("ix_customs_message_order", table_name="customs_message")
    op.drop_table("customs_message")
    op.drop_table("customs_mail")
