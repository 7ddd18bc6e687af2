"""Decide which document of ours a receipt is about, and whether it is another company's.

What the receipt does to it is left to ``receipts``.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection, Table, bindparam, select

from bonded_display.customs.changes.tables import goods_return, list_withdrawal
from bonded_display.customs.handed import Parties
from bonded_display.customs.heard.history import OTHER_PARTY
from bonded_display.customs.messages.receipts import Receipt
from bonded_display.customs.tables import customs_message, declaration_list, document

LONGEST_ID = 18
"""An id of ours has at most 19 digits; a number of 19 or more is none of a paper of today."""


@dataclass(frozen=True)
class Target:
    """The document of ours that a receipt is about."""

    order_id: int
    list_id: int | None
    names: str | None = None
    """The guid of a sending of ours that the receipt names."""
    obstacle: str = ""
    """Why the receipt is only kept although its document was found."""
    paper: str = ""
    """``list_withdrawal`` or ``goods_return`` when it is about one; else the list or order."""
    paper_id: int = 0


_OWN_GUID = (
    select(customs_message.c.guid)
    .where(customs_message.c.guid == bindparam("guid"))
    .scalar_subquery()
    .label("own_guid")
)
"""The receipt's guid when it is a sending of ours, which it seldom is."""

_PARTIES = (
    select(declaration_list.c.parties)
    .where(declaration_list.c.order_id == document.c.order_id)
    .limit(1)
    .scalar_subquery()
    .label("parties")
)
_ORDER = select(document.c.order_id, _PARTIES, _OWN_GUID).where(
    document.c.kind == "order", document.c.order_no == bindparam("number")
)
_LIST = select(
    declaration_list.c.id, declaration_list.c.order_id, declaration_list.c.parties, _OWN_GUID
).where(declaration_list.c.cop_no == bindparam("number"))


def _asked(receipt: Receipt, number: str | int) -> dict[str, str | int]:
    return {"number": number, "guid": receipt.fields.get("guid", "")}


def find_target(conn: Connection, receipt: Receipt) -> Target | None:
    """Return the document a receipt is about, or None when it is none of ours."""
    finder = _FINDERS.get(receipt.kind)
    return finder(conn, receipt) if finder is not None else None


def _of_order(conn: Connection, receipt: Receipt) -> Target | None:
    rows = conn.execute(_ORDER, _asked(receipt, receipt.fields["orderNo"])).all()
    if len(rows) != 1:
        return None
    (row,) = rows
    obstacle = _other_party(receipt, row.parties) if row.parties is not None else ""
    return Target(row.order_id, None, row.own_guid, obstacle)


def _of_list(conn: Connection, receipt: Receipt) -> Target | None:
    row = conn.execute(_LIST, _asked(receipt, receipt.fields["copNo"])).one_or_none()
    if row is None:
        return None
    return Target(row.order_id, row.id, row.own_guid, _other_party(receipt, row.parties))


def _of_request(table: Table) -> Callable[[Connection, Receipt], Target | None]:
    """Return the finder of the withdrawals or goods returns in ``table``."""
    paper = (
        select(
            table.c.id,
            table.c.order_id,
            table.c.list_id,
            declaration_list.c.parties,
            _OWN_GUID,
        )
        .join(declaration_list, declaration_list.c.id == table.c.list_id)
        .where(table.c.id == bindparam("number"))
    )

    def find(conn: Connection, receipt: Receipt) -> Target | None:
        number = receipt.fields["copNo"]
        if not (number.isascii() and number.isdigit() and len(number) <= LONGEST_ID):
            return None
        row = conn.execute(paper, _asked(receipt, int(number))).one_or_none()
        if row is None:
            return None
        foreign = _other_party(receipt, row.parties)
        return Target(row.order_id, row.list_id, row.own_guid, foreign, table.name, row.id)

    return find


def _of_bill(conn: Connection, receipt: Receipt) -> Target | None:
    table = declaration_list
    row = conn.execute(
        select(table).where(table.c.invt_no == receipt.fields["invtNo"])
    ).one_or_none()
    if row is None and receipt.fields.get("orderNo"):
        rows = conn.execute(
            select(table).where(table.c.order_no == receipt.fields["orderNo"])
        ).all()
        row = rows[0] if len(rows) == 1 else None
    if row is None:
        return None
    return Target(row.order_id, row.id, None, _other_party(receipt, row.parties))


def _of_sending(conn: Connection, receipt: Receipt) -> Target | None:
    guid = receipt.fields["oriCopMsgId"]
    row = conn.execute(select(customs_message).where(customs_message.c.guid == guid)).one_or_none()
    if row is None:
        return None
    if row.kind not in _REQUESTS:
        return Target(row.order_id, row.list_id, guid)
    table = _REQUESTS[row.kind]
    paper_id = conn.execute(
        select(table.c.id).where(table.c.list_id == row.list_id, table.c.guid == guid)
    ).scalar_one_or_none()
    if paper_id is None:
        return Target(row.order_id, row.list_id, guid, "earlier_sending")
    return Target(row.order_id, row.list_id, guid, "", table.name, paper_id)


_REQUESTS = {"CEB623": list_withdrawal, "CEB625": goods_return}

_FINDERS: dict[str, Callable[[Connection, Receipt], Target | None]] = {
    "CEB312": _of_order,
    "CEB622": _of_list,
    "CEB624": _of_request(list_withdrawal),
    "CEB626": _of_request(goods_return),
    "CEB816": _of_bill,
    "CEB818": _of_bill,
    "CEB900": _of_sending,
}
"""Receipts of other companies' documents (412, 512, 514) are kept and never act."""


def _other_party(receipt: Receipt, parties_text: str) -> str:
    parties = Parties.from_text(parties_text)
    ours = {
        "ebpCode": parties.platform.code,
        "ebcCode": parties.merchant.code,
        "agentCode": parties.agent.code,
        "logisticsCode": parties.courier.code,
    }
    for name, code in ours.items():
        if receipt.fields.get(name, code) not in ("", code):
            return OTHER_PARTY
    return ""
