"""Decide how the zone is spoken to: bonded inventory list, exit pass, gate.

An adapter over HTTP; each request carries our number.  What may be asked is the verbs'.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bonded_display.warehouse.answers import instant_field, text_field
from kernel import config
from kernel.calls import get_json, post_json
from kernel.clock import Instant

RETAIL_IMPORT_TYPE = "8"
"""核注清单 type of retail import; source: rules section 3."""


@dataclass(frozen=True, kw_only=True)
class ListedLine:
    """One goods line of a released declaration list, in deal units."""

    gnum: int
    item_record_no: str
    qty: int


@dataclass(frozen=True, kw_only=True)
class ListAsk:
    """What a bonded inventory list is made of: released lists of one account book."""

    request_no: str
    account_book_no: str
    area_code: str
    released: Sequence[tuple[str, Sequence[ListedLine]]]


@dataclass(frozen=True, kw_only=True)
class PassAsk:
    """What an exit pass is made of: the vehicle, its load, the lists it stands on."""

    request_no: str
    bonded_inventory_list_no: str
    vehicle_no: str
    gross_e5: int
    waybill_nos: Sequence[str]


def approve_list(ask: ListAsk) -> str:
    """Return the number of the approved bonded inventory list; ``Answered`` when refused."""
    lists = [
        {
            "invt_no": invt_no,
            "lines": [
                {"gnum": line.gnum, "item_record_no": line.item_record_no, "qty": line.qty}
                for line in lines
            ],
        }
        for invt_no, lines in ask.released
    ]
    body = {
        "request_no": ask.request_no,
        "type": RETAIL_IMPORT_TYPE,
        "account_book_no": ask.account_book_no,
        "area_code": ask.area_code,
        "lists": lists,
    }
    return text_field(post_json(_url("/inventory-lists"), body), "bonded_inventory_list_no")


def approve_pass(ask: PassAsk) -> str:
    """Return the number of the approved exit pass; ``Answered`` when refused."""
    body = {
        "request_no": ask.request_no,
        "bonded_inventory_list_nos": [ask.bonded_inventory_list_no],
        "vehicle_no": ask.vehicle_no,
        "gross_e5": ask.gross_e5,
        "parcels": list(ask.waybill_nos),
    }
    return text_field(post_json(_url("/exit-passes"), body), "exit_pass_no")


def passed_at(exit_pass_no: str) -> Instant | None:
    """Return when the gate let the vehicle of a pass go, or ``None`` while it has not."""
    answer = get_json(_url(f"/exit-passes/{exit_pass_no}"))
    if text_field(answer, "state") != "passed":
        return None
    return instant_field(answer, "passed_at")


def _url(path: str) -> str:
    return config.current().zone_url.rstrip("/") + path
