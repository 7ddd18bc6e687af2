"""Decide how the courier is spoken to: its numbers, its declarations (511), its parcels.

An adapter over HTTP; each request carries our number, so that asking again is harmless.  When to
ask is the callers'.  Names and addresses pass through and are not kept.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bonded_display.warehouse.answers import instant_field, text_field, texts_field
from kernel import config
from kernel.calls import get_json, post_json
from kernel.clock import Instant


@dataclass(frozen=True, kw_only=True)
class WaybillAsk:
    """What the courier declares for one customs order; texts equal to those in 311."""

    order_id: int
    order_no: str
    consignee: str
    telephone: str
    address: str
    freight_fen: int
    insured_fen: int
    gross_e5: int
    goods_info: str

    def __repr__(self) -> str:
        return f"WaybillAsk(order_id={self.order_id})"


@dataclass(frozen=True, kw_only=True)
class WaybillAnswer:
    """What the courier knows of one waybill.

    ``state`` is that of the declaration, ``parcel`` announced | collected | delivered.
    """

    state: str
    return_status: str | None
    return_time_text: str | None
    parcel: str
    delivered_at: Instant | None


def ask_numbers(request_no: str, count: int) -> list[str]:
    """Return the waybill numbers the courier gives for this request, the same when asked again."""
    answer = post_json(_url("/waybill-numbers"), {"request_no": request_no, "count": count})
    return texts_field(answer, "numbers")


def declare(request_no: str, waybill_no: str, ask: WaybillAsk) -> str:
    """Cause the courier to declare 511 and return its state: received, sent, accepted, rejected."""
    told = {name: value for name, value in asdict(ask).items() if name != "order_id"}
    body = {"request_no": request_no, "waybill_no": waybill_no, **told}
    return text_field(post_json(_url("/waybills"), body), "state")


def redeclare(waybill_no: str) -> str:
    """Cause a rejected 511 to be sent anew and return its state."""
    return text_field(post_json(_url(f"/waybills/{waybill_no}/redeclare"), {}), "state")


def query(waybill_no: str) -> WaybillAnswer:
    """Return what the courier knows of a waybill."""
    answer = get_json(_url(f"/waybills/{waybill_no}"))
    return WaybillAnswer(
        state=text_field(answer, "state"),
        return_status=_optional(answer, "return_status"),
        return_time_text=_optional(answer, "return_time"),
        parcel=text_field(answer, "parcel"),
        delivered_at=instant_field(answer, "delivered_at"),
    )


def collect(request_no: str, exit_pass_no: str, waybill_nos: Sequence[str]) -> list[str]:
    """Hand the parcels of a passed exit pass to the courier; return those it took."""
    body = {
        "request_no": request_no,
        "exit_pass_no": exit_pass_no,
        "waybills": list(waybill_nos),
    }
    return texts_field(post_json(_url("/collections"), body), "collected")


def _optional(answer: dict[str, Any], name: str) -> str | None:
    value = answer.get(name)
    return str(value) if value not in (None, "") else None


def _url(path: str) -> str:
    return config.current().courier_url.rstrip("/") + path
