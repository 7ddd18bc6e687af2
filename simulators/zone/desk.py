"""Decide what may leave the zone, on whose list, in which vehicle, and note that it left.

Whether a declaration list is released is customs' word, asked over HTTP; no personal data here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

import requests

from simulators.books import Books, next_serial
from simulators.daemon import Form, Refused, china_now, log, malformed

SCHEMA = """
CREATE TABLE IF NOT EXISTS request (
    request_no TEXT PRIMARY KEY,
    body_hash  TEXT NOT NULL,
    answer     TEXT NOT NULL             -- JSON
);
CREATE TABLE IF NOT EXISTS bonded_inventory_list (
    bonded_inventory_list_no TEXT PRIMARY KEY,
    account_book_no          TEXT NOT NULL,
    area_code                TEXT NOT NULL,
    exit_pass_no             TEXT,       -- null until a pass names it
    at                       TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS listed (      -- a declaration list stands on one list for ever
    invt_no                  TEXT PRIMARY KEY,
    bonded_inventory_list_no TEXT NOT NULL REFERENCES bonded_inventory_list,
    waybill_no               TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS exit_pass (
    exit_pass_no TEXT PRIMARY KEY,
    vehicle_no   TEXT NOT NULL,
    gross_e5     INTEGER NOT NULL,       -- 1/100,000 kg
    state        TEXT NOT NULL,          -- approved, passed
    passed_at    TEXT,                   -- ISO, China
    deducted     INTEGER NOT NULL DEFAULT 0   -- 1: customs was told
);
"""
Work = Callable[[sqlite3.Connection], dict[str, str]]
_RETAIL_IMPORT = "8"
"""The type of a bonded inventory list for retail-import parcels."""


class CustomsDesk:
    """Customs over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False

    def declaration_list(self, invt_no: str) -> dict[str, object]:
        """Return what customs knows of the list, empty when nothing; ``Refused`` 503."""
        try:
            answer = self._session.get(f"{self._url}/lists/{invt_no}", timeout=5)
            if answer.status_code == requests.codes.not_found:
                return {}
            answer.raise_for_status()
            said: dict[str, object] = answer.json()
        except (requests.RequestException, ValueError):
            raise Refused(503, "customs_unavailable", "customs does not answer") from None
        return said

    def pass_gate(self, pass_no: str, invt_nos: list[str]) -> None:
        """Tell customs which lists left on a pass, so that it deducts the book; ``Refused`` 503."""
        self._tell("/gate-passes", {"exit_pass_no": pass_no, "invt_nos": invt_nos})

    def report_finding(self, invt_no: str, finding: str) -> dict[str, str]:
        """Tell customs what the bay found; return its status.  ``Refused`` 503 or as customs."""
        return self._tell(f"/inspections/{invt_no}", {"finding": finding})

    def _tell(self, path: str, body: dict[str, object]) -> dict[str, str]:
        try:
            answer = self._session.post(f"{self._url}{path}", json=body, timeout=5)
            said: dict[str, str] = answer.json()
        except (requests.RequestException, ValueError):
            raise Refused(503, "customs_unavailable", "customs does not answer") from None
        if not answer.ok:
            raise Refused(answer.status_code, said.get("error", ""), said.get("detail", ""))
        return said


class Desk:
    """The zone's desk and its gate."""

    def __init__(self, books: Books, customs: CustomsDesk, *, office: str) -> None:
        self._books = books
        self._customs = customs
        self._office = office

    def _answered(self, form: Form) -> dict[str, str]:
        """Return the answer that this request got before, empty when it is new."""
        row = self._books.row("SELECT * FROM request WHERE request_no = ?", form.text("request_no"))
        if row is None:
            return {}
        if row["body_hash"] != self._digest(form):
            raise Refused(409, "request_no_reused", "this request said something else")
        answer: dict[str, str] = json.loads(row["answer"])
        return answer

    def _digest(self, form: Form) -> str:
        return self._books.sealer.lookup(json.dumps(form.said, sort_keys=True), "request")

    def _once(self, form: Form, work: Work) -> dict[str, str]:
        """Do ``work`` in one transaction and keep its answer; a repeated request gets it again."""
        with self._books.write() as conn:
            answer = self._answered(form)
            if not answer:
                answer = work(conn)
                conn.execute(
                    "INSERT INTO request VALUES (?, ?, ?)",
                    (form.text("request_no"), self._digest(form), json.dumps(answer)),
                )
        return answer

    def take_list(self, form: Form) -> dict[str, str]:
        """Approve a bonded inventory list of released declaration lists.

        Raises ``Refused`` 409: list_unknown, list_not_released, account_book_differs,
        lines_differ, list_already_listed; 503 when customs is away.
        """
        if answered := self._answered(form):
            return answered
        if form.text("type") != _RETAIL_IMPORT:
            raise malformed("type: only 8, retail import, is taken")
        book, area = form.text("account_book_no", most=30), form.text("area_code", most=18)
        lists = [(one.text("invt_no", most=18), one.forms("lines")) for one in form.forms("lists")]
        waybills = {invt_no: self._checked(invt_no, book, lines) for invt_no, lines in lists}

        def work(conn: sqlite3.Connection) -> dict[str, str]:
            serial = next_serial(conn, "bonded_inventory_list")
            number = f"QD{self._office}{china_now():%y}E{serial:09d}"
            conn.execute(
                "INSERT INTO bonded_inventory_list VALUES (?, ?, ?, NULL, ?)",
                (number, book, area, china_now().isoformat(timespec="seconds")),
            )
            for invt_no, waybill_no in waybills.items():
                try:
                    conn.execute(
                        "INSERT INTO listed VALUES (?, ?, ?)", (invt_no, number, waybill_no)
                    )
                except sqlite3.IntegrityError:
                    raise Refused(409, "list_already_listed", invt_no) from None
            log("bonded inventory list", no=number, lists=len(waybills))
            return {"bonded_inventory_list_no": number, "state": "approved"}

        return self._once(form, work)

    def _checked(self, invt_no: str, book: str, lines: list[Form]) -> str:
        """Return the waybill number of a list that customs released with just these lines."""
        said = self._customs.declaration_list(invt_no)
        if not said:
            raise Refused(409, "list_unknown", f"{invt_no}: customs does not know it")
        if said["state"] != "released":
            raise Refused(409, "list_not_released", f"{invt_no}: {said['state']}")
        if said["ems_no"] != book:
            raise Refused(409, "account_book_differs", f"{invt_no}: {said['ems_no']}")
        theirs = said["lines"]
        known = {_line(Form(one)) for one in theirs} if isinstance(theirs, list) else set()
        if known != {_line(one) for one in lines} or len(known) != len(lines):
            raise Refused(409, "lines_differ", f"{invt_no}: not the lines that were released")
        return str(said["logistics_no"])

    def give_pass(self, form: Form) -> dict[str, str]:
        """Approve an exit pass for whole bonded inventory lists and exactly their parcels.

        Raises ``Refused`` 409: bonded_inventory_list_unknown, bonded_inventory_list_used,
        parcels_differ.
        """
        numbers, parcels = form.texts("bonded_inventory_list_nos"), form.texts("parcels")
        vehicle, gross = form.text("vehicle_no", most=20), form.whole("gross_e5", low=1)

        def work(conn: sqlite3.Connection) -> dict[str, str]:
            serial = next_serial(conn, "exit_pass")
            pass_no = f"P{self._office}{china_now():%y}E{serial:010d}"
            expected = {waybill for no in numbers for waybill in _parcels_of(conn, no, pass_no)}
            if expected != set(parcels):
                raise Refused(409, "parcels_differ", "not the parcels of these lists")
            conn.execute(
                "INSERT INTO exit_pass VALUES (?, ?, ?, 'approved', NULL, 0)",
                (pass_no, vehicle, gross),
            )
            log("exit pass", no=pass_no, parcels=len(parcels))
            return {"exit_pass_no": pass_no, "state": "approved"}

        return self._once(form, work)

    def view_pass(self, pass_no: str) -> dict[str, str]:
        """Return a pass with its state; raises ``Refused`` 404."""
        row = self._books.row("SELECT * FROM exit_pass WHERE exit_pass_no = ?", pass_no)
        if row is None:
            raise Refused(404, "exit_pass_not_found", "no pass has this number")
        passed_at = row["passed_at"] or ""
        return {"exit_pass_no": pass_no, "state": row["state"], "passed_at": passed_at}

    def open_gate(self, pass_no: str, vehicle: str) -> dict[str, str]:
        """Let the vehicle of the pass through, once; raises ``Refused`` 404, 409 wrong_vehicle."""
        self.view_pass(pass_no)
        now = china_now().isoformat(timespec="milliseconds")
        with self._books.write() as conn:
            conn.execute(
                "UPDATE exit_pass SET state = 'passed', passed_at = ?"
                " WHERE exit_pass_no = ? AND vehicle_no = ? AND state = 'approved'",
                (now, pass_no, vehicle),
            )
            row = conn.execute(
                "SELECT vehicle_no FROM exit_pass WHERE exit_pass_no = ?", (pass_no,)
            ).fetchone()
        if row["vehicle_no"] != vehicle:
            raise Refused(409, "wrong_vehicle", "the pass names another vehicle")
        return self.view_pass(pass_no)

    def step(self) -> None:
        """Tell customs of every pass that went through, until it has heard."""
        for row in self._books.rows(
            "SELECT exit_pass_no FROM exit_pass WHERE state = 'passed' AND deducted = 0"
        ):
            pass_no = row["exit_pass_no"]
            lists = self._books.rows(
                "SELECT invt_no FROM listed JOIN bonded_inventory_list"
                " USING (bonded_inventory_list_no) WHERE exit_pass_no = ?",
                pass_no,
            )
            self._customs.pass_gate(pass_no, [each["invt_no"] for each in lists])
            with self._books.write() as conn:
                conn.execute("UPDATE exit_pass SET deducted = 1 WHERE exit_pass_no = ?", (pass_no,))


def _parcels_of(conn: sqlite3.Connection, number: str, pass_no: str) -> list[str]:
    """Give the list ``number`` to the pass and return its waybill numbers."""
    row = conn.execute(
        "SELECT exit_pass_no FROM bonded_inventory_list WHERE bonded_inventory_list_no = ?",
        (number,),
    ).fetchone()
    if row is None:
        raise Refused(409, "bonded_inventory_list_unknown", number)
    if row["exit_pass_no"]:
        raise Refused(409, "bonded_inventory_list_used", f"{number}: {row['exit_pass_no']}")
    conn.execute(
        "UPDATE bonded_inventory_list SET exit_pass_no = ? WHERE bonded_inventory_list_no = ?",
        (pass_no, number),
    )
    rows = conn.execute(
        "SELECT waybill_no FROM listed WHERE bonded_inventory_list_no = ?", (number,)
    )
    return [each["waybill_no"] for each in rows]


def _line(form: Form) -> tuple[str, str, Decimal]:
    """Return (gnum, item record number, quantity) however the numbers are written."""
    said = form.said
    try:
        qty = Decimal(str(said["qty"]))
        return str(int(str(said["gnum"]))), str(said["item_record_no"]), qty
    except (KeyError, ValueError, InvalidOperation):
        raise malformed("lines: gnum, item_record_no, qty") from None
