"""First tables of kernel; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0001_kernel"
down_revision = None
branch_labels = None
depends_on = None

POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION audit_line_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'audit_line is append-only'; END $$""",
    """CREATE TRIGGER audit_line_refuses_change BEFORE UPDATE OR DELETE ON audit_line FOR EACH STATEMENT EXECUTE FUNCTION audit_line_is_append_only()""",
)

SQLITE = (
    """CREATE TRIGGER audit_line_refuses_update BEFORE UPDATE ON audit_line BEGIN SELECT RAISE(ABORT, 'audit_line is append-only'); END""",
    """CREATE TRIGGER audit_line_refuses_delete BEFORE DELETE ON audit_line BEGIN SELECT RAISE(ABORT, 'audit_line is append-only'); END""",
)

DROPPED = ("""DROP FUNCTION IF EXISTS audit_line_is_append_only() CASCADE""",)


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "audit_line",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"),
        sa.Column("actor", sa.String(length=40), nullable=False, comment="who, e.g. staff:12"),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True, comment="outlet the actor stood in"),
        sa.Column(
            "verb",
            sa.String(length=80),
            nullable=False,
            comment="what was done, e.g. decide_parked",
        ),
        sa.Column(
            "subject",
            sa.String(length=80),
            nullable=False,
            comment="to what, e.g. customs_order:123",
        ),
        sa.Column("detail", sa.Text(), nullable=False, comment="JSON of codes, ids and reasons"),
        sa.Column(
            "correlation",
            sa.String(length=80),
            nullable=False,
            comment="joins the records of one cause",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_line"),
        comment="Who did what; append-only",
    )
    op.create_index("ix_audit_line_actor_at", "audit_line", ["actor", "at"], unique=False)
    op.create_index("ix_audit_line_subject_at", "audit_line", ["subject", "at"], unique=False)
    op.create_table(
        "data_key",
        sa.Column(
            "id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="random 63 bits, in each blob",
        ),
        sa.Column(
            "month",
            sa.String(length=6),
            nullable=False,
            comment="China month it seals in, e.g. 202611",
        ),
        sa.Column(
            "wrapped", sa.LargeBinary(), nullable=False, comment="the key under the master key"
        ),
        sa.Column(
            "master_key_version", sa.Integer(), nullable=False, comment="which master key wraps it"
        ),
        sa.Column(
            "created_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_data_key"),
        sa.UniqueConstraint("month", name="one_data_key_a_month"),
        comment="Data keys that seal personal data, each wrapped by the master key",
    )
    op.create_table(
        "enterprise",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "credit_code",
            sa.String(length=18),
            nullable=False,
            comment="unified social credit code, C18",
        ),
        sa.Column(
            "customs_code",
            sa.String(length=10),
            nullable=True,
            comment="customs registration code, C10",
        ),
        sa.Column(
            "name",
            sa.String(length=100),
            nullable=False,
            comment="registered name, as on the filing",
        ),
        sa.Column(
            "dxp_id",
            sa.String(length=30),
            nullable=True,
            comment="transmission id at the data centre",
        ),
        sa.Column(
            "filed_from_on", sa.Date(), nullable=False, comment="first day the filing counts"
        ),
        sa.Column(
            "filed_to_on",
            sa.Date(),
            nullable=True,
            comment="last day the filing counts; null: no end",
        ),
        sa.CheckConstraint(
            "filed_to_on >= filed_from_on", name=op.f("ck_enterprise_filing_ends_after_it_begins")
        ),
        sa.CheckConstraint(
            "length(credit_code) = 18", name=op.f("ck_enterprise_credit_code_is_18_long")
        ),
        sa.CheckConstraint(
            "length(customs_code) = 10", name=op.f("ck_enterprise_customs_code_is_10_long")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_enterprise"),
        sa.UniqueConstraint("credit_code", name="uq_enterprise_credit_code"),
        sa.UniqueConstraint("customs_code", name="uq_enterprise_customs_code"),
        comment="A legal person that may stand in a customs document",
    )
    op.create_table(
        "fact",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False, comment="past tense, e.g. order.paid"),
        sa.Column("version", sa.Integer(), nullable=False, comment="of the payload, e.g. 1"),
        sa.Column(
            "subject", sa.Text(), nullable=False, comment="whose fact, e.g. customs_order:4711"
        ),
        sa.Column(
            "subject_seq", sa.Integer(), nullable=False, comment="the subject's own counter, e.g. 2"
        ),
        sa.Column(
            "at", sa.BigInteger(), nullable=False, comment="instant of the change, microseconds"
        ),
        sa.Column("actor", sa.Text(), nullable=False, comment="who did it, e.g. account:4711"),
        sa.Column("correlation", sa.Text(), nullable=False, comment="one id from scan to tax bill"),
        sa.Column("shard", sa.Integer(), nullable=False, comment="shard of the subject, e.g. 0"),
        sa.Column(
            "payload", sa.Text(), nullable=False, comment="JSON: ids, codes, fen; no personal data"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact")),
    )
    op.create_index("ix_fact_subject", "fact", ["subject", "subject_seq"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column(
            "owner", sa.Text(), nullable=False, comment="who sent the key, e.g. account:4711"
        ),
        sa.Column(
            "key", sa.Text(), nullable=False, comment="the sender's own key, 16..64 characters"
        ),
        sa.Column(
            "body_hash", sa.Text(), nullable=False, comment="keyed hash of what was asked, 1:9f..."
        ),
        sa.Column("status", sa.Text(), nullable=False, comment="done | refused"),
        sa.Column(
            "result",
            sa.Text(),
            nullable=False,
            comment="the verb's result as JSON, ids and facts only",
        ),
        sa.Column(
            "at",
            sa.BigInteger(),
            nullable=False,
            comment="instant of the first answer, microseconds",
        ),
        sa.Column(
            "home_shard", sa.Integer(), nullable=False, comment="shard that keeps the key, e.g. 0"
        ),
        sa.PrimaryKeyConstraint("owner", "key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_at", "idempotency", ["at"], unique=False)
    op.create_table(
        "item",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "sku", sa.String(length=20), nullable=False, comment="ours; itemNo in customs documents"
        ),
        sa.Column(
            "gtin14", sa.String(length=14), nullable=False, comment="GTIN with leading noughts"
        ),
        sa.Column("name", sa.String(length=250), nullable=False),
        sa.Column("name_en", sa.String(length=250), nullable=False),
        sa.Column("brand", sa.String(length=100), nullable=False),
        sa.Column(
            "model",
            sa.String(length=250),
            nullable=False,
            comment="size and kind, e.g. 50ml/bottle",
        ),
        sa.Column(
            "image",
            sa.String(length=200),
            nullable=False,
            comment="path of the picture; empty: none",
        ),
        sa.CheckConstraint("length(gtin14) = 14", name=op.f("ck_item_gtin_is_14_long")),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
        sa.UniqueConstraint("sku", name="uq_item_sku"),
        comment="What can be sold, as the world names it",
    )
    op.create_index("ix_item_gtin14", "item", ["gtin14"], unique=False)
    op.create_table(
        "node_lease",
        sa.Column("shard", sa.Integer(), nullable=False, comment="shard of the ids minted, 0 to 7"),
        sa.Column(
            "node", sa.Integer(), nullable=False, comment="number within the shard, 0 to 127"
        ),
        sa.Column(
            "holder", sa.String(length=120), nullable=False, comment="process, e.g. web1:4711:9f0c…"
        ),
        sa.Column(
            "leased_until_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.CheckConstraint(
            "node BETWEEN 0 AND 127", name=op.f("ck_node_lease_node_fits_seven_bits")
        ),
        sa.CheckConstraint(
            "shard BETWEEN 0 AND 7", name=op.f("ck_node_lease_shard_fits_three_bits")
        ),
        sa.PrimaryKeyConstraint("shard", "node", name="pk_node_lease"),
        comment="Who mints ids under which node number",
    )
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "id_lookup", sa.String(length=80), nullable=False, comment="keyed hash of the ID number"
        ),
        sa.Column(
            "person_sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed JSON: name, id_number",
        ),
        sa.Column(
            "created_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("id_lookup", name="uq_person_id_lookup"),
        comment="A person known by ID number; nothing here can be read without the keys",
    )
    op.create_table(
        "delivery",
        sa.Column("fact_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("handler", sa.Text(), nullable=False, comment="e.g. declare_payment"),
        sa.Column("subject", sa.Text(), nullable=False, comment="copied from the fact"),
        sa.Column("subject_seq", sa.Integer(), nullable=False, comment="copied from the fact"),
        sa.Column(
            "state",
            sa.Text(),
            nullable=False,
            comment="waiting | running | done | parked | discarded",
        ),
        sa.Column("due_at", sa.BigInteger(), nullable=False, comment="not before this instant"),
        sa.Column(
            "claimed_until",
            sa.BigInteger(),
            nullable=False,
            comment="a running claim ends here; else 0",
        ),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often it failed, e.g. 0"),
        sa.Column("trouble", sa.Text(), nullable=True, comment="the last failure in one line"),
        sa.ForeignKeyConstraint(["fact_id"], ["fact.id"], name=op.f("fk_delivery_fact_id_fact")),
        sa.PrimaryKeyConstraint("fact_id", "handler", name=op.f("pk_delivery")),
    )
    op.create_index(
        "ix_delivery_due",
        "delivery",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.create_index(
        "ix_delivery_open",
        "delivery",
        ["handler", "subject", "subject_seq"],
        unique=False,
        sqlite_where=sa.text("state IN ('waiting', 'running', 'parked')"),
        postgresql_where=sa.text("state IN ('waiting', 'running', 'parked')"),
    )
    op.create_table(
        "enterprise_role",
        sa.Column("enterprise_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "role",
            sa.String(length=20),
            nullable=False,
            comment="what it is filed as, e.g. platform",
        ),
        sa.Column(
            "filed_from_on", sa.Date(), nullable=False, comment="first day the filing counts"
        ),
        sa.Column(
            "filed_to_on",
            sa.Date(),
            nullable=True,
            comment="last day the filing counts; null: no end",
        ),
        sa.CheckConstraint(
            "role IN ('platform', 'merchant', 'domestic_agent', 'declarant', 'zone_warehouse', 'guarantor', 'payment_company', 'courier', 'transmitter', 'outside_importer', 'outlet_operator')",
            name=op.f("ck_enterprise_role_role_is_known"),
        ),
        sa.CheckConstraint(
            "filed_to_on >= filed_from_on",
            name=op.f("ck_enterprise_role_filing_ends_after_it_begins"),
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_enterprise_role_enterprise_id_enterprise"),
        ),
        sa.PrimaryKeyConstraint("enterprise_id", "role", name="pk_enterprise_role"),
        comment="What an enterprise is filed as, and when",
    )
    op.create_table(
        "mandate",
        sa.Column(
            "principal_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="who gives it",
        ),
        sa.Column(
            "agent_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="who acts for them",
        ),
        sa.Column(
            "purpose", sa.String(length=20), nullable=False, comment="role acted in, e.g. declarant"
        ),
        sa.Column("valid_from_on", sa.Date(), nullable=False, comment="first day it counts"),
        sa.Column(
            "valid_to_on", sa.Date(), nullable=True, comment="last day it counts; null: no end"
        ),
        sa.CheckConstraint(
            "purpose IN ('platform', 'merchant', 'domestic_agent', 'declarant', 'zone_warehouse', 'guarantor', 'payment_company', 'courier', 'transmitter', 'outside_importer', 'outlet_operator')",
            name=op.f("ck_mandate_purpose_is_a_role"),
        ),
        sa.CheckConstraint(
            "valid_to_on >= valid_from_on", name=op.f("ck_mandate_mandate_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["enterprise.id"], name=op.f("fk_mandate_agent_id_enterprise")
        ),
        sa.ForeignKeyConstraint(
            ["principal_id"], ["enterprise.id"], name=op.f("fk_mandate_principal_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("principal_id", "agent_id", "purpose", name="pk_mandate"),
        comment="Which enterprise may act for which",
    )
    op.create_table(
        "outlet",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "code",
            sa.String(length=20),
            nullable=False,
            comment="ours, printed on slips, e.g. SH0001",
        ),
        sa.Column("name", sa.String(length=100), nullable=False, comment="as on the shop front"),
        sa.Column("name_en", sa.String(length=100), nullable=False, comment="the same in English"),
        sa.Column(
            "enterprise_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="operator",
        ),
        sa.Column(
            "district_code", sa.String(length=6), nullable=False, comment="GB/T 2260, e.g. 310115"
        ),
        sa.Column("address", sa.String(length=200), nullable=False, comment="street and number"),
        sa.Column("phone", sa.String(length=20), nullable=False, comment="of the outlet"),
        sa.CheckConstraint(
            "length(district_code) = 6", name=op.f("ck_outlet_district_code_is_6_long")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"], ["enterprise.id"], name=op.f("fk_outlet_enterprise_id_enterprise")
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outlet"),
        sa.UniqueConstraint("code", name="uq_outlet_code"),
        comment="A convenience store that shows our shelf codes",
    )
    op.create_table(
        "signing_key",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "enterprise_id", sa.BigInteger(), autoincrement=False, nullable=False, comment="holder"
        ),
        sa.Column(
            "key_no",
            sa.String(length=64),
            nullable=False,
            comment="card number, KeyName in signatures",
        ),
        sa.Column("algorithm", sa.String(length=10), nullable=False, comment="e.g. sm2"),
        sa.Column("certificate", sa.LargeBinary(), nullable=False, comment="X.509, DER"),
        sa.Column(
            "not_before_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.Column(
            "not_after_at", sa.BigInteger(), nullable=False, comment="instant, microseconds UTC"
        ),
        sa.CheckConstraint(
            "not_after_at > not_before_at", name=op.f("ck_signing_key_key_ends_after_it_begins")
        ),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_signing_key_enterprise_id_enterprise"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_signing_key"),
        sa.UniqueConstraint("key_no", name="uq_signing_key_key_no"),
        comment="Certificates of keys that sign; the private keys are elsewhere",
    )
    op.create_table(
        "warehouse",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False, comment="ours, e.g. WGQ1"),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column(
            "area_enterprise_id",
            sa.BigInteger(),
            autoincrement=False,
            nullable=False,
            comment="areaCode in the list",
        ),
        sa.Column(
            "customs_code",
            sa.String(length=4),
            nullable=False,
            comment="customs office, C4, e.g. 2248",
        ),
        sa.Column("port_code", sa.String(length=4), nullable=False, comment="port of exit, C4"),
        sa.Column("account_book_no", sa.String(length=20), nullable=False, comment="emsNo"),
        sa.Column(
            "traf_mode",
            sa.String(length=1),
            nullable=False,
            comment="transport mode, Y: bonded port area",
        ),
        sa.Column(
            "address",
            sa.String(length=200),
            nullable=False,
            comment="where it stands, from province on",
        ),
        sa.Column("phone", sa.String(length=30), nullable=False, comment="its desk"),
        sa.Column(
            "shard", sa.Integer(), nullable=False, comment="whose database its orders live in"
        ),
        sa.CheckConstraint(
            "shard BETWEEN 0 AND 7", name=op.f("ck_warehouse_shard_fits_three_bits")
        ),
        sa.ForeignKeyConstraint(
            ["area_enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_warehouse_area_enterprise_id_enterprise"),
        ),
        sa.PrimaryKeyConstraint("id", name="pk_warehouse"),
        sa.UniqueConstraint("code", name="uq_warehouse_code"),
        comment="A bonded warehouse",
    )
    for statement in POSTGRESQL if op.get_bind().dialect.name == "postgresql" else SQLITE:
        op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """Take them away."""
    op.drop_table("warehouse")
    op.drop_table("signing_key")
    op.drop_table("outlet")
    op.drop_table("mandate")
    op.drop_table("enterprise_role")
    op.drop_index(
        "ix_delivery_open",
        table_name="delivery",
        sqlite_where=sa.text("state IN ('waiting', 'running', 'parked')"),
        postgresql_where=sa.text("state IN ('waiting', 'running', 'parked')"),
    )
    op.drop_index(
        "ix_delivery_due",
        table_name="delivery",
        sqlite_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
    )
    op.drop_table("delivery")
    op.drop_table("person")
    op.drop_table("node_lease")
    op.drop_index("ix_item_gtin14", table_name="item")
    op.drop_table("item")
    op.drop_index("ix_idempotency_at", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index("ix_fact_subject", table_name="fact")
    op.drop_table("fact")
    op.drop_table("enterprise")
    op.drop_table("data_key")
    op.drop_index("ix_audit_line_subject_at", table_name="audit_line")
    op.drop_index("ix_audit_line_actor_at", table_name="audit_line")
    op.drop_table("audit_line")
    if op.get_bind().dialect.name == "postgresql":
        for statement in DROPPED:
            op.execute(statement)
