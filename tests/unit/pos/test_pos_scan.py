"""What a scanned text is: goods, a shelf, a payment code, or misread."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos.terminal.till.scan import checks, read_scan

TEA = "06901234567892"


@pytest.mark.parametrize(
    ("text", "kind", "gtin14", "shelf_code"),
    [
        ("6901234567892", "goods", TEA, ""),
        ("6901234567892\r", "goods", TEA, ""),
        ("06901234567892", "goods", TEA, ""),
        ("]E06901234567892", "goods", TEA, ""),
        ("96385074", "goods", "00000096385074", ""),
        ("036000291452", "goods", "00036000291452", ""),
        ("6901234567891", "misread", "06901234567891", ""),
        ("https://id.example/01/06901234567892/21/S00001", "goods", TEA, "S00001"),
        ("]Q1https://id.example/01/06901234567892/21/S00001", "goods", TEA, "S00001"),
        ("http://other.example/x/01/6901234567892/10/L7?17=271231", "goods", TEA, ""),
        ("https://id.example/01/06901234567891/21/S00001", "misread", "06901234567891", "S00001"),
        ("s00001", "shelf", "", "S00001"),
        ("134567890123456789", "pay_code", "", ""),
        ("2812345678901234567", "pay_code", "", ""),
        ("]C1134567890123456789", "unknown", "", ""),
        ("", "unknown", "", ""),
        ("1234", "unknown", "", ""),
        ("javascript:alert(1)", "unknown", "", ""),
        ("6901234567892 6901234567892", "unknown", "", ""),
        ("６９０１２３４５６７８９２", "unknown", "", ""),
    ],
)
def test_what_a_scan_is(text: str, kind: str, gtin14: str, shelf_code: str) -> None:
    """With and without symbology prefix, as a link of any host, as a payment code."""
    scan = read_scan(text)

    assert (scan.kind, scan.gtin14) == (kind, gtin14)
    assert scan.shelf_code == (shelf_code if kind != "misread" else scan.shelf_code)


@given(st.text(max_size=60))
def test_any_text_is_something(text: str) -> None:
    """Whatever a scanner sends, nothing breaks."""
    assert read_scan(text).kind in {"goods", "shelf", "pay_code", "misread", "unknown"}


@given(st.integers(0, 10**13 - 1), st.integers(0, 9))
def test_one_digit_in_ten_checks(body: int, digit: int) -> None:
    """For each thirteen digits exactly one fourteenth is right, so one wrong digit is caught."""
    right = [last for last in range(10) if checks(f"{body:013d}{last}")]

    assert len(right) == 1
    assert checks(f"{body:013d}{digit}") is (digit == right[0])
