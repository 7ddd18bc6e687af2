"""Turn what the bay found on an inspected parcel into customs' word on its list.

The parcel is brought to the bay by the zone; which status a finding leads to is a table here.
"""

from __future__ import annotations

from simulators.books import Books
from simulators.customs import bills, receipts
from simulators.customs.documents import Documents
from simulators.customs.receipts import Addressee, Receipts
from simulators.daemon import Refused, malformed

STATUS_OF_FINDING = {
    "intact": "800",
    "sampled": "800",
    "repacked": "800",
    "seized": "502",
    "destroyed": "599",
    "sent_back": "700",
}


class Inspections:
    """The desk that hears from the bay."""

    def __init__(self, books: Books, documents: Documents, receipts: Receipts) -> None:
        self._books = books
        self._documents = documents
        self._receipts = receipts

    def report(self, invt_no: str, finding: str) -> dict[str, str]:
        """Tell of a list under inspection by what was found; return invt_no and status.

        Raises ``Refused``: 422, 404 list_not_found, 409 not_in_inspection.
        """
        status = STATUS_OF_FINDING.get(finding)
        if status is None:
            raise malformed(f"finding: one of {', '.join(STATUS_OF_FINDING)}")
        with self._books.write() as conn:
            row = conn.execute(
                "SELECT d.*, o.doc_key FROM declaration_list d JOIN document o"
                " ON o.id = d.document_id WHERE d.invt_no = ?",
                (invt_no,),
            ).fetchone()
            if row is None:
                raise Refused(404, "list_not_found", "customs gave no such number")
            waits = conn.execute(
                "SELECT 1 FROM receipt WHERE list_id = ? AND letter_sealed IS NULL", (row["id"],)
            ).fetchone()
            kept = self._documents.find(conn, "CEB621", row["doc_key"])
            if row["state"] != "inspection" or waits or kept is None:
                raise Refused(409, "not_in_inspection", f"{invt_no}: {row['state']}")
            to = Addressee(row["dxp_id"], "CEB621", kept.head, row["cop_no"])
            numbers = {"preNo": row["pre_no"], "invtNo": invt_no}
            said = receipts.answers(to, [status], numbers)
            if status == receipts.RELEASED:
                said.append(bills.planned(conn, row["id"]))
            self._receipts.queue(conn, to, said, list_id=row["id"])
        return {"invt_no": invt_no, "status": status}
