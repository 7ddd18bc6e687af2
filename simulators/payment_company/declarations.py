"""Decide whether a share of a payment may be declared, and keep the declarations.

The document travels by ``declaring``; gross and payer come from ``provider``.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from simulators.books import Books, next_serial
from simulators.daemon import Form, Refused, china_now, log
from simulators.declaring import Declarer, Sender
from simulators.payment_company.provider import Paid, Provider

SCHEMA = """
CREATE TABLE IF NOT EXISTS declaration (
    request_no         TEXT PRIMARY KEY,     -- the platform's
    body_hash          TEXT NOT NULL,        -- keyed; tells a replay from another request
    pay_transaction_id TEXT NOT NULL UNIQUE,
    order_no           TEXT NOT NULL,
    provider_payment   TEXT NOT NULL,
    amount_fen         INTEGER NOT NULL CHECK (amount_fen > 0),
    at                 TEXT NOT NULL         -- ISO, China
);
CREATE INDEX IF NOT EXISTS declaration_payment ON declaration (provider_payment);
"""


@dataclass(frozen=True)
class Ask:
    """What the platform asks for; the share is in fen."""

    request_no: str
    order_no: str
    ebp_code: str
    ebp_name: str
    amount_fen: int
    provider_payment: str

    @classmethod
    def read(cls, form: Form) -> Ask:
        """Return the ask in ``form``; raises ``Refused`` 422."""
        return cls(
            form.text("request_no"),
            form.text("order_no"),
            form.text("ebp_code", most=18),
            form.text("ebp_name", most=100),
            form.whole("amount_fen", low=1),
            form.text("provider_payment", most=255),
        )


class Desk:
    """The payment company's desk for declarations."""

    def __init__(self, books: Books, declarer: Declarer, provider: Provider, me: Sender) -> None:
        self._books = books
        self._declarer = declarer
        self._provider = provider
        self._me = me

    def take(self, ask: Ask, *, correlation: str) -> dict[str, str]:
        """Take the declaration; a repeated request gets the first answer.

        Raises ``Refused``: 409 request_no_reused, refused, share_exceeds_gross and what ``provider``
        refuses; 503 when the money side is away.  Nothing is kept then.
        """
        digest = self._books.sealer.lookup(json.dumps(vars(ask), sort_keys=True), "ask")
        known = self.view(ask.request_no, digest=digest)
        if known:
            return known
        paid = self._provider.paid(ask.provider_payment, correlation=correlation)
        with self._books.write() as conn:
            self._keep(conn, ask, digest, paid)
        log("declaration taken", request_no=ask.request_no, correlation=correlation)
        return self.view(ask.request_no)

    def _keep(self, conn: sqlite3.Connection, ask: Ask, digest: str, paid: Paid) -> None:
        """Write the declaration and hand its document in, in one transaction."""
        twin = conn.execute("SELECT 1 FROM declaration WHERE request_no = ?", (ask.request_no,))
        if twin.fetchone():
            return
        self._declarer.accepts(conn, "CEB411", ask.order_no)
        declared = conn.execute(
            "SELECT COALESCE(SUM(amount_fen), 0) FROM declaration WHERE provider_payment = ?",
            (ask.provider_payment,),
        ).fetchone()[0]
        if declared + ask.amount_fen > paid.gross_fen:
            left = paid.gross_fen - declared
            raise Refused(409, "share_exceeds_gross", f"{left} fen of the payment are left")
        now = china_now()
        number = f"{now:%Y%m%d}{self._me.code}{next_serial(conn, 'transaction'):010d}"
        conn.execute(
            "INSERT INTO declaration VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                ask.request_no,
                digest,
                number,
                ask.order_no,
                ask.provider_payment,
                ask.amount_fen,
                now.isoformat(timespec="seconds"),
            ),
        )
        head = self._head(ask, number, paid)
        self._declarer.hand_in(conn, "CEB411", number, head, order_no=ask.order_no)

    def _head(self, ask: Ask, number: str, paid: Paid) -> dict[str, str]:
        return {
            "payCode": self._me.code,
            "payName": self._me.name,
            "payTransactionId": number,
            "orderNo": ask.order_no,
            "ebpCode": ask.ebp_code,
            "ebpName": ask.ebp_name,
            "payerIdType": "1",
            "payerIdNumber": paid.payer_id_number,
            "payerName": paid.payer_name,
            "telephone": paid.payer_phone,
            "amountPaid": f"{ask.amount_fen // 100}.{ask.amount_fen % 100:02d}",
            "payTime": paid.paid_at.strftime("%Y%m%d%H%M%S"),
        }

    def view(self, request_no: str, *, digest: str | None = None) -> dict[str, str]:
        """Return a declaration with its state, empty when unknown.

        Raises ``Refused`` 409 when ``digest`` is given and the request said something else.
        """
        row = self._books.row("SELECT * FROM declaration WHERE request_no = ?", request_no)
        if row is None:
            return {}
        if digest not in (None, row["body_hash"]):
            raise Refused(409, "request_no_reused", "this request number said something else")
        return {
            "request_no": request_no,
            "pay_transaction_id": row["pay_transaction_id"],
            "pay_code": self._me.code,
            "pay_name": self._me.name,
            **self._declarer.state("CEB411", row["pay_transaction_id"]),
        }

    def again(self, request_no: str) -> dict[str, str]:
        """Send a rejected declaration anew and return it; an unknown one is empty."""
        seen = self.view(request_no)
        if seen and not self._declarer.again("CEB411", seen["pay_transaction_id"]):
            raise Refused(409, "not_rejected", "only a rejected declaration is sent again")
        return self.view(request_no)

    def compare(self, payment: str, *, name: str, id_number: str, correlation: str) -> str:
        """Return whether the payer is this person: same, different or unchecked."""
        try:
            paid = self._provider.paid(payment, correlation=correlation)
        except Refused:
            return "unchecked"
        if not paid.payer_name or not paid.payer_id_number:
            return "unchecked"
        same = (paid.payer_name, paid.payer_id_number) == (name, id_number.upper())
        return "same" if same else "different"
