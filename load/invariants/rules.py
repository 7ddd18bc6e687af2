"""Decides which comparison keeps which invariant; the SQL of those that only a load asks for.

Each rule selects what should not be: a subject, what was expected, what was found.
"""

from settlement.tax.limits import SINGLE_LIMIT_FEN, YEAR_LIMIT_FEN

LISTED = "paid = allocated = listed"
RESERVED = "placed and unpaid = reserved"
NEITHER = "expired = neither"
ACKNOWLEDGED = "acknowledged = stored"
LEDGER = "ledger sealed and balanced"
LIMITS = "limits"
LOTS = "lots = availability"
SOLD = "sold = in stock"
DONE = "all is done"
OTHER_SIDE = "customs tells the same"
NAMES = (
    *(LISTED, RESERVED, NEITHER, ACKNOWLEDGED, LEDGER),
    *(LIMITS, LOTS, SOLD, DONE, OTHER_SIDE),
)

_GONE = "('expired', 'cancelled', 'refused', 'owed', 'returned')"

RULES: dict[str, dict[str, str]] = {
    LISTED: {
        "as many pieces are paid as allocated as listed": """
SELECT CAST(i.id AS VARCHAR(20)),
       CAST(p.paid AS VARCHAR(20)) || ' paid',
       CAST(a.allocated AS VARCHAR(20)) || ' allocated, '
         || CAST(d.listed AS VARCHAR(20)) || ' listed'
  FROM account_book_item i
  JOIN (SELECT l.account_book_item_id AS item, SUM(l.qty) AS paid
          FROM order_line l JOIN customs_order o ON o.id = l.order_id
         WHERE o.paid_at IS NOT NULL GROUP BY l.account_book_item_id) p ON p.item = i.id
  LEFT JOIN (SELECT l.account_book_item_id AS item, SUM(r.qty) AS allocated
          FROM reservation r JOIN order_line l ON l.id = r.line_id
          JOIN customs_order o ON o.id = r.order_id
         WHERE o.paid_at IS NOT NULL GROUP BY l.account_book_item_id) a ON a.item = i.id
  LEFT JOIN (SELECT d.account_book_item_id AS item, SUM(d.qty) AS listed
          FROM list_line d JOIN customs_order o ON o.declaration_list_id = d.list_id
         GROUP BY d.account_book_item_id) d ON d.item = i.id
 WHERE p.paid <> COALESCE(a.allocated, 0) OR p.paid <> COALESCE(d.listed, 0)""",
        "a list is of one paid order": """
SELECT o.order_no, '1 list in force', CAST(COUNT(*) AS VARCHAR(20))
  FROM customs_order o JOIN declaration_list d ON d.order_id = o.id
 WHERE o.state NOT IN ('refused', 'returned')
 GROUP BY o.order_no HAVING COUNT(*) > 1""",
    },
    RESERVED: {},
    NEITHER: {
        "what ended unpaid has no money and no list": """
SELECT o.order_no, 'neither', 'a list or money'
  FROM customs_order o WHERE o.state IN ('expired', 'cancelled')
   AND (o.declaration_list_id IS NOT NULL OR o.paid_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id AND r.state <> 'released')
        OR EXISTS (SELECT 1 FROM limit_use u WHERE u.order_id = o.id AND u.state = 'used'))""",
        "no order of an ended checkout is open": """
SELECT CAST(c.id AS VARCHAR(20)), 'expired', c.state
  FROM checkout c JOIN customs_order o ON o.checkout_id = c.id
 WHERE c.state IN ('expired', 'cancelled') AND o.state = 'placed'""",
    },
    LEDGER: {
        "each captured order is posted with its whole money": """
SELECT o.order_no, CAST(o.paid_share_fen AS VARCHAR(20)), CAST(COALESCE(SUM(e.amount_fen), 0) AS VARCHAR(20))
  FROM customs_order o
  LEFT JOIN (SELECT e.order_id, e.amount_fen FROM entry e JOIN posting p ON p.id = e.posting_id
              WHERE p.kind = 'captured' AND e.amount_fen > 0) e ON e.order_id = o.id
 WHERE o.paid_at IS NOT NULL AND o.state <> 'owed'
 GROUP BY o.order_no, o.paid_share_fen HAVING COALESCE(SUM(e.amount_fen), 0) <> o.paid_share_fen""",
    },
    LIMITS: {
        "no year is above its limit": f"""
SELECT person_lookup, 'at most {YEAR_LIMIT_FEN}', CAST(used_fen AS VARCHAR(20))
  FROM limit_year WHERE used_fen > {YEAR_LIMIT_FEN} OR used_fen > limit_fen""",
        "no order is above its limit but one piece": f"""
SELECT o.order_no, 'at most {SINGLE_LIMIT_FEN}',
       CAST(o.goods_fen + o.freight_fen + o.insurance_fen AS VARCHAR(20))
  FROM customs_order o WHERE o.route = 'retail_import'
   AND o.goods_fen + o.freight_fen + o.insurance_fen > {SINGLE_LIMIT_FEN}
   AND (SELECT SUM(l.qty) FROM order_line l WHERE l.order_id = o.id) > 1""",
        "no guarantee holds more than its limit": """
SELECT assure_code, 'at most ' || CAST(limit_fen AS VARCHAR(20)), CAST(held_fen AS VARCHAR(20))
  FROM guarantee WHERE held_fen > limit_fen OR held_fen < 0""",
    },
    SOLD: {
        "no more is held than lies there": """
SELECT CAST(account_book_item_id AS VARCHAR(20)), 'at most ' || CAST(on_hand AS VARCHAR(20)),
       CAST(held AS VARCHAR(20)) FROM availability WHERE held > on_hand OR held < 0""",
        "no more is sold than was entered": f"""
SELECT CAST(s.item AS VARCHAR(20)), 'at most ' || CAST(COALESCE(m.entered, 0) AS VARCHAR(20)),
       CAST(s.sold AS VARCHAR(20))
  FROM (SELECT l.account_book_item_id AS item, SUM(l.qty) AS sold
          FROM order_line l JOIN customs_order o ON o.id = l.order_id
         WHERE o.state NOT IN {_GONE} GROUP BY l.account_book_item_id) s
  LEFT JOIN (SELECT account_book_item_id AS item, SUM(qty) AS entered
          FROM movement WHERE qty > 0 GROUP BY account_book_item_id) m ON m.item = s.item
 WHERE s.sold > COALESCE(m.entered, 0)""",
    },
    DONE: {
        "no delivery waits": """
SELECT handler || ' ' || subject, 'done', state
  FROM delivery WHERE state NOT IN ('done', 'parked')""",
        "nobody waits for room under a guarantee": """
SELECT document, 'held', 'waits since ' || CAST(since_at AS VARCHAR(20))
  FROM guarantee_queue""",
    },
}
"""By invariant and rule."""

OF_RULE: dict[str, str] = {
    "what is paid is listed, piece by piece": LISTED,
    "a paid checkout has its money": LISTED,
    "a checkout is the sum of its orders": LISTED,
    "an unpaid order has no list": NEITHER,
    "a refused or returned order's money went back": LEDGER,
    "every posting is sealed": LEDGER,
    "every posting balances": LEDGER,
    "what happened to an order is posted once": LEDGER,
    "a till sale is posted once, with its cash": LEDGER,
    "a year is the sum of its uses": LIMITS,
    "a living order uses its buyer's limit, an ended one does not": LIMITS,
    "a guarantee is the sum of its movements": LIMITS,
    "lots = on hand": LOTS,
    "reservations = held": LOTS,
    "movements = on hand": LOTS,
    "documents = book": LOTS,
    "no fact is parked": DONE,
}
"""To which invariant the comparisons of ``load.trade.invariants`` and of stock belong."""

PIECES = "pieces of a line are where its order is"
OF_PIECES = {"reserved": RESERVED, "allocated": LISTED, "consumed": LISTED, "released": NEITHER}
"""That one rule tells of three invariants, by where the pieces should be."""
