"""Decide what follows a payment: payer checked, slip asked for, the three documents caused.

Each function is a handler: it may be called again after a crash and then changes nothing.
"""

from bonded_display.customs.handed import Parties
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_order import submit_order
from bonded_display.warehouse.cause_waybill import FINAL, cause_waybill, learn_waybill
from bonded_display.warehouse.courier import WaybillAsk
from bonded_display.warehouse.waybills import take_late_waybill
from kernel import clock, config, db, register
from kernel.outbox import Fact, Wait
from pos.protocol import OrderSlip, SlipLine, mask_phone
from pos.server.print_requests import SlipRequest, request_slip
from settlement.payments.check_payer import check_payer
from settlement.payments.declarer import (
    Declaration,
    cause_declaration,
    learn_declaration,
)
from shop.handovers.customs_desk import consignee, order_document, paid_by
from shop.late_waybill import keep_late_waybill
from shop.move_order import accept_payer
from shop.queries import Order
from shop.steps.told import order_of

ASK_AGAIN_S = 0.5
LONGEST_S = 20.0
"""A clock that is set on, or a night without a worker, makes nobody wait for longer."""


def _ask_again_s(fact: Fact) -> float:
    """Return how soon a company is asked again for customs' answer: later, the longer it takes."""
    waited_s = (clock.now() - fact.at) / clock.SECOND
    return min(max(ASK_AGAIN_S, waited_s / 4), LONGEST_S)


def check_buyer_is_payer(fact: Fact) -> None:
    """Ask the payment company whether the payer is the buyer; ``different`` stops the order."""
    order = order_of(fact)
    buyer = order.open_buyer()
    answer = check_payer(order.id, name=buyer.name, id_number=buyer.id_number)
    if answer != "different":
        accept_payer(order.id)


def request_order_slip(fact: Fact) -> None:
    """Ask the outlet's terminal for the slip; an order from no outlet gets none."""
    order = order_of(fact)
    if order.outlet_id is None:
        return
    with db.write() as connection:
        outlet = register.get_outlet(connection, order.outlet_id)
        slip = _slip(order, outlet, paid_at=fact.at)
        request_slip(connection, SlipRequest(order.id, outlet.id, slip))


def _slip(order: Order, outlet: register.Outlet, *, paid_at: int) -> OrderSlip:
    return OrderSlip(
        lang="zh-CN",
        outlet_name=outlet.name,
        outlet_code=outlet.code,
        order_no=order.order_no,
        paid_at=paid_at,
        phone_masked=mask_phone(order.open_buyer().phone),
        lines=tuple(
            SlipLine(line.gnum, line.gname, line.qty, line.price_fen, line.total_fen)
            for line in order.lines
        ),
        freight_fen=order.freight_fen,
        insurance_fen=order.insurance_fen,
        discount_fen=order.discount_fen,
        duty_fen=sum(line.duty_fen for line in order.lines),
        consumption_fen=sum(line.consumption_fen for line in order.lines),
        vat_fen=sum(line.vat_fen for line in order.lines),
        total_fen=order.paid_share_fen,
        page_url=f"{config.current().public_url}/orders/{order.checkout_id}",
    )


def submit_order_document(fact: Fact) -> None:
    """Send 311, naming the payment company's number when it is known by now."""
    order = order_of(fact)
    if order.state == "refused":
        return
    submit_order(order_document(order, paid_by=paid_by(order.id)))


def declare_payment(fact: Fact) -> None:
    """Make the payment company declare our share (411), and learn customs' answer from it."""
    order = order_of(fact)
    if order.state == "refused":
        return
    platform = Parties.from_text(order.parties).platform
    known: Declaration = cause_declaration(order.id, ebp_code=platform.code, ebp_name=platform.name)
    if known.state not in FINAL and not known.just_caused:
        known = learn_declaration(order.id)
    if known.state not in FINAL:
        raise Wait(_ask_again_s(fact), f"411 is {known.state}")
    record_acceptance(
        order.id,
        "payment",
        status=known.return_status,
        return_time_text=known.return_time_text,
    )


def declare_waybill(fact: Fact) -> None:
    """Make the courier declare the parcel (511), and learn customs' answer from it."""
    order = order_of(fact)
    if order.state == "refused":
        return
    if order.waybill_no is None:
        waybill_no = take_late_waybill(order.id, courier_enterprise_id=order.courier_enterprise_id)
        if waybill_no is None:
            raise Wait(5, "the waybill pool is dry")
        keep_late_waybill(order.id, waybill_no)
    there = consignee(order)
    state = cause_waybill(
        WaybillAsk(
            order_id=order.id,
            order_no=order.order_no,
            consignee=there.name,
            telephone=there.phone,
            address=there.address,
            freight_fen=order.freight_fen,
            insured_fen=order.insurance_fen,
            gross_e5=order.gross_e5,
            goods_info=order.lines[0].gname,
        )
    )
    if state.state not in FINAL and not state.just_caused:
        state = learn_waybill(order.id)
    if state.state not in FINAL:
        raise Wait(_ask_again_s(fact), f"511 is {state.state}")
    record_acceptance(
        order.id,
        "waybill",
        status=str(state.return_status),
        return_time_text=str(state.return_time_text),
    )
