"""Decides what is planted to break each rule of a load's invariants: one change each."""

from collections.abc import Callable
from typing import Any

from load.invariants import rules

Notes = list[dict[str, Any]]
_PAID = "(SELECT MIN(id) FROM customs_order WHERE state = 'released')"
_OPEN = "(SELECT MIN(id) FROM customs_order WHERE state = 'placed')"
_UNPAY = f"""UPDATE customs_order SET state = 'placed', paid_at = NULL, declaration_list_id = NULL
 WHERE id = {_PAID}"""
_ITEM = "(SELECT MIN(account_book_item_id) FROM availability WHERE held > 0)"

ROWS: dict[tuple[str, str], tuple[str, ...]] = {
    (rules.LISTED, rules.PIECES): (
        f"UPDATE reservation SET state = 'reserved', expires_at = 1 WHERE order_id = {_PAID}",
    ),
    (rules.RESERVED, rules.PIECES): (
        _UNPAY,
        "UPDATE reservation SET state = 'released' WHERE order_id ="
        " (SELECT MIN(id) FROM customs_order WHERE state = 'placed' AND paid_at IS NULL)",
    ),
    (rules.NEITHER, rules.PIECES): (
        f"UPDATE customs_order SET state = 'expired' WHERE id = {_PAID}",
    ),
    (rules.LISTED, "what is paid is listed, piece by piece"): (
        "UPDATE list_line SET qty = qty + 1 WHERE list_id = (SELECT MIN(list_id) FROM list_line)",
    ),
    (rules.LISTED, "as many pieces are paid as allocated as listed"): (
        f"UPDATE reservation SET qty = qty + 1 WHERE order_id = {_PAID}",
    ),
    (rules.LISTED, "a list is of one paid order"): (
        "UPDATE declaration_list SET order_id = (SELECT MIN(order_id) FROM declaration_list)",
    ),
    (rules.LISTED, "a paid checkout has its money"): (
        "UPDATE payment SET gross_fen = gross_fen - 1, amount_fen = amount_fen - 1 WHERE id ="
        " (SELECT MIN(id) FROM payment WHERE state = 'captured')",
    ),
    (rules.LISTED, "a checkout is the sum of its orders"): (
        "UPDATE checkout SET total_fen = total_fen + 1 WHERE id = (SELECT MIN(id) FROM checkout)",
    ),
    (rules.NEITHER, "an unpaid order has no list"): (
        f"UPDATE customs_order SET paid_at = NULL WHERE id = {_PAID}",
    ),
    (rules.NEITHER, "what ended unpaid has no money and no list"): (
        f"UPDATE customs_order SET state = 'expired' WHERE id = {_PAID}",
    ),
    (rules.NEITHER, "no order of an ended checkout is open"): (
        _UNPAY,
        "UPDATE checkout SET state = 'expired' WHERE id = (SELECT MIN(checkout_id)"
        " FROM customs_order WHERE state = 'placed')",
    ),
    (rules.LEDGER, "a refused or returned order's money went back"): (
        f"UPDATE customs_order SET state = 'refused' WHERE id = {_PAID}",
    ),
    (rules.LEDGER, "every posting is sealed"): (
        "UPDATE posting SET sealed_at = NULL WHERE id = (SELECT MIN(id) FROM posting)",
    ),
    (rules.LEDGER, "every posting balances"): (
        "UPDATE entry SET amount_fen = amount_fen + 1 WHERE id = (SELECT MIN(id) FROM entry)",
    ),
    (rules.LEDGER, "what happened to an order is posted once"): (
        f"UPDATE customs_order SET state = 'signed_for' WHERE id = {_PAID}",
    ),
    (rules.LEDGER, "each captured order is posted with its whole money"): (
        "UPDATE entry SET amount_fen = amount_fen * 2 WHERE posting_id ="
        " (SELECT MIN(id) FROM posting WHERE kind = 'captured')",
    ),
    (rules.LEDGER, "a till sale is posted once, with its cash"): (
        "UPDATE terminal_sale SET total_fen = total_fen + 1 WHERE id ="
        " (SELECT MIN(id) FROM terminal_sale)",
    ),
    (rules.LIMITS, "a year is the sum of its uses"): (
        "UPDATE limit_year SET used_fen = used_fen + 1",
    ),
    (rules.LIMITS, "a living order uses its buyer's limit, an ended one does not"): (
        f"UPDATE limit_use SET state = 'returned', returned_at = at WHERE order_id = {_PAID}",
    ),
    (rules.LIMITS, "a guarantee is the sum of its movements"): (
        "UPDATE guarantee SET held_fen = held_fen + 1",
    ),
    (rules.LIMITS, "no year is above its limit"): (
        "ALTER TABLE limit_year DROP CONSTRAINT ck_limit_year_used_within_limit",
        "UPDATE limit_year SET used_fen = 2600001",
    ),
    (rules.LIMITS, "no order is above its limit but one piece"): (
        f"UPDATE customs_order SET goods_fen = 500001, paid_share_fen = 500001 + tax_fen"
        f" WHERE id = {_PAID}",
        f"UPDATE order_line SET qty = 2, total_fen = price_fen * 2 WHERE order_id = {_PAID}",
    ),
    (rules.LIMITS, "no guarantee holds more than its limit"): (
        "UPDATE guarantee SET limit_fen = held_fen - 1 WHERE held_fen > 0",
    ),
    (rules.LOTS, "lots = on hand"): (
        "UPDATE lot SET qty = qty + 1 WHERE id = (SELECT MIN(id) FROM lot)",
    ),
    (rules.LOTS, "reservations = held"): (
        f"UPDATE availability SET held = held - 1 WHERE account_book_item_id = {_ITEM}",
    ),
    (rules.LOTS, "movements = on hand"): (
        "UPDATE movement SET qty = qty + 1 WHERE id = (SELECT MIN(id) FROM movement)",
    ),
    (rules.LOTS, "documents = book"): ("UPDATE account_book_balance SET entered = entered + 1",),
    (rules.SOLD, "no more is held than lies there"): (
        "ALTER TABLE availability DROP CONSTRAINT ck_availability_no_oversell",
        f"UPDATE availability SET on_hand = held - 1 WHERE account_book_item_id = {_ITEM}",
    ),
    (rules.SOLD, "no more is sold than was entered"): (
        f"UPDATE movement SET qty = 1 WHERE account_book_item_id = {_ITEM}",
    ),
    (rules.DONE, "no fact is parked"): (
        "UPDATE delivery SET state = 'parked' WHERE fact_id = (SELECT MIN(fact_id) FROM delivery)",
    ),
    (rules.DONE, "no delivery waits"): (
        "UPDATE delivery SET state = 'waiting' WHERE fact_id = (SELECT MIN(fact_id) FROM delivery)",
    ),
    (rules.DONE, "nobody waits for room under a guarantee"): (
        "INSERT INTO guarantee_queue (document, purpose, amount_fen, since_at, asked_at)"
        " VALUES ('declaration_list:1', 'retail_tax', 90, 1, 1)",
    ),
    (rules.OTHER_SIDE, "customs tells the same goods"): (
        "UPDATE declaration_list SET goods_fen = goods_fen + 1 WHERE id ="
        " (SELECT MAX(id) FROM declaration_list WHERE state = 'RELEASED')",
    ),
}
"""By invariant and rule; each statement changes at least one row."""


def _more(kind: str, **changed: Any) -> Callable[[Notes], Notes]:
    """Note once more, with something changed, what the first note of a kind says."""

    def change(notes: Notes) -> Notes:
        first = next(one for one in notes if one["kind"] == kind)
        return [*notes, first | changed]

    return change


def _without(*kinds: str) -> Callable[[Notes], Notes]:
    """Forget the first note of each kind."""

    def change(notes: Notes) -> Notes:
        gone = [next(one for one in notes if one["kind"] == kind) for kind in kinds]
        return [one for one in notes if one not in gone]

    return change


def _changed(kind: str, **values: Any) -> Callable[[Notes], Notes]:
    """Change the first note of a kind."""

    def change(notes: Notes) -> Notes:
        first = next(one for one in notes if one["kind"] == kind)
        return [one | values if one is first else one for one in notes]

    return change


def _unsent(notes: Notes) -> Notes:
    """Forget that a sale was sent at all."""
    sale = next(one for one in notes if one["kind"] == "sale")
    return [
        one | {"ids": [named for named in one["ids"] if named != sale["id"]]}
        if one["kind"] == "sent"
        else one
        for one in notes
        if one is not sale
    ]


NOTES: dict[str, Callable[[Notes], Notes]] = {
    "each acknowledged order is stored once": _changed("placed", total_fen=1),
    "each order stands under the key that asked for it": _changed("placed", key="x" * 20),
    "nothing is stored that nobody asked for": _without("asked"),
    "each payment the provider took is captured": _more("money", checkout_id=1),
    "each accepted sale is stored": _changed("sale", total_fen=1),
    "each accepted sale is stored, no other": _unsent,
    "each closed shift is stored": _more("shift", id="other", closed=True),
}
