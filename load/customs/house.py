"""Decides how the customs bench opens the product: a house of its own, and its two ways to sign.

In groups is what building, checking, signing and storing cost by themselves; one by one is the
verb with its locks, guarantee, facts and folder.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bonded_display.customs import desk, sendings
from bonded_display.customs.drafts import draft_many
from bonded_display.customs.messages import business, rules_1210
from bonded_display.customs.messages.base_transfer import transfer_of
from bonded_display.customs.messages.ceb621 import CEB621
from bonded_display.customs.messages.table import Document, Fault
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.sendings import Sending, Submitted
from bonded_display.customs.sign.signer import FileSigner
from bonded_display.customs.sign.xmldsig import signed
from bonded_display.customs.states import ACCEPTED
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.tables import document
from kernel import clock, config, db, ids
from kernel.batch import Batch
from kernel.clock import Instant
from load.customs.lists import ASSURE_CODE, Made
from load.sample import PLATFORM, PLATFORM_NAME
from load.site import Site
from settlement.tax import guarantees
from shop.house import open_house


@dataclass(frozen=True)
class CustomsHouse:
    """An open house with a desk, its key a file."""

    desk: desk.Desk

    @property
    def key(self) -> FileSigner:
        """The software key that signs."""
        assert isinstance(self.desk.signer, FileSigner)
        return self.desk.signer

    def sign_group(self, group: Sequence[tuple[Made, Document]], at: Instant) -> list[Submitted]:
        """Build, check, sign and store lists in one commit; each holds to its order's texts."""
        made = [self._sending(one, order, at) for one, order in group]
        with db.write() as conn:
            return sendings.store_many(conn, made, at)

    def _sending(self, made: Made, order: Document, at: Instant) -> Sending:
        guid = business.new_guid()
        declared = made.list_texts(guid, at)
        transmitter = made.draft.parties.transmitter
        root = business.build(
            CEB621,
            declared,
            transfer=transfer_of(transmitter, self.desk.dxp_id),
            rules=lambda: _faults(order, declared),
        )
        signer = desk.signer_of(self.desk, transmitter.code, at)
        raw = signed(root, signer, self.desk.methods, at=at)
        return Sending("CEB621", made.draft.order_id, made.draft.id, guid, raw)

    def accept(self, made: Made) -> None:
        """Bring an order to where its list may be sent: draft written, three papers accepted."""
        with db.write() as conn, Batch(conn) as batch:
            draft_many(batch, [made.draft])
        submit_order(made.order)
        with db.write() as conn:
            conn.execute(
                document.update()
                .where(document.c.order_id == made.draft.order_id)
                .values(state=ACCEPTED)
            )
        text = clock.china_text(clock.now())
        for kind in ("payment", "waybill"):
            record_acceptance(made.draft.order_id, kind, status="120", return_time_text=text)

    def submit(self, made: Made) -> Submitted:
        """Send one list by the verb."""
        return submit_list(made.draft.id, *made.buyer)


def _faults(order: Document, declared: Document) -> list[Fault]:
    return rules_1210.list_faults(declared) + rules_1210.pair_faults(order, declared)


def signed_bytes(guid: str) -> bytes:
    """Return what is stored under ``guid``."""
    with db.read() as conn:
        return sendings.signed_bytes(conn, guid)


@contextmanager
def customs_house(folder: Path) -> Iterator[CustomsHouse]:
    """Open a house on a SQLite file in ``folder`` with a key and a guarantee that holds all."""
    site = Site(folder, f"sqlite:///{folder}/bench.db", port=0, processes=1)
    site.run("shop.cli", "migrate")
    site.run(
        "simulators.customs",
        "issue",
        *("--code", PLATFORM, "--name", PLATFORM_NAME),
        *("--out", str(folder / "keys"), "--trust", str(folder / "trust")),
    )
    with open_house(config.load(None, site.environment)):
        with db.write() as conn:
            guarantees.put_guarantee(
                conn,
                guarantees.Guarantee(
                    id=ids.new(),
                    purpose="retail_tax",
                    guarantor_enterprise_id=6,
                    assure_code=ASSURE_CODE,
                    customs_office="0501",
                    limit_fen=10**12,
                    valid_from_on=date(2024, 1, 1),
                    valid_to_on=date(2035, 12, 31),
                ),
            )
        try:
            yield CustomsHouse(desk.current())
        finally:
            desk.use(None)
