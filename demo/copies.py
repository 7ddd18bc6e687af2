"""Decides what of customs' plain copies is awaited and kept: who sent what, and what was answered.

The copies are the other side's own; ours are sealed.
"""

import re
import shutil
from pathlib import Path

from demo.other_side import COURIER, DXP_IDS, PAYMENT_COMPANY, PLATFORM
from demo.timeline import StepFailed, until
from demo.walk import Walk

_REFUSED = re.compile(r"returnStatus>(-\d+|100)<.*?returnInfo>(.*?)<", re.S)


class Refused(Exception):
    """Customs answered a document with a refusal; the message says which and why."""


class Copies:
    """Customs' copies of the messages of one walk."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk
        self._out = walk.box.out

    def of(self, dxp_of: str, way: str, kind: str) -> list[Path]:
        """Return the copies of ``kind`` that came from or went to a sender."""
        folder = self._walk.box.folder / "copies" / DXP_IDS[dxp_of] / way
        return sorted(folder.glob(f"{kind}-*.xml"))

    def await_sent(self, kind: str, sender: str) -> None:
        """Wait until customs has ``kind`` from ``sender``, and keep the copy."""
        self._await(sender, "received", kind, self._out / f"{kind}.xml")

    def await_receipt(self, kind: str, receiver: str, *statuses: str) -> None:
        """Wait until customs has answered ``receiver`` with receipts saying ``statuses``.

        Raises ``Refused`` when it refuses instead.
        """

        def look() -> bool | None:
            self._walk.programs.check_alive()
            texts = [path.read_text() for path in self.of(receiver, "sent", kind)]
            for text in texts:
                if (refused := _REFUSED.search(text)) is not None:
                    raise Refused(f"{kind} says {refused[1]}: {refused[2]}")
            said = {status for status in statuses if any(f">{status}<" in text for text in texts)}
            return True if said == set(statuses) else None

        waiting_for = f"{kind} {'/'.join(statuses)}"
        until(look, patience_s=self._walk.patience_s, waiting_for=waiting_for)

    def _await(self, dxp_of: str, way: str, kind: str, target: Path) -> None:
        def look() -> Path | None:
            self._walk.programs.check_alive()
            return next(iter(self.of(dxp_of, way, kind)), None)

        shutil.copy(until(look, patience_s=self._walk.patience_s, waiting_for=kind), target)

    def three_accepted(self) -> None:
        """Each sender has customs' acceptance of its own document."""
        self.await_receipt("CEB312", PLATFORM, "120")
        self.await_receipt("CEB412", PAYMENT_COMPANY, "120")
        self.await_receipt("CEB512", COURIER, "120")

    def await_tax_bill(self) -> None:
        """Customs' bill has come and says what the shopper was quoted."""
        bill = self._walk.box.folder / "CEB816.xml"
        self._await(PLATFORM, "sent", "CEB816", bill)
        billed = _sum_of(bill, "valueAddedTax", "consumptionTax", "customsTax")
        quoted = _sum_of(self._out / "CEB311.xml", "taxTotal")
        if billed != quoted:
            raise StepFailed("816", f"customs bills {billed} fen, the shopper was quoted {quoted}")

    def keep_receipts(self) -> None:
        """Keep every receipt that customs sent, the tax bill under its own name."""
        folder = self._out / "receipts"
        folder.mkdir(exist_ok=True)
        for sender in (PLATFORM, PAYMENT_COMPANY, COURIER):
            for path in self.of(sender, "sent", "*"):
                name = "CEB816.xml" if path.name.startswith("CEB816") else path.name
                shutil.copy(path, folder / name)


def _sum_of(path: Path, *elements: str) -> int:
    """Return the sum in fen of the first of each element of a message."""
    text, fen = path.read_text(), 0
    for element in elements:
        amount = text.split(f"{element}>", 1)[1].split("<", 1)[0]
        yuan, _, cents = amount.partition(".")
        fen += int(yuan) * 100 + int((cents + "00")[:2])
    return fen
