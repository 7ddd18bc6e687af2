"""Decides how checkouts, customs orders and their lines are stored; the group path writes them.

Accounts and offers keep their own tables beside their code.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from kernel.db import Id, metadata

checkout = Table(
    "checkout",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("owner", Text, nullable=False, comment="who confirmed it, e.g. account:4711"),
    Column("account_id", BigInteger, nullable=False, comment="the shopper"),
    Column("state", Text, nullable=False, comment="placed | paid | owed | expired | cancelled"),
    Column("seq", Integer, nullable=False, comment="raised with the state, e.g. 1"),
    Column("total_fen", BigInteger, nullable=False, comment="what is paid once, e.g. 29412"),
    Column("provider", Text, nullable=False, comment="payment provider, e.g. boxed_wallet"),
    Column("placed_at", BigInteger, nullable=False, comment="instant"),
    Column("expires_at", BigInteger, nullable=False, comment="the reservation ends here"),
    Column("correlation", Text, nullable=False, comment="one id from scan to tax bill"),
    Column("home_shard", Integer, nullable=False, comment="shard that keeps it, e.g. 0"),
    Column(
        "device", Text, nullable=True, comment="the browser it came by; null before it was kept"
    ),
    CheckConstraint("total_fen >= 0", name="total_not_negative"),
    Index(
        "ix_checkout_unpaid",
        "expires_at",
        sqlite_where=text("state = 'placed'"),
        postgresql_where=text("state = 'placed'"),
    ),
    Index("ix_checkout_account_id", "account_id", "id"),
    *(
        Index(
            f"ix_checkout_open_{column}",
            column,
            sqlite_where=text("state = 'placed'"),
            postgresql_where=text("state = 'placed'"),
        )
        for column in ("correlation", "device")
    ),
)

customs_order = Table(
    "customs_order",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("checkout_id", Id, ForeignKey("checkout.id"), nullable=False),
    Column("order_no", Text, nullable=False, comment="printed number, <= 60, e.g. QZ2611240000123"),
    Column("state", Text, nullable=False, comment="see shop.order.states"),
    Column("seq", Integer, nullable=False, comment="raised with the state, e.g. 1"),
    Column("route", Text, nullable=False, comment="retail_import | ordinary_display | domestic"),
    Column("warehouse_id", Id, ForeignKey("warehouse.id"), nullable=False),
    Column("outlet_id", BigInteger, nullable=True, comment="whose shelf was scanned"),
    Column("offer_id", BigInteger, nullable=False, comment="the offer it was placed on"),
    Column("account_id", BigInteger, nullable=False, comment="the shopper; buyerRegNo"),
    Column("platform_enterprise_id", Id, nullable=False, comment="whose books take the money"),
    Column("merchant_enterprise_id", Id, nullable=False, comment="whose goods they are"),
    Column("courier_enterprise_id", Id, nullable=False, comment="whose waybill it gets"),
    Column("person_lookup", Text, nullable=False, comment="keyed hash of the buyer's ID number"),
    Column("parties", Text, nullable=False, comment="JSON: codes and names frozen at placing"),
    Column("goods_fen", BigInteger, nullable=False, comment="goods at deal price, e.g. 28900"),
    Column("freight_fen", BigInteger, nullable=False, comment="0 when free"),
    Column("insurance_fen", BigInteger, nullable=False, comment="0 when none"),
    Column("discount_fen", BigInteger, nullable=False, comment="vouchers and points, 0 when none"),
    Column("tax_fen", BigInteger, nullable=False, comment="our quote of the tax; 816 is the truth"),
    Column("paid_share_fen", BigInteger, nullable=False, comment="its share of the payment"),
    Column("gross_e5", BigInteger, nullable=False, comment="gross kg in 1/100,000"),
    Column("net_e5", BigInteger, nullable=False, comment="net kg in 1/100,000"),
    Column("buyer_sealed", LargeBinary, nullable=False, comment="sealed {name, id_number, phone}"),
    Column("consignee_sealed", LargeBinary, nullable=False, comment="sealed name, phone, address"),
    Column("notices_version", Text, nullable=False, comment="the notices the shopper accepted"),
    Column("waybill_no", Text, nullable=True, comment="from the pool; null while it is dry"),
    Column("placed_at", BigInteger, nullable=False, comment="instant"),
    Column("expires_at", BigInteger, nullable=False, comment="the reservation ends here"),
    Column("paid_at", BigInteger, nullable=True, comment="instant; never cleared"),
    Column("declaration_list_id", Id, nullable=True, comment="the list in force"),
    UniqueConstraint("order_no", name="uq_customs_order_order_no"),
    CheckConstraint(
        "route <> 'retail_import' OR paid_at IS NULL OR declaration_list_id IS NOT NULL",
        name="paid_retail_import_has_its_list",
    ),
    CheckConstraint(
        "paid_share_fen = goods_fen + freight_fen + insurance_fen + tax_fen - discount_fen",
        name="share_is_the_sum_of_its_parts",
    ),
    ForeignKeyConstraint(
        ["declaration_list_id", "id"],
        ["declaration_list.id", "declaration_list.order_id"],
        name="fk_customs_order_its_own_list",
    ),
    Index("ix_customs_order_checkout_id", "checkout_id"),
    *(
        Index(
            f"ix_customs_order_open_{column}",
            column,
            "expires_at",
            sqlite_where=text("state = 'placed'"),
            postgresql_where=text("state = 'placed'"),
        )
        for column in ("person_lookup", "outlet_id")
    ),
    Index(
        "ix_customs_order_on_the_road",
        "id",
        sqlite_where=text("state = 'left_zone'"),
        postgresql_where=text("state = 'left_zone'"),
    ),
    Index(
        "ix_customs_order_in_house",
        "id",
        sqlite_where=text("state IN ('paid', 'declared', 'released')"),
        postgresql_where=text("state IN ('paid', 'declared', 'released')"),
    ),
    Index(
        "ix_customs_order_waybill_no",
        "waybill_no",
        sqlite_where=text("waybill_no IS NOT NULL"),
        postgresql_where=text("waybill_no IS NOT NULL"),
    ),
)

order_line = Table(
    "order_line",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("order_id", Id, ForeignKey("customs_order.id"), nullable=False),
    Column("gnum", Integer, nullable=False, comment="line number from 1, as in 311 and 621"),
    Column("item_id", Id, ForeignKey("item.id"), nullable=False),
    Column("account_book_item_id", Id, ForeignKey("account_book_item.id"), nullable=False),
    Column("item_record_no", Text, nullable=False, comment="number in the account book"),
    Column("sku", Text, nullable=False, comment="<= 20 characters"),
    Column("gtin14", Text, nullable=False),
    Column("gname", Text, nullable=False, comment="Chinese name shown on the platform"),
    Column("gmodel", Text, nullable=False, comment="brand, model, content, for classification"),
    Column("hs_code", Text, nullable=False, comment="10 digits"),
    Column("origin_code", Text, nullable=False, comment="3 digits, e.g. 116 Japan"),
    Column("unit_code", Text, nullable=False, comment="deal unit, e.g. 140 box"),
    Column("unit1_code", Text, nullable=False, comment="first statutory unit, e.g. 035 kg"),
    Column("unit2_code", Text, nullable=True, comment="second statutory unit, or null"),
    Column("qty", BigInteger, nullable=False, comment="pieces in the deal unit"),
    Column("qty1_e5", BigInteger, nullable=False, comment="in the first statutory unit"),
    Column("qty2_e5", BigInteger, nullable=True, comment="in the second statutory unit"),
    Column("net_e5", BigInteger, nullable=False, comment="net kg of the line in 1/100,000"),
    Column("gross_e5", BigInteger, nullable=False, comment="gross kg of the line in 1/100,000"),
    Column("price_fen", BigInteger, nullable=False, comment="of one piece"),
    Column("total_fen", BigInteger, nullable=False, comment="price x qty"),
    Column("freight_fen", BigInteger, nullable=False, comment="its share of the freight"),
    Column("insurance_fen", BigInteger, nullable=False, comment="its share of the insurance"),
    Column("duty_fen", BigInteger, nullable=False),
    Column("consumption_fen", BigInteger, nullable=False),
    Column("vat_fen", BigInteger, nullable=False),
    Column("tax_class", Text, nullable=False, comment="which rule taxed it, e.g. vat_only"),
    UniqueConstraint("order_id", "gnum", name="uq_order_line_order_id_gnum"),
    CheckConstraint("qty > 0", name="qty_positive"),
    CheckConstraint("total_fen = price_fen * qty", name="total_is_price_times_qty"),
)

order_step = Table(
    "order_step",
    metadata,
    Column("order_id", Id, ForeignKey("customs_order.id"), primary_key=True, autoincrement=False),
    Column("state", Text, primary_key=True, comment="a state the order reached, e.g. released"),
    Column("at", BigInteger, nullable=False, comment="instant of the event"),
    Index(
        "ix_order_step_released",
        "at",
        sqlite_where=text("state = 'released'"),
        postgresql_where=text("state = 'released'"),
    ),
    Index(
        "ix_order_step_left_zone",
        "at",
        sqlite_where=text("state = 'left_zone'"),
        postgresql_where=text("state = 'left_zone'"),
    ),
)
