"""Decide how waybill numbers are fetched ahead and each taken once; a dry pool blocks nobody.

The numbers are the courier's.  Declaring one (511) is ``cause_waybill``'s.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, func, select, update

from bonded_display.warehouse import courier
from bonded_display.warehouse.tables import waybill_number, waybill_request
from kernel import clock, db, ids, outbox
from kernel.batch import Batch, Later
from kernel.clock import Instant
from kernel.logs import log

LOW_WATER = 200
FILL = 500

_TAKE_POSTGRESQL = """
WITH want AS (
  SELECT o.order_id, row_number() OVER (ORDER BY o.order_id) AS n
    FROM unnest(CAST(:ids AS bigint[])) AS o(order_id)
   WHERE NOT EXISTS (SELECT 1 FROM waybill_number t
                      WHERE t.order_id = o.order_id AND t.state = 'taken')
), pool AS (
  SELECT waybill_no FROM waybill_number
   WHERE courier_enterprise_id = :courier AND state = 'free'
   ORDER BY fetched_at, waybill_no
   LIMIT (SELECT count(*) FROM want) FOR UPDATE SKIP LOCKED
), given AS (
  SELECT waybill_no, row_number() OVER (ORDER BY waybill_no) AS n FROM pool
)
UPDATE waybill_number w SET state = 'taken', order_id = want.order_id, taken_at = :at
  FROM given JOIN want ON want.n = given.n
 WHERE w.courier_enterprise_id = :courier AND w.waybill_no = given.waybill_no
   AND w.state = 'free'
"""

_TAKE_SQLITE = """
UPDATE waybill_number SET state = 'taken', order_id = pair.order_id, taken_at = :at
  FROM (SELECT want.order_id, pool.waybill_no
          FROM (SELECT o.value AS order_id, row_number() OVER (ORDER BY o.value) AS n
                  FROM json_each(:ids) o
                 WHERE NOT EXISTS (SELECT 1 FROM waybill_number t
                                    WHERE t.order_id = o.value AND t.state = 'taken')) want
          JOIN (SELECT waybill_no, row_number() OVER (ORDER BY fetched_at, waybill_no) AS n
                  FROM waybill_number
                 WHERE courier_enterprise_id = :courier AND state = 'free'
                 ORDER BY fetched_at, waybill_no LIMIT json_array_length(:ids)) pool
            ON pool.n = want.n) pair
 WHERE waybill_number.courier_enterprise_id = :courier
   AND waybill_number.waybill_no = pair.waybill_no AND waybill_number.state = 'free'
"""


def take_waybills_many(
    batch: Batch, order_ids: Sequence[int], *, courier_enterprise_id: int, at: Instant
) -> Later[Mapping[int, str | None]]:
    """Take one number from the pool for each order; ``None`` where the pool was dry.

    An order that has one keeps it.  Rivals pass each other by; nobody waits for numbers.
    Rank ``WAYBILL_POOL`` is the caller's to note.  Source: rules section 3.
    """
    wanted = sorted(set(order_ids))
    take = _TAKE_POSTGRESQL if batch.dialect == "postgresql" else _TAKE_SQLITE
    batch.run(take, {"ids": wanted, "courier": courier_enterprise_id, "at": at})
    rows = batch.fetch(
        "SELECT order_id, waybill_no FROM waybill_number"
        " WHERE order_id IN :ids AND state = 'taken'",
        {"ids": wanted},
    )
    return rows.then(lambda found: {**dict.fromkeys(wanted), **dict(found)})


def take_late_waybill(order_id: int, *, courier_enterprise_id: int) -> str | None:
    """Take a number for a paid order that met a dry pool; ``None`` while it is still dry.

    Records ``waybill.taken`` (order_id, waybill_no) once, for those who wait for the number.
    """
    at = clock.now()
    with db.write() as conn:
        standing = waybill_of(conn, order_id)
        if standing is not None:
            return standing
        with Batch(conn) as batch:
            taken = take_waybills_many(
                batch, [order_id], courier_enterprise_id=courier_enterprise_id, at=at
            )()[order_id]
        if taken is not None:
            outbox.record(
                conn,
                "waybill.taken",
                subject=f"customs_order:{order_id}",
                subject_seq=1,
                payload={"order_id": order_id, "waybill_no": taken},
                at=at,
            )
        return taken


def waybill_of(conn: Connection, order_id: int) -> str | None:
    """Return the number an order has taken, or ``None``."""
    columns = waybill_number.c
    return conn.execute(
        select(columns.waybill_no).where(columns.order_id == order_id, columns.state == "taken")
    ).scalar_one_or_none()


def void_waybill(order_id: int) -> bool:
    """Take the number of a parcel that never leaves out of use; False when none is taken.

    A voided number rests: couriers reuse none within six months.  Source: rules section 3.
    """
    columns = waybill_number.c
    with db.write() as conn:
        done = conn.execute(
            waybill_number.update()
            .where(columns.order_id == order_id, columns.state == "taken")
            .values(state="void")
        )
    return done.rowcount == 1


def free_waybills(conn: Connection, courier_enterprise_id: int) -> int:
    """Return how many numbers of a courier are free."""
    columns = waybill_number.c
    return conn.execute(
        select(func.count()).where(
            columns.courier_enterprise_id == courier_enterprise_id, columns.state == "free"
        )
    ).scalar_one()


def refill_pool(courier_enterprise_id: int, *, low_water: int = LOW_WATER, fill: int = FILL) -> int:
    """Fetch ``fill`` numbers when fewer than ``low_water`` are free; return how many are new.

    A request that was never answered is asked again under its own number first.
    """
    with db.write() as conn:
        free = free_waybills(conn, courier_enterprise_id)
        request = _open_request(conn, courier_enterprise_id)
        if request is None and free < low_water:
            request = _new_request(conn, courier_enterprise_id, fill)
    if request is None:
        return 0
    log.warning("waybill_pool_low", courier_enterprise_id=courier_enterprise_id, free=free)
    request_no, count = request
    numbers = courier.ask_numbers(request_no, count)
    with db.write() as conn:
        return _store(conn, courier_enterprise_id, request_no, numbers)


def _open_request(conn: Connection, courier_enterprise_id: int) -> tuple[str, int] | None:
    columns = waybill_request.c
    row = conn.execute(
        select(columns.request_no, columns.count)
        .where(columns.courier_enterprise_id == courier_enterprise_id)
        .where(columns.answered_at.is_(None))
        .order_by(columns.asked_at)
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def _new_request(conn: Connection, courier_enterprise_id: int, count: int) -> tuple[str, int]:
    request_no = f"WN{ids.new()}"
    conn.execute(
        waybill_request.insert(),
        {
            "request_no": request_no,
            "courier_enterprise_id": courier_enterprise_id,
            "count": count,
            "asked_at": clock.now(),
        },
    )
    return (request_no, count)


def _store(
    conn: Connection, courier_enterprise_id: int, request_no: str, numbers: Sequence[str]
) -> int:
    at = clock.now()
    answered = conn.execute(
        update(waybill_request)
        .where(waybill_request.c.request_no == request_no)
        .where(waybill_request.c.answered_at.is_(None))
        .values(answered_at=at)
    )
    if answered.rowcount == 0:
        return 0
    columns = waybill_number.c
    known = set(
        conn.execute(
            select(columns.waybill_no).where(
                columns.courier_enterprise_id == courier_enterprise_id,
                columns.waybill_no.in_(numbers),
            )
        ).scalars()
    )
    new = [number for number in dict.fromkeys(numbers) if number not in known]
    with Batch(conn) as batch:
        batch.insert(
            waybill_number,
            [
                {
                    "courier_enterprise_id": courier_enterprise_id,
                    "waybill_no": number,
                    "state": "free",
                    "fetched_at": at,
                }
                for number in new
            ],
        )
    return len(new)
