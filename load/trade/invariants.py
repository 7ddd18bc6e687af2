"""Decides whether the books of a house agree: the same figure read from two ends, in pure SQL.

Every rule returns rows that should not be; what to do about one is a person's decision.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import requests
from sqlalchemy import Connection, text

from bonded_display.stock import controls
from kernel import db


@dataclass(frozen=True)
class Difference:
    """One thing that two books tell differently."""

    rule: str
    subject: str
    expected: str
    found: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.subject}: {self.expected} expected, {self.found} found"


_STATE_OF_PIECES = """
CASE WHEN o.state = 'placed' THEN 'reserved'
     WHEN o.state IN ('paid', 'declared', 'released') THEN 'allocated'
     WHEN o.state IN ('left_zone', 'signed_for', 'returned') THEN 'consumed'
     ELSE 'released' END
"""

RULES: dict[str, str] = {
    "pieces of a line are where its order is": f"""
SELECT o.order_no, l.qty || ' ' || {_STATE_OF_PIECES},
       COALESCE(r.qty, 0) || ' ' || COALESCE(r.state, 'nowhere')
  FROM order_line l JOIN customs_order o ON o.id = l.order_id
  LEFT JOIN reservation r ON r.line_id = l.id
 WHERE COALESCE(r.qty, 0) <> l.qty OR COALESCE(r.state, '') <> {_STATE_OF_PIECES}""",
    "what is paid is listed, piece by piece": """
SELECT o.order_no, l.qty || ' for ' || l.total_fen,
       COALESCE(d.qty, 0) || ' for ' || COALESCE(d.total_fen, 0)
  FROM order_line l JOIN customs_order o ON o.id = l.order_id
  LEFT JOIN list_line d ON d.list_id = o.declaration_list_id AND d.gnum = l.gnum
 WHERE o.paid_at IS NOT NULL AND o.state <> 'owed'
   AND (d.qty IS NULL OR d.qty <> l.qty OR d.total_fen <> l.total_fen
        OR d.account_book_item_id <> l.account_book_item_id)""",
    "an unpaid order has no list": """
SELECT order_no, 'no list', 'a list' FROM customs_order
 WHERE paid_at IS NULL AND declaration_list_id IS NOT NULL""",
    "a checkout is the sum of its orders": """
SELECT CAST(c.id AS VARCHAR(20)), CAST(c.total_fen AS VARCHAR(20)),
       CAST(SUM(o.paid_share_fen) AS VARCHAR(20))
  FROM checkout c JOIN customs_order o ON o.checkout_id = c.id
 GROUP BY c.id, c.total_fen HAVING SUM(o.paid_share_fen) <> c.total_fen""",
    "a paid checkout has its money": """
SELECT CAST(c.id AS VARCHAR(20)), CAST(c.total_fen AS VARCHAR(20)),
       CAST(COALESCE(SUM(p.gross_fen), 0) AS VARCHAR(20))
  FROM checkout c LEFT JOIN payment p ON p.checkout_id = c.id AND p.state IN ('captured', 'refunded')
 WHERE c.state = 'paid' GROUP BY c.id, c.total_fen
HAVING COALESCE(SUM(p.gross_fen), 0) <> c.total_fen""",
    "a refused or returned order's money went back": """
SELECT order_no, CAST(paid_share_fen AS VARCHAR(20)), CAST(back_fen AS VARCHAR(20))
  FROM (SELECT o.order_no, o.paid_share_fen,
               COALESCE((SELECT SUM(r.amount_fen) FROM refund r
                          WHERE r.order_id = o.id AND r.state = 'done'), 0)
             + COALESCE((SELECT SUM(p.sale_fen + p.tax_fen) FROM part_refund p
                          WHERE p.order_id = o.id AND p.state = 'done'), 0) AS back_fen
          FROM customs_order o WHERE o.state IN ('refused', 'returned')) ended
 WHERE back_fen <> paid_share_fen""",
    "every posting is sealed": """
SELECT document, 'sealed', 'open' FROM posting WHERE sealed_at IS NULL""",
    "every posting balances": """
SELECT p.kind || ' ' || p.document, '0', CAST(SUM(e.amount_fen) AS VARCHAR(20))
  FROM posting p JOIN entry e ON e.posting_id = p.id
 GROUP BY p.kind, p.document HAVING SUM(e.amount_fen) <> 0""",
    "what happened to an order is posted once": """
SELECT o.order_no, '1 ' || k.kind, CAST(COUNT(DISTINCT p.id) AS VARCHAR(20))
  FROM customs_order o
  JOIN (SELECT 'captured' AS kind UNION SELECT 'signed_for' UNION SELECT 'gate_passed') k
    ON (k.kind = 'captured' AND o.paid_at IS NOT NULL AND o.state <> 'owed')
    OR (k.kind = 'signed_for' AND o.state = 'signed_for')
    OR (k.kind = 'gate_passed' AND o.state IN ('left_zone', 'signed_for'))
  LEFT JOIN entry e ON e.order_id = o.id
  LEFT JOIN posting p ON p.id = e.posting_id AND p.kind = k.kind
 GROUP BY o.order_no, k.kind HAVING COUNT(DISTINCT p.id) <> 1""",
    "a year is the sum of its uses": """
SELECT y.person_lookup, CAST(y.used_fen AS VARCHAR(20)),
       CAST(COALESCE(SUM(u.value_fen), 0) AS VARCHAR(20))
  FROM limit_year y LEFT JOIN limit_use u
    ON u.person_lookup = y.person_lookup AND u.year = y.year AND u.state = 'used'
 GROUP BY y.person_lookup, y.year, y.used_fen
HAVING COALESCE(SUM(u.value_fen), 0) <> y.used_fen""",
    "a living order uses its buyer's limit, an ended one does not": """
SELECT o.order_no, CASE WHEN o.state IN ('expired', 'cancelled', 'refused', 'owed', 'returned')
                        THEN 'returned' ELSE 'used' END, COALESCE(u.state, 'none')
  FROM customs_order o LEFT JOIN limit_use u ON u.order_id = o.id
 WHERE COALESCE(u.state, 'none') <>
       CASE WHEN o.state IN ('expired', 'cancelled', 'refused', 'owed', 'returned')
            THEN 'returned' ELSE 'used' END""",
    "a guarantee is the sum of its movements": """
SELECT g.assure_code, CAST(g.held_fen AS VARCHAR(20)),
       CAST(COALESCE(SUM(m.amount_fen), 0) AS VARCHAR(20))
  FROM guarantee g LEFT JOIN guarantee_movement m ON m.guarantee_id = g.id
 GROUP BY g.id, g.assure_code, g.held_fen HAVING COALESCE(SUM(m.amount_fen), 0) <> g.held_fen""",
    "a till sale is posted once, with its cash": """
SELECT s.sale_no, CAST(s.total_fen AS VARCHAR(20)), CAST(COALESCE(SUM(e.amount_fen), 0) AS VARCHAR(20))
  FROM terminal_sale s
  LEFT JOIN posting p ON p.document = 'till_sale:' || CAST(s.id AS VARCHAR(20))
  LEFT JOIN entry e ON e.posting_id = p.id AND e.account_code = '1001.01'
 WHERE s.readable = 1 GROUP BY s.sale_no, s.total_fen
HAVING COALESCE(SUM(e.amount_fen), 0) <> s.total_fen""",
    "no fact is parked": """
SELECT handler || ' ' || subject, 'done', COALESCE(trouble, 'parked')
  FROM delivery WHERE state = 'parked'""",
}
"""By name; each row is a subject with what was expected and what was found."""

_LISTS = """
SELECT d.order_no, d.invt_no, d.goods_fen, d.quoted_tax_fen,
       b.customs_fen + b.vat_fen + b.consumption_fen
  FROM declaration_list d LEFT JOIN tax_bill b ON b.list_id = d.id AND b.status <> '3'
 WHERE d.invt_no IS NOT NULL AND d.invt_no <> ''
"""


def differences(connection: Connection) -> list[Difference]:
    """Return what our own books tell differently."""
    found = [
        Difference(rule, str(subject), str(expected), str(told))
        for rule, query in RULES.items()
        for subject, expected, told in connection.execute(text(query))
    ]
    found += [
        Difference(one.control, str(one.account_book_item_id), str(one.expected), str(one.found))
        for one in controls.differences(connection)
    ]
    return found


def differences_with_customs(
    connection: Connection, theirs: Iterable[Mapping[str, Any]]
) -> list[Difference]:
    """Return what customs' books tell differently of the lists that have customs' number."""
    known = {str(one["invt_no"]): one for one in theirs}
    found = []
    for order_no, invt_no, goods_fen, _, billed_fen in connection.execute(text(_LISTS)):
        told = known.pop(invt_no, None)
        if told is None:
            found.append(Difference("customs knows each list", order_no, invt_no, "nothing"))
            continue
        pairs = {
            "order": (order_no, told["order_no"]),
            "goods": (goods_fen, told["goodsValue_fen"]),
            "tax": (billed_fen, _tax_fen(told) if told["tax_no"] else None),
        }
        found += [
            Difference(f"customs tells the same {name}", order_no, str(ours), str(said))
            for name, (ours, said) in pairs.items()
            if ours != said
        ]
    found += [
        Difference("we know each list of customs'", str(one["order_no"]), "a list", "none")
        for one in known.values()
    ]
    return found


def _tax_fen(told: Mapping[str, Any]) -> int:
    return int(told["customs_tax_fen"] + told["value_added_tax_fen"] + told["consumption_tax_fen"])


def all_differences(*, customs_url: str) -> list[Difference]:
    """Return every difference, with customs asked for its lists."""
    theirs = requests.get(f"{customs_url}/books/lists", timeout=60).json()["lists"]
    with db.read() as connection:
        return differences(connection) + differences_with_customs(connection, theirs)


def states() -> dict[str, int]:
    """Return how many orders are in each state, the most frequent first."""
    query = "SELECT state, COUNT(*) AS n FROM customs_order GROUP BY state ORDER BY n DESC, state"
    with db.read() as connection:
        return {row.state: row.n for row in connection.execute(text(query))}
