"""Decides which handler acts on which fact: the whole way of a sale on one page.

What a handler does is its own file's business; the worker runs them, each in its own time.

    order.paid ─▶ check_payer ─▶ payer.accepted ─▶ 311 ours, 411 and 511 caused
               └▶ request_slip                          │ three acceptances
    list.released ◀─ customs' answers ◀─ 621 sent ◀─────┘
        └▶ pick task ─▶ exit batch ─▶ exit.gate_passed ─▶ parcel.signed_for

    refused for good, or list.cancelled ◀─ 624 ◀─ 623
        └▶ order.refused ─▶ money back, declarations and waybill withdrawn

    return.checked ─▶ 625 ─▶ goods_return.granted ◀─ 626
        └▶ goods, account book, year ─▶ order.returned ─▶ money back

    pos.sale_taken, pos.shift_closed ─▶ ledger     (domestic goods, sold at a till)
"""

from kernel.outbox import Handler
from shop.steps import (
    after_customs,
    after_ending,
    after_inspection,
    after_money,
    after_payment,
    after_question,
    after_return,
    after_till,
    after_warehouse,
)

_WANTED: tuple[tuple[str, Handler], ...] = (
    ("follow_inspection", after_inspection.follow_inspection),
    ("open_pick_task", after_customs.open_pick),
)
"""Customs wants the parcel itself: it is picked, whether or not its list is released."""

FLOW: dict[str, tuple[tuple[str, Handler], ...]] = {
    "order.paid": (
        ("check_payer", after_payment.check_buyer_is_payer),
        ("request_slip", after_payment.request_order_slip),
    ),
    "payer.accepted": (
        ("submit_order", after_payment.submit_order_document),
        ("declare_payment", after_payment.declare_payment),
        ("declare_waybill", after_payment.declare_waybill),
    ),
    "document.accepted": (("submit_list", after_customs.submit_list_when_ready),),
    "document.set_aside": (("tell_a_person", after_ending.tell_a_person),),
    "document.rejected": (("refuse_order", after_customs.refuse_rejected),),
    "payment_data.asked": (("send_payment_data", after_question.send_payment_data),),
    "list.accepted": (
        ("mark_declared", after_customs.mark_declared),
        ("go_on_withdrawing", after_ending.go_on_withdrawing),
    ),
    "list.released": (
        ("mark_released", after_customs.mark_released),
        ("open_pick_task", after_customs.open_pick),
        ("follow_inspection", after_inspection.follow_inspection),
        ("go_on_withdrawing", after_ending.go_on_withdrawing),
    ),
    "list.inspected": _WANTED,
    "list.detained": (*_WANTED, ("tell_a_person", after_ending.tell_a_person)),
    "list.returned_out": (*_WANTED, ("tell_a_person", after_ending.tell_a_person)),
    "inspection.found": (("end_order", after_inspection.end_order),),
    "list.rejected": (
        ("refuse_order", after_customs.refuse_rejected),
        ("go_on_withdrawing", after_ending.go_on_withdrawing),
    ),
    "list.cancelled": (
        ("undo_withdrawn", after_ending.undo_withdrawn),
        ("follow_inspection", after_inspection.follow_inspection),
    ),
    "list.set_aside": (("tell_a_person", after_ending.tell_a_person),),
    "withdrawal.asked": (("stop_picking", after_ending.stop_picking),),
    "withdrawal.refused": (
        ("tell_a_person", after_ending.tell_a_person),
        ("pick_again", after_ending.pick_again),
    ),
    "return.checked": (("declare_return", after_return.declare_return),),
    "goods_return.granted": (("take_goods_back", after_return.take_back),),
    "goods_return.refused": (
        ("tell_a_person", after_ending.tell_a_person),
        ("pick_again", after_ending.pick_again),
    ),
    "tax.billed": (("take_tax_bill", after_customs.book_tax_bill),),
    "tax.bill_changed": (("follow_tax_bill", after_customs.follow_tax_bill),),
    "exit.gate_passed": (
        ("mark_left_zone", after_warehouse.mark_left_zone),
        ("post_gate_passed", after_warehouse.post_gate),
        ("hand_to_courier", after_warehouse.give_to_courier),
    ),
    "parcel.signed_for": (
        ("mark_signed_for", after_warehouse.mark_signed_for),
        ("post_signed_for", after_warehouse.post_signed),
    ),
    "payment.owed": (("refund_owed", after_money.refund_owed),),
    "payment.payer_differs": (("refuse_payer", after_money.refuse_payer),),
    "payment.expired": (("expire_checkout", after_money.expire_unpaid),),
    "order.refused": (
        ("refund_refused", after_money.refund_refused),
        ("withdraw_declarations", after_ending.withdraw_declarations),
        ("void_waybill", after_ending.void_parcel),
    ),
    "order.part_returned": (("refund_returned_part", after_return.refund_returned_part),),
    "order.returned": (("refund_refused", after_money.refund_refused),),
    "pos.sale_taken": (("post_till_sale", after_till.post_till_sale),),
    "pos.shift_closed": (("post_shift_closed", after_till.post_shift_closed),),
}

HANDLER_NAMES: dict[str, tuple[str, ...]] = {
    fact: tuple(name for name, _ in handlers) for fact, handlers in FLOW.items()
}

HANDLERS: dict[str, Handler] = {
    name: handler for handlers in FLOW.values() for name, handler in handlers
}
