"""Keep the inspection bay: which parcel was brought, what was found, what customs says then.

A parcel is brought by its waybill number, and only while customs looks at its list (status 500).
"""

from __future__ import annotations

from simulators.books import Books
from simulators.daemon import Form, Refused, china_now, log, malformed
from simulators.zone.desk import CustomsDesk

SCHEMA = """
CREATE TABLE IF NOT EXISTS bay (
    invt_no    TEXT PRIMARY KEY,
    waybill_no TEXT NOT NULL,
    brought_at TEXT NOT NULL,            -- ISO, China
    finding    TEXT,                     -- intact, sampled, repacked, seized, ...
    sampled    INTEGER NOT NULL DEFAULT 0,   -- pieces kept as samples
    found_at   TEXT,
    status     TEXT                      -- what customs said then: 800, 502, 599, 700
);
"""
_FINDINGS = frozenset({"intact", "sampled", "repacked", "seized", "destroyed", "sent_back"})


class Bay:
    """The bay and its book."""

    def __init__(self, books: Books, customs: CustomsDesk) -> None:
        self._books = books
        self._customs = customs

    def bring_in(self, form: Form) -> dict[str, str]:
        """Take a parcel into the bay; brought twice it is there once.

        Raises ``Refused`` 409: list_unknown, not_in_inspection, another_parcel; 503.
        """
        invt_no, waybill_no = form.text("invt_no", most=18), form.text("waybill_no")
        said = self._customs.declaration_list(invt_no)
        if not said:
            raise Refused(409, "list_unknown", f"{invt_no}: customs does not know it")
        if said["logistics_no"] != waybill_no:
            raise Refused(409, "another_parcel", f"{waybill_no}: not the parcel of {invt_no}")
        if said["state"] != "inspection":
            raise Refused(409, "not_in_inspection", f"{invt_no}: {said['state']}")
        with self._books.write() as conn:
            conn.execute(
                "INSERT INTO bay (invt_no, waybill_no, brought_at) VALUES (?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (invt_no, waybill_no, _now()),
            )
        return self.view(invt_no)

    def view(self, invt_no: str) -> dict[str, str]:
        """Return a parcel in the bay with what was found; ``Refused`` 404."""
        row = self._books.row("SELECT * FROM bay WHERE invt_no = ?", invt_no)
        if row is None:
            raise Refused(404, "parcel_not_found", "no such parcel was brought")
        return {name: str(row[name] or "") for name in row.keys()}  # noqa: SIM118

    def report(self, invt_no: str, form: Form) -> dict[str, str]:
        """Tell customs what was found, and keep what it says; once.

        Raises ``Refused``: 422, 404, 409 already_found or as customs says, 503.
        """
        finding = form.text("finding")
        sampled = form.whole("sampled", low=1) if finding == "sampled" else 0
        if finding not in _FINDINGS:
            raise malformed(f"finding: one of {', '.join(sorted(_FINDINGS))}")
        if self.view(invt_no)["finding"]:
            raise Refused(409, "already_found", f"{invt_no}: looked at before")
        status = self._customs.report_finding(invt_no, finding)["status"]
        with self._books.write() as conn:
            conn.execute(
                "UPDATE bay SET finding = ?, sampled = ?, found_at = ?, status = ?"
                " WHERE invt_no = ?",
                (finding, sampled, _now(), status, invt_no),
            )
        log("found in the bay", invt_no=invt_no, finding=finding, status=status)
        return self.view(invt_no)


def _now() -> str:
    return china_now().isoformat(timespec="milliseconds")
