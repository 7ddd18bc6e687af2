"""The mutations of papers, ledger, catalogue, timeline, of what the provider says, of trust."""

import re
from pathlib import Path
from typing import Any

from tests.check_demo.mutations import Mutation, names
from tests.check_demo.mutations.edits import (
    Row,
    cells,
    fen_more,
    last_byte,
    last_digit,
    middle_byte,
    one_bit_in_base64,
    said,
    substitute,
    text_of,
)

CLEARING = "1012.01"
GBK_NOT = "不".encode("gbk")


def _amount(row: Row) -> None:
    """A fen more on the debit side, said alike by all three cells."""
    fen = int(row["amount_fen"]) + 1
    row["amount_fen"] = str(fen)
    row["debit"], row["credit"] = _yuan(max(0, fen)), _yuan(max(0, -fen))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _clearing_leg(folder: Path) -> None:
    cells(
        folder / "ledger.csv",
        lambda row: row["kind"] == "captured" and row["account_code"] == CLEARING,
        _amount,
    )


def _other_leg(folder: Path) -> None:
    cells(folder / "ledger.csv", lambda row: row["kind"] == "signed_for", _amount)


def _tax_leg(folder: Path) -> None:
    def wanted(row: Row) -> bool:
        return row["kind"] == "tax_billed" and int(row["amount_fen"]) > 0

    cells(folder / "ledger.csv", wanted, _amount)


def _debit_only(folder: Path) -> None:
    def edit(row: Row) -> None:
        row["debit"] = fen_more(row["debit"].encode()).decode()

    cells(folder / "ledger.csv", lambda row: int(row["amount_fen"]) > 0, edit)


def _line_ends(folder: Path) -> None:
    path = folder / "ledger.csv"
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n", 1))


def _buyer_in_memo(folder: Path) -> None:
    number = text_of(folder / "CEB311.xml", "buyerIdNumber")
    cells(folder / "ledger.csv", lambda _: True, lambda row: row.update(memo=number))


def _buyer_in_timeline(folder: Path) -> None:
    name = text_of(folder / "CEB311.xml", "buyerName")

    def edit(steps: list[dict[str, Any]]) -> None:
        steps[0]["step"] += f" {name}"

    said(folder / "timeline.json", edit)


def _time_backwards(folder: Path) -> None:
    def edit(steps: list[dict[str, Any]]) -> None:
        steps[-1]["seconds"] = -1

    said(folder / "timeline.json", edit)


def _gross(folder: Path) -> None:
    def edit(payments: list[dict[str, Any]]) -> None:
        payments[0]["balance_transaction"]["gross_fen"] += 1
        payments[0]["balance_transaction"]["net_fen"] += 1

    said(folder / "provider.json", edit)


def _fee(folder: Path) -> None:
    def edit(payments: list[dict[str, Any]]) -> None:
        payments[0]["balance_transaction"]["fee_fen"] += 1

    said(folder / "provider.json", edit)


def _catalogue(folder: Path) -> None:
    sold = text_of(folder / "CEB311.xml", "barCode").zfill(14)

    def edit(row: Row) -> None:
        row["price"] = fen_more(row["price"].encode()).decode()

    cells(folder / "catalogue.csv", lambda row: row["gtin14"] == sold, edit)


def _trust(folder: Path) -> None:
    code = text_of(folder / "CEB411.xml", "payCode")
    pattern = rb"CERTIFICATE-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END"
    substitute(folder / "trust" / f"{code}.pem", pattern, one_bit_in_base64)


def _slip_total(folder: Path) -> None:
    mark = "￥".encode("gbk")
    pattern = re.escape(mark) + rb"\s*([\d,]+\.\d\d)"
    substitute(folder / "slip.bin", pattern, last_digit, last=True)


def _slip_code(folder: Path) -> None:
    substitute(folder / "slip.bin", rb"1P0(https?://[!-~]+)", last_byte)


def _slip_notice(folder: Path) -> None:
    pattern = rb"(" + GBK_NOT + rb"|not an)"
    substitute(folder / "slip.bin", pattern, last_byte, last=True)


def _picture(folder: Path) -> None:
    middle_byte(folder / "slip.png")


def _label_gone(folder: Path) -> None:
    path = folder / "label.pdf"
    path.write_bytes(b"\x24" + path.read_bytes()[1:40])


PAPERS = (
    Mutation("slip: total a digit off", _slip_total, names("slip_total")),
    Mutation("slip: one byte of its code", _slip_code, names("slip_qr")),
    Mutation("slip: one byte of the notice", _slip_notice, names("slip_no_invoice")),
    Mutation("slip.png: one bit", _picture, names("slip_qr")),
    Mutation("label.pdf: cut short", _label_gone, names("label_qr"), names("no_person")),
)

BOOKS = (
    Mutation("ledger: clearing leg", _clearing_leg, names("paid_ledger ledger_balance")),
    Mutation(
        "ledger: a leg of the sale", _other_leg, names("ledger_balance"), names("ledger_form")
    ),
    Mutation("ledger: the tax bill", _tax_leg, names("ledger_tax ledger_balance")),
    Mutation("ledger: debit only", _debit_only, names("ledger_form")),
    Mutation("ledger: one line's end", _line_ends, names("ledger_form")),
    Mutation("ledger: the buyer in a memo", _buyer_in_memo, names("no_person no_id_number")),
    Mutation("timeline: the buyer's name", _buyer_in_timeline, names("no_person")),
    Mutation("timeline: backwards", _time_backwards, names("timeline")),
    Mutation("provider: a fen more", _gross, names("paid_provider")),
    Mutation("provider: the fee", _fee, names("paid_provider")),
    Mutation("catalogue: a fen more", _catalogue, names("catalogue_price")),
    Mutation("trust: one bit of a certificate", _trust, names("certificate_CEB411")),
)
