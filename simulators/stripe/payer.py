"""Decides whether what a payer typed can be a payer: name, ID number, mobile number."""

from __future__ import annotations

import re
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK = "10X98765432"
NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·A-Za-z. ]{2,40}")
PHONE = re.compile(r"1[3-9]\d{9}")


def read(form: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return what was typed, tidied, and the faults by field as sentences for the payer."""
    payer = {
        "name": form.get("name", "").strip(),
        "id_number": form.get("id_number", "").replace(" ", "").upper(),
        "phone": form.get("phone", "").replace(" ", "").removeprefix("+86"),
    }
    faults = {}
    if not NAME.fullmatch(payer["name"]):
        faults["name"] = "请填写身份证上的姓名。"
    if not is_id_number(payer["id_number"]):
        faults["id_number"] = "身份证号码有误：请核对 18 位号码，末位可以是 X。"
    if not PHONE.fullmatch(payer["phone"]):
        faults["phone"] = "请填写 11 位手机号码。"
    return payer, faults


def is_id_number(number: str) -> bool:
    """Whether the number has 18 places, a real date and the right check digit (GB 11643)."""
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number, re.ASCII):
        return False
    total = sum(int(d) * w for d, w in zip(number[:17], WEIGHTS, strict=True))
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return CHECK[total % 11] == number[17]
