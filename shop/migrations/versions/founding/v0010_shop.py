"""First tables of shop; made once from the rooms' tables and frozen since."""

import sqlalchemy as sa
from alembic import op

revision = "0010_shop"
down_revision = "0009_pos"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, their indexes and their triggers."""
    op.create_table(
        "account",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone_lookup", sa.Text(), nullable=False, comment="keyed hash of +86…, '1:9f…'"),
        sa.Column(
            "phone_sealed", sa.LargeBinary(), nullable=False, comment="sealed '+8613800138000'"
        ),
        sa.Column("language", sa.Text(), nullable=False, comment="zh-CN or en"),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("phone_lookup", name="account_is_one_phone"),
    )
    op.create_table(
        "attempt",
        sa.Column("purpose", sa.Text(), nullable=False, comment="code, staff_sign_in, identity"),
        sa.Column("subject", sa.Text(), nullable=False, comment="keyed hash or id of who tries"),
        sa.Column("window_from_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column("last_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column("attempts", sa.Integer(), nullable=False, comment="attempts in this window, 3"),
        sa.PrimaryKeyConstraint("purpose", "subject", name="attempt_is_counted_once"),
    )
    op.create_table(
        "checkout",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "owner", sa.Text(), nullable=False, comment="who confirmed it, e.g. account:4711"
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False, comment="the shopper"),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="placed | paid | owed | expired | cancelled"
        ),
        sa.Column("seq", sa.Integer(), nullable=False, comment="raised with the state, e.g. 1"),
        sa.Column(
            "total_fen", sa.BigInteger(), nullable=False, comment="what is paid once, e.g. 29412"
        ),
        sa.Column(
            "provider", sa.Text(), nullable=False, comment="payment provider, e.g. boxed_wallet"
        ),
        sa.Column("placed_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.Column(
            "expires_at", sa.BigInteger(), nullable=False, comment="the reservation ends here"
        ),
        sa.Column("correlation", sa.Text(), nullable=False, comment="one id from scan to tax bill"),
        sa.Column(
            "home_shard", sa.Integer(), nullable=False, comment="shard that keeps it, e.g. 0"
        ),
        sa.CheckConstraint("total_fen >= 0", name=op.f("ck_checkout_total_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkout")),
    )
    op.create_index("ix_checkout_account_id", "checkout", ["account_id", "id"], unique=False)
    op.create_index(
        "ix_checkout_unpaid",
        "checkout",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'placed'"),
        postgresql_where=sa.text("state = 'placed'"),
    )
    op.create_table(
        "one_time_code",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("phone_lookup", sa.Text(), nullable=False, comment="keyed hash of the phone"),
        sa.Column(
            "code_hash", sa.Text(), nullable=False, comment="keyed hash of id and six digits"
        ),
        sa.Column(
            "expires_at", sa.BigInteger(), nullable=False, comment="microseconds UTC, sent + 5 min"
        ),
        sa.Column(
            "tries", sa.Integer(), nullable=False, comment="wrong or right answers so far, 0 to 5"
        ),
        sa.Column(
            "used_at",
            sa.BigInteger(),
            nullable=True,
            comment="microseconds UTC, null until signed in",
        ),
        sa.CheckConstraint(
            "tries BETWEEN 0 AND 5", name=op.f("ck_one_time_code_code_is_tried_five_times_at_most")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_code")),
    )
    op.create_index("ix_one_time_code_phone", "one_time_code", ["phone_lookup", "id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False, comment="id_number"),
        sa.Column("version", sa.Text(), nullable=False, comment="of the text agreed to, '2026-11'"),
        sa.Column("given_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column(
            "withdrawn_at",
            sa.BigInteger(),
            nullable=True,
            comment="microseconds UTC, null in force",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_consent_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        "consent_is_in_force_once",
        "consent",
        ["account_id", "purpose"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.create_table(
        "identity",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "person_lookup", sa.Text(), nullable=False, comment="keyed hash of the ID number"
        ),
        sa.Column(
            "person_sealed", sa.LargeBinary(), nullable=True, comment='sealed {"name","id_number"}'
        ),
        sa.Column("result", sa.Text(), nullable=False, comment="match, mismatch or minor"),
        sa.Column("source", sa.Text(), nullable=False, comment="who said so, 'identity-service'"),
        sa.Column(
            "evidence_no", sa.Text(), nullable=False, comment="the source's number of its answer"
        ),
        sa.Column(
            "verified_at", sa.BigInteger(), nullable=False, comment="microseconds UTC, our clock"
        ),
        sa.CheckConstraint(
            "(result = 'match') = (person_sealed IS NOT NULL)",
            name=op.f("ck_identity_person_is_kept_only_when_matched"),
        ),
        sa.CheckConstraint(
            "result IN ('match', 'mismatch', 'minor')",
            name=op.f("ck_identity_identity_result_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_identity_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("account_id", name="account_has_one_identity"),
    )
    op.create_table(
        "customs_order",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("checkout_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "order_no",
            sa.Text(),
            nullable=False,
            comment="printed number, <= 60, e.g. QZ2611240000123",
        ),
        sa.Column("state", sa.Text(), nullable=False, comment="see shop.order.states"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="raised with the state, e.g. 1"),
        sa.Column(
            "route",
            sa.Text(),
            nullable=False,
            comment="retail_import | ordinary_display | domestic",
        ),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True, comment="whose shelf was scanned"),
        sa.Column(
            "offer_id", sa.BigInteger(), nullable=False, comment="the offer it was placed on"
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=False, comment="the shopper; buyerRegNo"),
        sa.Column(
            "platform_enterprise_id",
            sa.BigInteger(),
            nullable=False,
            comment="whose books take the money",
        ),
        sa.Column(
            "merchant_enterprise_id",
            sa.BigInteger(),
            nullable=False,
            comment="whose goods they are",
        ),
        sa.Column(
            "courier_enterprise_id",
            sa.BigInteger(),
            nullable=False,
            comment="whose waybill it gets",
        ),
        sa.Column(
            "person_lookup",
            sa.Text(),
            nullable=False,
            comment="keyed hash of the buyer's ID number",
        ),
        sa.Column(
            "parties", sa.Text(), nullable=False, comment="JSON: codes and names frozen at placing"
        ),
        sa.Column(
            "goods_fen", sa.BigInteger(), nullable=False, comment="goods at deal price, e.g. 28900"
        ),
        sa.Column("freight_fen", sa.BigInteger(), nullable=False, comment="0 when free"),
        sa.Column("insurance_fen", sa.BigInteger(), nullable=False, comment="0 when none"),
        sa.Column(
            "discount_fen",
            sa.BigInteger(),
            nullable=False,
            comment="vouchers and points, 0 when none",
        ),
        sa.Column(
            "tax_fen",
            sa.BigInteger(),
            nullable=False,
            comment="our quote of the tax; 816 is the truth",
        ),
        sa.Column(
            "paid_share_fen", sa.BigInteger(), nullable=False, comment="its share of the payment"
        ),
        sa.Column("gross_e5", sa.BigInteger(), nullable=False, comment="gross kg in 1/100,000"),
        sa.Column("net_e5", sa.BigInteger(), nullable=False, comment="net kg in 1/100,000"),
        sa.Column(
            "buyer_sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed {name, id_number, phone}",
        ),
        sa.Column(
            "consignee_sealed",
            sa.LargeBinary(),
            nullable=False,
            comment="sealed name, phone, address",
        ),
        sa.Column(
            "notices_version", sa.Text(), nullable=False, comment="the notices the shopper accepted"
        ),
        sa.Column(
            "waybill_no", sa.Text(), nullable=True, comment="from the pool; null while it is dry"
        ),
        sa.Column("placed_at", sa.BigInteger(), nullable=False, comment="instant"),
        sa.Column(
            "expires_at", sa.BigInteger(), nullable=False, comment="the reservation ends here"
        ),
        sa.Column("paid_at", sa.BigInteger(), nullable=True, comment="instant; never cleared"),
        sa.Column(
            "declaration_list_id", sa.BigInteger(), nullable=True, comment="the list in force"
        ),
        sa.CheckConstraint(
            "route <> 'retail_import' OR paid_at IS NULL OR declaration_list_id IS NOT NULL",
            name=op.f("ck_customs_order_paid_retail_import_has_its_list"),
        ),
        sa.CheckConstraint(
            "paid_share_fen = goods_fen + freight_fen + insurance_fen + tax_fen - discount_fen",
            name=op.f("ck_customs_order_share_is_the_sum_of_its_parts"),
        ),
        sa.ForeignKeyConstraint(
            ["checkout_id"], ["checkout.id"], name=op.f("fk_customs_order_checkout_id_checkout")
        ),
        sa.ForeignKeyConstraint(
            ["declaration_list_id", "id"],
            ["declaration_list.id", "declaration_list.order_id"],
            name="fk_customs_order_its_own_list",
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_customs_order_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customs_order")),
        sa.UniqueConstraint("order_no", name="uq_customs_order_order_no"),
    )
    op.create_index("ix_customs_order_checkout_id", "customs_order", ["checkout_id"], unique=False)
    op.create_index(
        "ix_customs_order_on_the_road",
        "customs_order",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'left_zone'"),
        postgresql_where=sa.text("state = 'left_zone'"),
    )
    op.create_table(
        "offer",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("warehouse_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "route", sa.Text(), nullable=False, comment="retail_import, ordinary_display, domestic"
        ),
        sa.Column("merchant_enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("agent_enterprise_id", sa.BigInteger(), nullable=False),
        sa.Column("complaint", sa.Text(), nullable=False, comment="phone of the complaint channel"),
        sa.Column("title", sa.Text(), nullable=False, comment="zh-CN, two lines at most"),
        sa.Column("title_en", sa.Text(), nullable=False, comment="English"),
        sa.Column(
            "price_fen", sa.BigInteger(), nullable=False, comment="one piece before tax, 12800"
        ),
        sa.Column(
            "freight_fen", sa.BigInteger(), nullable=False, comment="an order, 0 when always free"
        ),
        sa.Column(
            "freight_free_from_fen", sa.BigInteger(), nullable=True, comment="goods value, 9900"
        ),
        sa.Column(
            "price_version", sa.Integer(), nullable=False, comment="rises with the money above, 1"
        ),
        sa.Column(
            "deliver_within_days", sa.Integer(), nullable=False, comment="days after paying, 5"
        ),
        sa.Column("provider", sa.Text(), nullable=False, comment="payment provider, boxed_wallet"),
        sa.Column("open", sa.Boolean(), nullable=False, comment="whether orders are taken"),
        sa.Column("updated_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.CheckConstraint(
            "route IN ('retail_import', 'ordinary_display', 'domestic')",
            name=op.f("ck_offer_route_is_known"),
        ),
        sa.CheckConstraint(
            "freight_fen >= 0 AND (freight_free_from_fen IS NULL OR freight_free_from_fen > 0)",
            name=op.f("ck_offer_freight_is_not_negative"),
        ),
        sa.CheckConstraint("price_fen > 0", name=op.f("ck_offer_offer_costs_something")),
        sa.ForeignKeyConstraint(
            ["agent_enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_offer_agent_enterprise_id_enterprise"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_offer_item_id_item")),
        sa.ForeignKeyConstraint(
            ["merchant_enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_offer_merchant_enterprise_id_enterprise"),
        ),
        sa.ForeignKeyConstraint(
            ["warehouse_id"], ["warehouse.id"], name=op.f("fk_offer_warehouse_id_warehouse")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("item_id", "warehouse_id", "route", name="offer_is_one_per_route"),
    )
    op.create_table(
        "staff",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("login", sa.Text(), nullable=False, comment="lower case, 'li.wei'"),
        sa.Column(
            "password_hash", sa.Text(), nullable=False, comment="argon2id, $argon2id$v=19$m=19456…"
        ),
        sa.Column("role", sa.Text(), nullable=False, comment="operator, finance, clerk or admin"),
        sa.Column("outlet_id", sa.BigInteger(), nullable=True, comment="a clerk's outlet"),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.CheckConstraint(
            "role <> 'clerk' OR outlet_id IS NOT NULL",
            name=op.f("ck_staff_clerk_belongs_to_an_outlet"),
        ),
        sa.CheckConstraint(
            "role IN ('operator', 'finance', 'clerk', 'admin')",
            name=op.f("ck_staff_staff_role_is_a_known_one"),
        ),
        sa.ForeignKeyConstraint(
            ["outlet_id"], ["outlet.id"], name=op.f("fk_staff_outlet_id_outlet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("login", name="staff_login_is_one_person"),
    )
    op.create_table(
        "login_session",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "token_hash", sa.Text(), nullable=False, comment="SHA-256 of a 256-bit token, hex"
        ),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("staff_id", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column("expires_at", sa.BigInteger(), nullable=False, comment="microseconds UTC"),
        sa.Column(
            "revoked_at", sa.BigInteger(), nullable=True, comment="microseconds UTC, signed out"
        ),
        sa.CheckConstraint(
            "(account_id IS NULL) <> (staff_id IS NULL)",
            name=op.f("ck_login_session_session_is_a_shopper_or_staff"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["staff.id"], name=op.f("fk_login_session_staff_id_staff")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name="session_token_is_one_session"),
    )
    op.create_table(
        "order_line",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "gnum", sa.Integer(), nullable=False, comment="line number from 1, as in 311 and 621"
        ),
        sa.Column("item_id", sa.BigInteger(), nullable=False),
        sa.Column("account_book_item_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "item_record_no", sa.Text(), nullable=False, comment="number in the account book"
        ),
        sa.Column("sku", sa.Text(), nullable=False, comment="<= 20 characters"),
        sa.Column("gtin14", sa.Text(), nullable=False),
        sa.Column("gname", sa.Text(), nullable=False, comment="Chinese name shown on the platform"),
        sa.Column(
            "gmodel", sa.Text(), nullable=False, comment="brand, model, content, for classification"
        ),
        sa.Column("hs_code", sa.Text(), nullable=False, comment="10 digits"),
        sa.Column("origin_code", sa.Text(), nullable=False, comment="3 digits, e.g. 116 Japan"),
        sa.Column("unit_code", sa.Text(), nullable=False, comment="deal unit, e.g. 140 box"),
        sa.Column(
            "unit1_code", sa.Text(), nullable=False, comment="first statutory unit, e.g. 035 kg"
        ),
        sa.Column("unit2_code", sa.Text(), nullable=True, comment="second statutory unit, or null"),
        sa.Column("qty", sa.BigInteger(), nullable=False, comment="pieces in the deal unit"),
        sa.Column(
            "qty1_e5", sa.BigInteger(), nullable=False, comment="in the first statutory unit"
        ),
        sa.Column(
            "qty2_e5", sa.BigInteger(), nullable=True, comment="in the second statutory unit"
        ),
        sa.Column(
            "net_e5", sa.BigInteger(), nullable=False, comment="net kg of the line in 1/100,000"
        ),
        sa.Column(
            "gross_e5", sa.BigInteger(), nullable=False, comment="gross kg of the line in 1/100,000"
        ),
        sa.Column("price_fen", sa.BigInteger(), nullable=False, comment="of one piece"),
        sa.Column("total_fen", sa.BigInteger(), nullable=False, comment="price x qty"),
        sa.Column(
            "freight_fen", sa.BigInteger(), nullable=False, comment="its share of the freight"
        ),
        sa.Column(
            "insurance_fen", sa.BigInteger(), nullable=False, comment="its share of the insurance"
        ),
        sa.Column("duty_fen", sa.BigInteger(), nullable=False),
        sa.Column("consumption_fen", sa.BigInteger(), nullable=False),
        sa.Column("vat_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "tax_class", sa.Text(), nullable=False, comment="which rule taxed it, e.g. vat_only"
        ),
        sa.CheckConstraint("qty > 0", name=op.f("ck_order_line_qty_positive")),
        sa.CheckConstraint(
            "total_fen = price_fen * qty", name=op.f("ck_order_line_total_is_price_times_qty")
        ),
        sa.ForeignKeyConstraint(
            ["account_book_item_id"],
            ["account_book_item.id"],
            name=op.f("fk_order_line_account_book_item_id_account_book_item"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["item.id"], name=op.f("fk_order_line_item_id_item")),
        sa.ForeignKeyConstraint(
            ["order_id"], ["customs_order.id"], name=op.f("fk_order_line_order_id_customs_order")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sa.UniqueConstraint("order_id", "gnum", name="uq_order_line_order_id_gnum"),
    )
    op.create_table(
        "order_step",
        sa.Column("order_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column(
            "state", sa.Text(), nullable=False, comment="a state the order reached, e.g. released"
        ),
        sa.Column("at", sa.BigInteger(), nullable=False, comment="instant of the event"),
        sa.ForeignKeyConstraint(
            ["order_id"], ["customs_order.id"], name=op.f("fk_order_step_order_id_customs_order")
        ),
        sa.PrimaryKeyConstraint("order_id", "state", name=op.f("pk_order_step")),
    )


def downgrade() -> None:
    """Take them away."""
    op.drop_table("order_step")
    op.drop_table("order_line")
    op.drop_table("login_session")
    op.drop_table("staff")
    op.drop_table("offer")
    op.drop_index(
        "ix_customs_order_on_the_road",
        table_name="customs_order",
        sqlite_where=sa.text("state = 'left_zone'"),
        postgresql_where=sa.text("state = 'left_zone'"),
    )
    op.drop_index("ix_customs_order_checkout_id", table_name="customs_order")
    op.drop_table("customs_order")
    op.drop_table("identity")
    op.drop_index(
        "consent_is_in_force_once",
        table_name="consent",
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )
    op.drop_table("consent")
    op.drop_index("ix_one_time_code_phone", table_name="one_time_code")
    op.drop_table("one_time_code")
    op.drop_index(
        "ix_checkout_unpaid",
        table_name="checkout",
        sqlite_where=sa.text("state = 'placed'"),
        postgresql_where=sa.text("state = 'placed'"),
    )
    op.drop_index("ix_checkout_account_id", table_name="checkout")
    op.drop_table("checkout")
    op.drop_table("attempt")
    op.drop_table("account")
