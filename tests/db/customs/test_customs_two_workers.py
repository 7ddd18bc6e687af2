"""Two workers read one folder: what each hears at the same moment comes together."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bonded_display.customs import record_receipt as module
from bonded_display.customs.record_receipt import record_receipt
from tests.db.customs.office import Office
from tests.unit.customs.receipts import BILL, list_receipt, mail

RELEASED = list_receipt("7001", status=800, time="20261124100203050")
PATIENCE_S = 2.0
"""On SQLite the second cannot write before the first has ended: nobody waits for it longer."""


def test_bill_that_crosses_the_answer_with_the_lists_number_is_told(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One has looked for waiting bills and not ended yet; the other keeps the bill, unmatched."""
    office.sent()
    looked, kept = threading.Event(), threading.Event()
    take_waiting, look_again = module._take_waiting_bills, module._look_again

    def looks_early(*args: Any) -> None:
        take_waiting(*args)
        if not looked.is_set():
            looked.set()
            kept.wait(PATIENCE_S)

    def looks_late(*args: Any) -> None:
        threading.Timer(0.2, kept.set).start()
        look_again(*args)

    monkeypatch.setattr(module, "_take_waiting_bills", looks_early)
    monkeypatch.setattr(module, "_look_again", looks_late)
    with ThreadPoolExecutor(2) as workers:
        answer = workers.submit(record_receipt, mail(RELEASED), name="1.xml")
        assert looked.wait(10)
        bill = workers.submit(record_receipt, mail(BILL), name="2.xml")
        answer.result(20)
        bill.result(20)

    assert [name for name, _ in office.facts("tax.")] == ["tax.billed"]
    assert office.notes()[-2:] == [(800, True, ""), (1, True, "")]
