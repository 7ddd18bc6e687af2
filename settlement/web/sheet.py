"""Decide how entries of the books become a sheet a person opens.

Which entries those are is the page's choice.
"""

from collections.abc import Callable, Sequence

from flask import Response

from kernel.clock import china_time
from kernel.money import yuan_text
from kernel.sheets import write_csv
from settlement.books.asks import SHEET
from settlement.books.ledger import EntryRow
from settlement.errors import TooManyRows
from settlement.web.ports import DocumentLink

HEADER = (
    *("posting_id", "kind", "document", "business_on", "at", "gnum"),
    *("account_code", "account_name", "amount_fen", "debit", "credit"),
    *("order_id", "order_no", "memo", "document_no"),
)


def entries_sheet(
    rows: Sequence[EntryRow], *, name: str, lang: str, link: Callable[[str], DocumentLink]
) -> Response:
    """Return ``rows`` as CSV to be kept as ``name``; debit and credit are yuan.

    ``link`` tells the number by which people know a document.

    Raises ``TooManyRows``.
    """
    if len(rows) > SHEET:
        raise TooManyRows(most=SHEET)
    answer = Response(write_csv(HEADER, (_cells(row, lang, link) for row in rows)))
    answer.content_type = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _cells(row: EntryRow, lang: str, link: Callable[[str], DocumentLink]) -> dict[str, object]:
    return {
        "posting_id": row.posting_id,
        "kind": row.kind,
        "document": row.document,
        "business_on": row.business_on.isoformat(),
        "at": china_time(row.at).isoformat(),
        "gnum": row.gnum,
        "account_code": row.account_code,
        "account_name": row.name_zh if lang == "zh-CN" else row.name_en,
        "amount_fen": row.amount_fen,
        "debit": yuan_text(max(0, row.amount_fen)),
        "credit": yuan_text(max(0, -row.amount_fen)),
        "order_id": row.order_id,
        "order_no": row.order_no,
        "memo": row.memo,
        "document_no": link(row.document).number,
    }
