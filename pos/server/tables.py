"""Decides how terminals, what they print, and what they sold are kept.

A sale is never changed: it stands as it came and is read into columns; what is doubted about it
is a flag beside it.  What came under a known id with other content is a conflict, kept whole.
Who may see a row, ``terminals`` decides.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from kernel.db import Id, metadata

terminal = Table(
    "terminal",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("outlet_id", Id, nullable=False, comment="register outlet it stands in"),
    Column("name", Text, nullable=False, comment="as the clerk calls it, 1 号收银台"),
    Column("device_key_hash", Text, nullable=False, comment="sha256 of its key, 64 hex"),
    Column("created_at", Id, nullable=False, comment="instant, µs"),
    Column("revoked_at", Id, comment="instant from which its key opens nothing, µs"),
    UniqueConstraint("outlet_id", "name", name="uq_terminal_one_name_an_outlet"),
)

print_request = Table(
    "print_request",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("outlet_id", Id, nullable=False, comment="register outlet whose terminals see it"),
    Column("order_id", Id, nullable=False, comment="customs order; upward, so not a foreign key"),
    Column("kind", Text, nullable=False, comment="order_slip"),
    Column("content", Text, nullable=False, comment="slip as JSON; no name, no address"),
    Column("state", Text, nullable=False, comment="queued, taken, confirmed"),
    Column("at", Id, nullable=False, comment="instant it was asked for, µs"),
    Column("terminal_id", Id, ForeignKey("terminal.id"), comment="which terminal took it"),
    Column("taken_at", Id, comment="instant it stood in that terminal's journal, µs"),
    Column("confirmed_at", Id, comment="instant the printer confirmed it, µs"),
    UniqueConstraint("order_id", "kind", name="uq_print_request_one_slip_an_order"),
    CheckConstraint("state IN ('queued', 'taken', 'confirmed')", name="known_state"),
    CheckConstraint("(state = 'queued') = (terminal_id IS NULL)", name="taken_by_a_terminal"),
    CheckConstraint("(state = 'confirmed') = (confirmed_at IS NOT NULL)", name="confirmed_at_set"),
    Index("ix_print_request_waiting", "outlet_id", "state", "id"),
)

terminal_sale = Table(
    "terminal_sale",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("sale_uuid", Text, nullable=False, comment="UUIDv7 the terminal gave it"),
    Column("terminal_id", Id, ForeignKey("terminal.id"), nullable=False),
    Column("outlet_id", Id, nullable=False, comment="register outlet of the terminal then"),
    Column("content", Text, nullable=False, comment="as it came: sorted JSON, ASCII"),
    Column("content_hash", Text, nullable=False, comment="sha256 of content, 64 hex"),
    Column("received_at", Id, nullable=False, comment="instant it was taken in, µs"),
    Column("readable", Integer, nullable=False, comment="1; 0: the columns below are nought"),
    Column("seq", BigInteger, nullable=False, comment="counts the terminal's sales, 17"),
    Column("sale_no", Text, nullable=False, comment="printed, TY0001-1-000017"),
    Column("sold_at", Id, nullable=False, comment="instant by the terminal's clock, µs"),
    Column("shift_uuid", Text, nullable=False, comment="UUIDv7 of its shift; empty: none known"),
    Column("tender", Text, nullable=False, comment="cash"),
    Column("total_fen", BigInteger, nullable=False, comment="what was sold for, 3980"),
    Column("paid_fen", BigInteger, nullable=False, comment="what the shopper gave, 5000"),
    Column("change_fen", BigInteger, nullable=False, comment="what came back, 1020"),
    Column("catalogue_version", Text, nullable=False, comment="snapshot it was priced by"),
    Column("clock_offset_ms", BigInteger, nullable=False, comment="server's less terminal's, 120"),
    UniqueConstraint("sale_uuid", name="uq_terminal_sale_taken_in_once"),
    CheckConstraint("readable IN (0, 1)", name="readable_or_not"),
    Index("ix_terminal_sale_sequence", "terminal_id", "seq"),
    Index("ix_terminal_sale_outlet", "outlet_id", "id"),
)

sale_line = Table(
    "sale_line",
    metadata,
    Column("sale_id", Id, ForeignKey("terminal_sale.id"), primary_key=True, autoincrement=False),
    Column("line_no", Integer, primary_key=True, autoincrement=False, comment="1 is the first"),
    Column("item_id", Id, nullable=False, comment="register item; as told, so not a foreign key"),
    Column("gtin14", Text, nullable=False, comment="what was scanned, with leading noughts"),
    Column("name", Text, nullable=False, comment="as it stood on the slip"),
    Column("qty", BigInteger, nullable=False, comment="pieces, 2"),
    Column("price_fen", BigInteger, nullable=False, comment="one piece, tax included, 1990"),
    Column("total_fen", BigInteger, nullable=False, comment="all pieces, 3980"),
    Column("price_version", BigInteger, nullable=False, comment="of the offer it was priced by, 3"),
)

sale_refund = Table(
    "sale_refund",
    metadata,
    Column("sale_id", Id, ForeignKey("terminal_sale.id"), primary_key=True, autoincrement=False),
    Column("of_uuid", Text, nullable=False, comment="UUIDv7 of the sale it gives back, whole"),
    Column("reason", Text, nullable=False, comment="changed_mind, faulty, wrong_goods ..."),
    Column("stands", Integer, nullable=False, comment="1; 0: that sale was given back before"),
    CheckConstraint("stands IN (0, 1)", name="stands_or_not"),
    Index(
        "uq_sale_refund_stands_once",
        "of_uuid",
        unique=True,
        sqlite_where=text("stands = 1"),
        postgresql_where=text("stands = 1"),
    ),
)

sale_flag = Table(
    "sale_flag",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("sale_id", Id, ForeignKey("terminal_sale.id"), nullable=False),
    Column("outlet_id", Id, nullable=False, comment="of the sale, for the worklist"),
    Column("kind", Text, nullable=False, comment="gap_before, price_old, total_differs ..."),
    Column("detail", Text, nullable=False, comment="figures as JSON"),
    Column("at", Id, nullable=False, comment="instant it was raised, µs"),
    Column("settled_at", Id, comment="instant it was settled, µs; null: open"),
    Column("settled_by", Text, comment="staff:123, or system when the missing sale came"),
    UniqueConstraint("sale_id", "kind", name="uq_sale_flag_one_of_a_kind"),
    CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_somebody"),
    Index("ix_sale_flag_open", "outlet_id", "settled_at", "id"),
)

shift = Table(
    "shift",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("shift_uuid", Text, nullable=False, comment="UUIDv7 the terminal gave it"),
    Column("terminal_id", Id, ForeignKey("terminal.id"), nullable=False),
    Column("outlet_id", Id, nullable=False),
    Column("shift_no", BigInteger, nullable=False, comment="counts the terminal's shifts, 12"),
    Column("clerk_no", Text, nullable=False, comment="staff number of who opened it, 1007"),
    Column("opened_at", Id, nullable=False, comment="instant by the terminal's clock, µs"),
    Column("opening_cash_fen", BigInteger, nullable=False, comment="counted at the start, 50000"),
    Column("closed_at", Id, nullable=False, comment="instant, µs; 0: open"),
    Column("counted_cash_fen", BigInteger, nullable=False, comment="counted at the end, 81240"),
    Column("seq_from", BigInteger, nullable=False, comment="its first sale; 0: none"),
    Column("seq_to", BigInteger, nullable=False, comment="its last sale; 0: none"),
    Column("sales", BigInteger, nullable=False, comment="how many, by the terminal"),
    Column("sales_fen", BigInteger, nullable=False, comment="what they sum to, by the terminal"),
    Column("voids", BigInteger, nullable=False, comment="baskets given up before payment"),
    Column("content_hash", Text, nullable=False, comment="sha256 of what was told last, 64 hex"),
    UniqueConstraint("shift_uuid", name="uq_shift_taken_in_once"),
    Index("ix_shift_outlet", "outlet_id", "id"),
)

terminal_conflict = Table(
    "terminal_conflict",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("terminal_id", Id, ForeignKey("terminal.id"), nullable=False),
    Column("outlet_id", Id, nullable=False),
    Column("kind", Text, nullable=False, comment="sale, shift, nameless"),
    Column("subject_uuid", Text, nullable=False, comment="id that was known already; or empty"),
    Column("content", Text, nullable=False, comment="as it came: sorted JSON, ASCII"),
    Column("content_hash", Text, nullable=False, comment="sha256 of content, 64 hex"),
    Column("at", Id, nullable=False, comment="instant it came first, µs"),
    UniqueConstraint("terminal_id", "content_hash", name="uq_terminal_conflict_kept_once"),
    CheckConstraint("kind IN ('sale', 'shift', 'nameless')", name="known_kind"),
    Index("ix_terminal_conflict_outlet", "outlet_id", "id"),
)
