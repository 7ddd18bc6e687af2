"""Decide what follows customs' question about a payment: the data signed and sent.

The function is a handler: it may be called again after a crash and then sends the same letters.
"""

import base64
from functools import partial

from sqlalchemy import Connection, select

from bonded_display.customs import desk
from bonded_display.customs.handed import Parties
from bonded_display.display.tables import placement
from kernel import clock, config, db, register
from kernel.calls import OtherSideDown
from kernel.outbox import Fact, Wait
from settlement.payments.errors import PaymentMissing
from settlement.payments.payment_data import Payee, SoldGoods
from settlement.payments.questions import WANTED_WITHIN, Sold, answer_question, is_declared
from shop.queries import Order, read_order

ASK_AGAIN_S = 2
"""Customs wants the data within two minutes: an outage is not waited out for longer."""


def send_payment_data(fact: Fact) -> None:
    """Send customs the payment data it asked for, once the payment is declared."""
    order_id = int(fact.payload["order_id"])
    late = clock.now() - fact.at > WANTED_WITHIN
    if not is_declared(order_id):
        if late:
            raise PaymentMissing(of=f"declared payment of customs_order:{order_id}")
        raise Wait(ASK_AGAIN_S, "the payment is not declared yet")
    with db.read() as connection:
        order = read_order(connection, order_id)
        sold = _sold(connection, order)
    try:
        answer_question(int(fact.payload["question_id"]), sold, sign=partial(_sign, sold.ebp_code))
    except OtherSideDown as gone:
        if late:
            raise
        raise Wait(ASK_AGAIN_S, gone.code) from gone


def _sign(platform_code: str, said: bytes) -> tuple[str, str]:
    """Return number and signature of the platform's own key; a device may be asked for it."""
    at = clock.now()
    signer = desk.signer_of(desk.current(), platform_code, at)
    return signer.key_no, base64.b64encode(signer.sign(said, at)).decode()


def _sold(connection: Connection, order: Order) -> Sold:
    platform = register.get_enterprise(connection, order.platform_enterprise_id)
    codes = _shelf_codes(connection, order)
    return Sold(
        ebp_code=Parties.from_text(order.parties).platform.code,
        goods=[
            SoldGoods(line.gname, _page(line.gtin14, codes.get(line.item_id)))
            for line in order.lines
        ],
        payee=Payee(config.current().payee_account, platform.credit_code, platform.name),
    )


def _shelf_codes(connection: Connection, order: Order) -> dict[int, str]:
    """Return the shelf codes of the order's goods at its outlet, the latest of each."""
    items = [line.item_id for line in order.lines]
    rows = connection.execute(
        select(placement.c.item_id, placement.c.shelf_code)
        .where(placement.c.outlet_id == order.outlet_id, placement.c.item_id.in_(items))
        .order_by(placement.c.id)
    )
    return {row.item_id: row.shelf_code for row in rows}


def _page(gtin14: str, shelf_code: str | None) -> str:
    """Return the page the goods were bought from; the shop's own where no shelf shows them."""
    here = config.current().public_url.rstrip("/")
    return f"{here}/01/{gtin14}/21/{shelf_code}" if shelf_code else f"{here}/"
