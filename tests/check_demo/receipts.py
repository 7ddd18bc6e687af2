"""Check the answers of customs: which came, in which order, with which numbers.

The figures of the tax bill are ``tax_checks``'s.
"""

import re
from collections.abc import Iterator
from datetime import date

from tests.check_demo.findings import Difference, check
from tests.check_demo.folder import Demo
from tests.check_demo.readers.documents import Receipt, Unreadable

ACCEPTED, RELEASED = "120", "800"
ANSWERS = {"CEB311": "CEB312", "CEB411": "CEB412", "CEB511": "CEB512", "CEB621": "CEB622"}
KEYS = {
    "CEB311": ("ebpCode", "ebcCode", "orderNo"),
    "CEB411": ("payCode", "payTransactionId"),
    "CEB511": ("logisticsCode", "logisticsNo"),
    "CEB621": ("copNo",),
}
TIME = re.compile(r"20\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])([01]\d|2[0-3])([0-5]\d){2}\d{3}")
PRE_NO = re.compile(r"B(\d{4})(\d{2})(\d{2})\d{9}", re.ASCII)
LIST_NO = re.compile(r"(\d{4})(20\d{2})I\d{9}", re.ASCII)


def answers(demo: Demo, kind: str, status: str = "") -> list[Receipt]:
    """Return the answers to our document of ``kind``, of one ``status`` or all."""
    head = demo.document(kind).head
    return [
        receipt
        for receipt in demo.receipts
        if receipt.kind == ANSWERS[kind]
        and all(receipt.said[name] == head[name] for name in KEYS[kind])
        and status in ("", receipt.said["returnStatus"])
    ]


def tax_bill(demo: Demo) -> Receipt:
    """Return the one tax bill; raises ``Unreadable`` when there is none or more than one."""
    bills = [receipt for receipt in demo.receipts if receipt.kind == "CEB816"]
    if len({bill.said["taxNo"] for bill in bills}) != 1:
        raise Unreadable(f"{len(bills)} tax bills in receipts, one is due")
    return bills[0]


def _accepted(kind: str) -> None:
    @check(f"accepted_{kind}")
    def accepted(demo: Demo) -> Iterator[Difference]:
        """Customs stored the document (120)."""
        if not answers(demo, kind, ACCEPTED):
            found = [receipt.said["returnStatus"] for receipt in answers(demo, kind)]
            yield Difference(f"{ANSWERS[kind]} to our {kind}", ACCEPTED, "-", found)


for _kind in ANSWERS:
    _accepted(_kind)


@check("receipts_refused")
def receipts_refused(demo: Demo) -> Iterator[Difference]:
    """Nothing was refused on the way, every answer has its time."""
    for receipt in demo.receipts:
        status = receipt.said["returnStatus"]
        if receipt.kind == "CEB900" or status == "100" or status.startswith("-"):
            yield Difference(receipt.file, "no refusal", "-", f"{status} {receipt.said}")
        if TIME.fullmatch(receipt.said["returnTime"]) is None:
            yield Difference(f"{receipt.file} returnTime", "17 digits", "-", receipt.said)


@check("list_after_acceptances")
def list_after_acceptances(demo: Demo) -> Iterator[Difference]:
    """The list was made when order, payment and waybill were accepted."""
    made = demo.document("CEB621").head["appTime"]
    for kind in ("CEB311", "CEB411", "CEB511"):
        for receipt in answers(demo, kind, ACCEPTED)[:1]:
            if receipt.said["returnTime"][:14] > made:
                yield Difference(f"{kind} before list", "120 first", made, receipt.said)


@check("bill_after_release")
def bill_after_release(demo: Demo) -> Iterator[Difference]:
    """The list was stored, then released, then billed."""
    stored = [one.said["returnTime"] for one in answers(demo, "CEB621", ACCEPTED)]
    released = [one.said["returnTime"] for one in answers(demo, "CEB621", RELEASED)]
    billed = tax_bill(demo).said["returnTime"]
    if not released:
        yield Difference("CEB622", RELEASED, "-", "none")
    elif not min(stored) <= min(released) <= billed:
        yield Difference("120, 800, 816", "in this order", stored, [*released, billed])


@check("receipt_numbers")
def receipt_numbers(demo: Demo) -> Iterator[Difference]:
    """The port's number and the list's number have their shape and stay the same."""
    head = demo.document("CEB621").head
    chain = answers(demo, "CEB621")
    pre_nos = {one.said["preNo"] for one in chain}
    list_nos = {one.said["invtNo"] for one in chain if one.said["invtNo"]}
    list_nos.add(tax_bill(demo).said["invtNo"])
    if len(pre_nos) != 1 or not all(_is_pre_no(text) for text in pre_nos):
        yield Difference("preNo", "one, B + date + serial", "-", sorted(pre_nos))
    shapes = [LIST_NO.fullmatch(text) for text in list_nos]
    if len(list_nos) != 1 or not all(found and found[1] == head["customsCode"] for found in shapes):
        due = f"one, {head['customsCode']} + year + I + 9 digits"
        yield Difference("invtNo", due, "-", sorted(list_nos))


def _is_pre_no(text: str) -> bool:
    found = PRE_NO.fullmatch(text)
    if found is None:
        return False
    try:
        return bool(date(int(found[1]), int(found[2]), int(found[3])))
    except ValueError:
        return False
