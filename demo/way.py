"""Decides the order of the steps of one sale, from the sheets to the posting of revenue.

What a step does is its own file's; what may be broken on the way is ``breaks``'.
"""

import json
from contextlib import closing
from datetime import datetime, timedelta, timezone

import requests

from demo.breaks import BREAKS, pause_and_go_on
from demo.copies import Copies
from demo.desk import Desk
from demo.other_side import COURIER, PAYMENT_COMPANY, PLATFORM, write_other_side
from demo.payment_data import ask_for_payment_data
from demo.programs import together
from demo.sheets import write_sheets
from demo.timeline import until
from demo.walk import Walk

CHINA = timezone(timedelta(hours=8))


def open_box(walk: Walk) -> None:
    """Make what everybody knows beforehand and start all programs."""
    walk.step("prepare", "keys, sheets and books made", lambda: _prepare(walk))
    walk.step("start", "ten programs answer", lambda: _start(walk))


def _prepare(walk: Walk) -> None:
    box = walk.box
    sheets = box.folder / "sheets"
    write_sheets(sheets, walk.scenario, today=datetime.now(CHINA).date())
    write_other_side(box.folder / "theirs", walk.scenario)
    box.issue_keys()
    walk.programs.launch(*box.theirs().values())  # they start while our books are made
    box.run("shop.cli", "migrate")
    box.run("shop.cli", "load-sample", str(sheets))


def _start(walk: Walk) -> None:
    walk.programs.launch(*walk.box.ours())
    together((walk.box.add_staff, walk.box.add_till))
    walk.programs.await_ready()


def whole_way(walk: Walk, *, broken: str = "", paused: str = "") -> None:
    """Walk one sale; ``broken`` is done to the other side before, ``paused`` rests a while."""
    if broken:
        BREAKS[broken].act(walk)
        walk.patience_s = BREAKS[broken].patience_s
    _buy(walk, paused=paused)
    _declare(walk, paused=paused)
    with closing(Desk(walk)) as desk:
        desk.sign_in()
        walk.step("pick", "picked by scan, packed, weighed", desk.pick_and_pack)
        walk.step("exit", "bonded inventory list, exit pass, loaded", desk.leave_zone)
        walk.step("gate", "left the zone", desk.pass_gate)
    walk.step("signed_for", "513; revenue posted", lambda: _signed_for(walk))
    walk.step("export", "ledger, catalogue, receipts", lambda: _export(walk))


def _buy(walk: Walk, *, paused: str) -> None:
    step = walk.step
    step("label", "the shelf code read off the label, the offer opened", walk.read_shelf_label)
    step("sign_in", "phone and one-time code", walk.sign_in)
    step("identity", "name and ID number verified, consent given", walk.verify_identity)
    step("place", "checkout placed, pieces reserved", walk.place)
    if paused:
        walk.programs.stop(paused)
    step("pay", "paid on the provider's page, captured", walk.pay)
    step("slip", "printed in the outlet", walk.print_slip)


def _declare(walk: Walk, *, paused: str) -> None:
    copies, step = Copies(walk), walk.step
    if paused:
        step("pause", f"{paused} stopped, no list sent", lambda: pause_and_go_on(walk, paused))
    step("311", "order sent by us", lambda: copies.await_sent("CEB311", PLATFORM))
    step("411", "sent by the payment company", lambda: copies.await_sent("CEB411", PAYMENT_COMPANY))
    step("511", "sent by the courier", lambda: copies.await_sent("CEB511", COURIER))
    step("accepted", "the three documents: 120", copies.three_accepted)
    step("621", "list sent by us, tax guaranteed", lambda: copies.await_sent("CEB621", PLATFORM))
    step("released", "2, 120, 800", lambda: _released(walk))
    step("816", "tax bill as quoted", copies.await_tax_bill)
    step("payment_data", "asked for by customs, taken", lambda: ask_for_payment_data(walk))


def _released(walk: Walk) -> None:
    Copies(walk).await_receipt("CEB622", PLATFORM, "2", "120", "800")
    walk.await_released()


def _signed_for(walk: Walk) -> None:
    """The courier has the receiver's signature; customs got 513, revenue is posted."""
    Copies(walk).await_receipt("CEB514", COURIER, "120")
    walk.await_order("已签收")
    await_drained(walk)
    export_ledger(walk)
    if ",signed_for," not in (walk.box.out / "ledger.csv").read_text(encoding="utf-8-sig"):
        raise LookupError("the ledger has no posting of what was signed for")


def await_drained(walk: Walk) -> None:
    """Wait until no fact waits for its handler."""

    def look() -> bool | None:
        walk.programs.check_alive()
        answer = requests.get(f"{walk.box.url('web')}/readyz", timeout=10).json()
        return True if answer["deliveries"] == {} else None

    until(look, patience_s=walk.patience_s, waiting_for="what follows from the facts")


def export_ledger(walk: Walk) -> None:
    """Take the ledger out."""
    walk.box.run("shop.cli", "export", "ledger", str(walk.box.out / "ledger.csv"))


def _export(walk: Walk) -> None:
    catalogue = str(walk.box.out / "catalogue.csv")
    walk.box.run("shop.cli", "export", "catalogue", catalogue)
    Copies(walk).keep_receipts()


def show_refund(walk: Walk) -> None:
    """See the money of an order that could not go on come back: page, ledger, provider.

    Leaves ``ledger.csv`` and ``balance.json``, the provider's own movements.
    """
    walk.await_order("已退款")
    await_drained(walk)
    export_ledger(walk)
    answer = requests.get(
        f"{walk.box.url('stripe')}/v1/balance_transactions",
        headers={"Authorization": f"Bearer {walk.box.secrets['stripe_api_key']}"},
        params={"limit": 100},
        timeout=10,
    )
    answer.raise_for_status()
    movements = answer.json()["data"]
    (walk.box.out / "balance.json").write_text(json.dumps(movements, indent=1) + "\n")
    left_fen = sum(movement["amount"] for movement in movements)
    if left_fen != 0:
        raise ValueError(f"the provider still has {left_fen} fen of what was paid")
