"""On the day the courier changes, orders of both are paid in one group."""

from types import SimpleNamespace

from bonded_display.warehouse.tables import waybill_number
from kernel.batch import Batch
from shop.checkout.capture_group import _take_waybills

OLD, NEW = 3, 4


def test_an_order_gets_a_number_of_its_own_courier(database):
    """Two of the old courier's, one of the new one's, whose pool has run dry by one."""
    with database.write() as conn:
        conn.execute(
            waybill_number.insert(),
            [
                {"courier_enterprise_id": who, "waybill_no": no, "state": "free", "fetched_at": 1}
                for who, no in ((OLD, "OLD1"), (OLD, "OLD2"), (OLD, "OLD3"), (NEW, "NEW1"))
            ],
        )
    couriers = {11: OLD, 12: NEW, 13: OLD, 14: NEW}
    orders = [SimpleNamespace(id=id_, courier_enterprise_id=who) for id_, who in couriers.items()]

    with database.write() as conn, Batch(conn) as batch:
        taken = _take_waybills(batch, orders, 7)
        batch.sync()
        given = {order_id: number for later in taken for order_id, number in later().items()}

    assert given == {11: "OLD1", 12: "NEW1", 13: "OLD2", 14: None}
