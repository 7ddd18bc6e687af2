"""Decide how the customs tests act on the desk from outside and look at its books."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Table, func, select

from bonded_display.customs.changes.tables import goods_return, list_withdrawal
from bonded_display.customs.desk import Desk
from bonded_display.customs.drafts import draft_many
from bonded_display.customs.handed import DraftList
from bonded_display.customs.record_acceptance import record_acceptance
from bonded_display.customs.sendings import Submitted
from bonded_display.customs.submit_list import submit_list
from bonded_display.customs.submit_order import submit_order
from bonded_display.customs.tables import (
    customs_mail,
    customs_message,
    customs_receipt,
    declaration_list,
    document,
)
from bonded_display.customs.take_in_mail import TakenIn, take_in_mail
from bonded_display.customs.transport import dxp
from kernel import db, ids
from kernel.batch import Batch
from kernel.outbox import fact_table
from settlement.tax import guarantees
from settlement.tax.tables import guarantee
from tests.unit.customs.examples import CONSIGNEE, PERSON, draft, order
from tests.unit.customs.receipts import mail, order_receipt

AT = "20261124100100000"
BOOKS = (
    declaration_list,
    document,
    list_withdrawal,
    goods_return,
    customs_message,
    customs_mail,
    customs_receipt,
    fact_table,
)


def file_guarantee(assure_code: str) -> None:
    """File a retail-tax guarantee of 500.00 yuan, of a guarantor with this customs code."""
    with db.write() as conn:
        guarantees.put_guarantee(
            conn,
            guarantees.Guarantee(
                id=ids.new(),
                purpose="retail_tax",
                guarantor_enterprise_id=6,
                assure_code=assure_code,
                customs_office="0501",
                limit_fen=50_000,
                valid_from_on=date(2020, 1, 1),
                valid_to_on=date(2099, 12, 31),
            ),
        )


@dataclass
class Office:
    """The desk under test and the folder that it shares with customs."""

    folder: Path
    desk: Desk

    def drafted(self, list_id: int = 7001, order_id: int = 42, **changes: Any) -> int:
        """Write one draft as a paid order's commit does, and return the list's id."""
        self.write(draft(list_id, order_id, **changes))
        return list_id

    def write(self, made: DraftList) -> None:
        """Write one draft."""
        with db.write() as conn, Batch(conn) as batch:
            draft_many(batch, [made])

    def ready(self, list_id: int = 7001, order_id: int = 42, **changes: Any) -> int:
        """Return a list whose three documents customs has accepted."""
        self.drafted(list_id, order_id, **changes)
        submit_order(order(order_id))
        self.hear(order_receipt(order(order_id).order_no, status=120, time=AT))
        for kind in ("payment", "waybill"):
            record_acceptance(order_id, kind, status="120", return_time_text=AT)
        return list_id

    def sent(self, list_id: int = 7001, order_id: int = 42, **changes: Any) -> Submitted:
        """Return the sending of a list that went out."""
        return submit_list(self.ready(list_id, order_id, **changes), PERSON, CONSIGNEE)

    def hear(self, *texts: str) -> TakenIn:
        """Let customs put mail in, and take it in."""
        for text in texts:
            self.put(mail(text))
        return take_in_mail()

    def put(self, raw: bytes, name: str = "") -> str:
        """Put one file into the in-folder."""
        incoming = self.folder / "in"
        chosen = name or f"{len(list(incoming.iterdir())):06d}.xml"
        (incoming / chosen).write_bytes(raw)
        return chosen

    def out(self) -> dict[str, bytes]:
        """Return what lies in the out-folder: business messages by file name."""
        files = sorted((self.folder / "out").iterdir())
        return {path.name: dxp.unwrap(path.read_bytes()) for path in files}

    def messages(self) -> list[Any]:
        """Return the stored messages, oldest first."""
        with db.read() as conn:
            return list(conn.execute(select(customs_message).order_by(customs_message.c.id)))

    def list_row(self, list_id: int = 7001) -> Any:
        """Return the list's row."""
        with db.read() as conn:
            return conn.execute(
                select(declaration_list).where(declaration_list.c.id == list_id)
            ).one()

    def documents(self, order_id: int = 42) -> dict[str, str]:
        """Return the state of each document of an order."""
        with db.read() as conn:
            rows = conn.execute(select(document).where(document.c.order_id == order_id))
            return {row.kind: row.state for row in rows}

    def facts(self, prefix: str = "") -> list[tuple[str, dict[str, Any]]]:
        """Return the facts told so far, oldest first."""
        with db.read() as conn:
            rows = conn.execute(
                select(fact_table.c.name, fact_table.c.payload).order_by(fact_table.c.id)
            ).all()
        return [(r.name, json.loads(r.payload)) for r in rows if r.name.startswith(prefix)]

    def papers(self, table: Table) -> list[Any]:
        """Return the rows of withdrawals or goods returns, oldest first."""
        with db.read() as conn:
            return list(conn.execute(select(table).order_by(table.c.id)))

    def notes(self) -> list[tuple[int, bool, str]]:
        """Return status, taken and note of every kept receipt."""
        table = customs_receipt
        with db.read() as conn:
            rows = conn.execute(
                select(table.c.return_status, table.c.taken, table.c.note).order_by(table.c.id)
            )
            return [(row.return_status, row.taken, row.note) for row in rows]

    def held_fen(self) -> int:
        """Return what the guarantee holds."""
        with db.read() as conn:
            return int(conn.execute(select(guarantee.c.held_fen)).scalar_one())

    def books(self) -> list[tuple[str, int, str]]:
        """Return name, row count and content of every table of the desk, to compare."""
        with db.read() as conn:
            return [
                (
                    table.name,
                    conn.execute(select(func.count()).select_from(table)).scalar_one(),
                    repr(conn.execute(select(table).order_by(*table.primary_key)).all()),
                )
                for table in BOOKS
            ]
