"""Say what a tax bill says, to its addressee (CEB816) and to who asks over HTTP.

The taxes were computed when the list was taken; here nothing is computed.
"""

from __future__ import annotations

import json
import sqlite3

from simulators.customs.receipts import Planned

_MADE = "1"


def planned(conn: sqlite3.Connection, list_id: int) -> Planned:
    """Return the CEB816 of a list, to be sent after its release."""
    bill = conn.execute(
        "SELECT * FROM tax_bill JOIN declaration_list d ON d.id = list_id WHERE list_id = ?",
        (list_id,),
    ).fetchone()
    codes = json.loads(bill["codes"])
    head = {
        "invtNo": bill["invt_no"],
        "taxNo": bill["tax_no"],
        "customsTax": bill["customs_tax"],
        "valueAddedTax": bill["value_added_tax"],
        "consumptionTax": bill["consumption_tax"],
        "status": _MADE,
        **{name: text for name, text in codes.items() if name != "ebpCode"},
    }
    lines = conn.execute("SELECT * FROM tax_line WHERE list_id = ? ORDER BY gnum", (list_id,))
    return Planned("CEB816", _MADE, head, [_line(row) for row in lines])


def _line(row: sqlite3.Row) -> dict[str, str]:
    return {
        "gnum": str(row["gnum"]),
        "gcode": row["gcode"],
        "taxPrice": row["tax_price"],
        "customsTax": row["customs_tax"],
        "valueAddedTax": row["value_added_tax"],
        "consumptionTax": row["consumption_tax"],
    }
