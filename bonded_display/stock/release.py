"""Decide how held pieces become free again: reservation and level change in one step.

Who loses them is the caller's condition.
"""

from typing import Any

from kernel.batch import Batch, Later

_POSTGRESQL = """
WITH gone AS (
  UPDATE reservation r SET state = 'released' WHERE {condition}
  RETURNING r.order_id, r.warehouse_id, r.account_book_item_id, r.qty
), freed AS (
  UPDATE availability a SET held = a.held - s.qty
    FROM (SELECT warehouse_id, account_book_item_id, SUM(qty) AS qty FROM gone
           GROUP BY warehouse_id, account_book_item_id) s
   WHERE a.warehouse_id = s.warehouse_id
     AND a.account_book_item_id = s.account_book_item_id AND a.status = 'bonded'
)
SELECT DISTINCT order_id FROM gone
"""

_SQLITE_WHO = "SELECT DISTINCT r.order_id FROM reservation r WHERE {condition}"

_SQLITE_LEVELS = """
UPDATE availability SET held = held - s.qty
  FROM (SELECT r.warehouse_id AS house, r.account_book_item_id AS item, SUM(r.qty) AS qty
          FROM reservation r WHERE {condition} GROUP BY 1, 2) s
 WHERE availability.warehouse_id = s.house
   AND availability.account_book_item_id = s.item AND availability.status = 'bonded'
"""

_SQLITE_ROWS = "UPDATE reservation AS r SET state = 'released' WHERE {condition}"


def release(batch: Batch, condition: str, parameters: dict[str, Any]) -> Later[frozenset[int]]:
    """Release the reservations ``r`` that meet ``condition``; return the order ids it met.

    On PostgreSQL one statement, so that a rival's allocation is either freed whole or not
    at all; on SQLite the writing transaction is alone.
    """
    if batch.dialect == "postgresql":
        told = batch.fetch(_POSTGRESQL.format(condition=condition), parameters)
    else:
        told = batch.fetch(_SQLITE_WHO.format(condition=condition), parameters)
        batch.run(_SQLITE_LEVELS.format(condition=condition), parameters)
        batch.run(_SQLITE_ROWS.format(condition=condition), parameters)
    return told.then(lambda rows: frozenset(order_id for (order_id,) in rows))
