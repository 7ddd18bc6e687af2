"""What the back office's tests stand on: the real app over orders that the verbs made.

Customs is a folder into which the tests put the answers; the payment provider answers as told.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from bonded_display.customs import desk as customs_desk
from bonded_display.customs.changes.amend_list import Corrections, amend_list
from bonded_display.customs.desk import Desk
from bonded_display.customs.handed import PaidBy, Parties
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.take_in_mail import take_in_mail
from bonded_display.customs.transport.directory import DirectoryMailbox
from demo.other_side import PAYMENT_COMPANY, PLATFORM
from kernel import clock, db, deliveries
from kernel.db import Database
from settlement.tax import guarantees
from shop import flow
from shop.accounts.put_staff import put_staff
from shop.accounts.sign_in_staff import sign_in_staff
from shop.capture_payment import capture_payment
from shop.handovers.customs_desk import consignee, order_document, person
from shop.queries import Order, read_order
from shop.steps import after_customs
from shop.web.login import STAFF_COOKIE
from tests.db.shop.money import Sale, sell
from tests.support.sample_house import Sample, rows
from tests.support.wallet import Wallet
from tests.unit.customs.examples import PARTIES, signer
from tests.unit.customs.receipts import bill, list_receipt, mail, order_receipt

DXP_ID = "DXPQZPLATFORM001"
PASSWORD = "correct horse battery"
HANDLERS = dict.fromkeys(flow.HANDLERS, lambda _fact: None) | {
    "mark_declared": after_customs.mark_declared,
    "mark_released": after_customs.mark_released,
    "open_pick_task": after_customs.open_pick,
    "refuse_order": after_customs.refuse_rejected,
    "take_tax_bill": after_customs.book_tax_bill,
}


@contextmanager
def customs_folder(folder: Path) -> Iterator[Path]:
    """A customs desk with a key of the sample's platform and its mailbox in ``folder``."""
    customs_desk.use(
        Desk(
            signer=signer(PLATFORM),
            mailbox=DirectoryMailbox(folder, DXP_ID),
            guarantees=guarantees,
            dxp_id=DXP_ID,
        )
    )
    try:
        yield folder / DXP_ID
    finally:
        customs_desk.use(None)


@dataclass
class Trade:
    """Orders of the sample at every step of their way; ``sold`` counts the shoppers."""

    sample: Sample
    wallet: Wallet
    folder: Path
    sold: int = 0
    mails: int = 0
    numbers: dict[int, str] = field(default_factory=dict)

    def placed(self, *, sku: str = "", pieces: int = 1) -> Sale:
        """Return an order that waits for its money."""
        self.sold += 1
        return sell(self.sample, self.sold, ask=self.sample.ask(pieces, sku=sku))

    def paid(self, *, sku: str = "", pieces: int = 1) -> Order:
        """Return a paid order with its draft list."""
        sale = self.placed(sku=sku, pieces=pieces)
        capture_payment(sale.heard(self.wallet, event=f"evt_{self.sold}"))
        return self.order(sale.order_id)

    def sent(self, *, sku: str = "", pieces: int = 1) -> Order:
        """Return an order whose three documents are accepted and whose list went out."""
        order = self.paid(sku=sku, pieces=pieces)
        paid_by = PaidBy(PAYMENT_COMPANY, "盒付支付科技有限公司", f"PAY{self.sold:012d}")
        submit_order(order_document(order, paid_by=paid_by))
        parties = Parties.from_text(order.parties)
        text = order_receipt(
            order.order_no, status=120, time=self._time(), platform=parties.platform.code
        )
        self.hear(text.replace(PARTIES.merchant.code, parties.merchant.code))
        for kind in ("payment", "waybill"):
            record_acceptance(order.id, kind, status="120", return_time_text=self._time())
        submit_list(order.declaration_list_id or 0, person(order), consignee(order))
        return self.order(order.id)

    def answered(self, order: Order, status: int) -> None:
        """Let customs answer to the list."""
        number = self.numbers.setdefault(order.id, f"05012026I{len(self.numbers) + 1:09d}")
        text = list_receipt(
            str(order.declaration_list_id),
            status=status,
            time=self._time(),
            more=f"<invtNo>{number}</invtNo>" if status > 100 else "<note>x</note>",
        )
        self.hear(text.replace(PARTIES.agent.code, Parties.from_text(order.parties).agent.code))

    def sent_again(self, order: Order) -> None:
        """Send the refused list again under a new guid."""
        amend_list(order.declaration_list_id or 0, Corrections())

    def released(self, *, sku: str = "", pieces: int = 1) -> Order:
        """Return an order whose list customs released; a picker is sent."""
        order = self.sent(sku=sku, pieces=pieces)
        self.answered(order, 120)
        self.answered(order, 800)
        self.settle()
        return self.order(order.id)

    def billed(self, order: Order) -> None:
        """Let customs bill a tax that is not what was quoted."""
        self.hear(bill(self.numbers[order.id]))
        self.settle()

    def order(self, order_id: int) -> Order:
        """Return an order as it stands."""
        with db.read() as conn:
            return read_order(conn, order_id)

    def hear(self, text: str) -> None:
        """Put one mail of customs in and take it in."""
        incoming = self.folder / "in"
        incoming.mkdir(parents=True, exist_ok=True)
        self.mails += 1
        (incoming / f"{self.mails:06d}.xml").write_bytes(mail(text))
        assert take_in_mail().recorded == 1

    def settle(self) -> None:
        """Let the handlers of customs' answers run; the others' facts wait."""
        while deliveries.run_due(HANDLERS, most=200):
            pass

    def _time(self) -> str:
        return clock.china_text_ms(clock.now() + self.mails * clock.SECOND)


@dataclass
class Operator:
    """A staff member at the desk: sees pages and presses the buttons that stand on them."""

    client: FlaskClient
    lang: str = "zh-CN"

    def see(self, path: str, status: int = 200) -> TestResponse:
        """Open a page."""
        answer = self.client.get(path, headers=self._heads())
        assert answer.status_code == status, answer.text[:4000]
        return answer

    def press(self, page: str, action: str, **typed: str) -> TestResponse:
        """Send the form of ``page`` that leads to ``action`` with its hidden fields."""
        text = self.see(page).text
        assert f'action="{action}"' in text, f"no form to {action} on {page}"
        token = text.split('name="csrf_token" value="')[1].split('"')[0]
        return self.client.post(action, data={"csrf_token": token, **typed}, headers=self._heads())

    def _heads(self) -> dict[str, str]:
        return {"Accept": "text/html", "Accept-Language": self.lang}


def staff_desk(app: Flask, role: str = "operator", lang: str = "zh-CN") -> Operator:
    """Return a desk at which somebody of ``role`` is signed in."""
    put_staff(role, PASSWORD, role=role)
    client = app.test_client()
    client.set_cookie(STAFF_COOKIE, sign_in_staff(role, PASSWORD))
    return Operator(client, lang)


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Gather the statements that reach the database; how a transaction begins is none."""
    said: list[str] = []

    def note(_conn, _cursor, statement, *_rest) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    for engine in {database.engine, database.reader}:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in {database.engine, database.reader}:
            event.remove(engine, "before_cursor_execute", note)


def audits(verb: str) -> list[tuple[str, str]]:
    """Return (actor, subject) of every audited deed of this name."""
    query = "SELECT actor, subject FROM audit_line WHERE verb = :verb ORDER BY id"
    return [(row[0], row[1]) for row in rows(query, verb=verb)]
