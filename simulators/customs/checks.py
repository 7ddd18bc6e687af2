"""Checks that several documents share: numbers, sums, ID numbers, times.

Each judge composes its own; a check that fails raises ``Refusal``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

REJECTED = "100"
_CENT = Decimal("0.01")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"

Texts = Mapping[str, str]


class Refusal(Exception):
    """A document that customs does not take: status ``code`` and a text for returnInfo."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = text


def demand(holds: object, text: str, *, code: str = REJECTED) -> None:
    """Refuse with ``text`` unless ``holds``."""
    if not holds:
        raise Refusal(code, text)


def amount(said: Texts, name: str) -> Decimal:
    """Return the number ``name``, 0 when it is left out; refuses a negative one."""
    value = Decimal((said.get(name) or "0").strip())
    demand(value >= 0, f"{name}不得为负")
    return value


def lines_add_up(lines: Sequence[Texts]) -> Decimal:
    """Return the sum of totalPrice; refuses lines that are not price by quantity, or misnumbered."""
    numbers = [int(line["gnum"]) for line in lines]
    demand(numbers == list(range(1, len(lines) + 1)), "商品项号gnum不连续")
    for line in lines:
        total = amount(line, "totalPrice")
        demand(amount(line, "qty") > 0, "数量须大于零")
        off = abs(amount(line, "price") * amount(line, "qty") - total)
        demand(off < _CENT, f"第{line['gnum']}项总价不等于单价乘数量")
    return sum((amount(line, "totalPrice") for line in lines), Decimal(0))


def is_id_number(text: str) -> bool:
    """Return whether ``text`` is an 18-character ID number whose check character fits."""
    digits, last = text[:17], text[17:].upper()
    if len(text) != 18 or not digits.isdigit() or not digits.isascii():
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return last == _CHECK[total % 11]


def person(said: Texts, *, kind: str, number: str) -> None:
    """Refuse another paper than an ID card, or an ID number that cannot be."""
    demand(said[kind] == "1", "证件类型只接受1(身份证)")
    demand(is_id_number(said[number]), "身份证号码校验不通过")


def declared_new(said: Texts) -> None:
    """Refuse what is not declared (appStatus 2) or has no proper report time."""
    demand(said["appStatus"] == "2", "业务状态不是申报")
    moment(said["appTime"], "appTime")


def moment(text: str, name: str, *, pattern: str = "%Y%m%d%H%M%S") -> None:
    """Refuse a time that no clock shows."""
    try:
        datetime.strptime(text, pattern)  # noqa: DTZ007  only asked whether it exists
    except ValueError:
        raise Refusal(REJECTED, f"{name}不是有效时间") from None


def same(text: str, *values: str) -> None:
    """Refuse texts that differ by as much as one character."""
    demand(len(set(values)) == 1, f"{text}不一致")
