"""Text, layout and bytes of a slip: what a printer gets, and that it fits the paper."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos.protocol import OrderSlip, SlipLine
from pos.terminal.slip.elements import Cut, Feed, Line, Qr
from pos.terminal.slip.encoder import LineTooLong, encode
from pos.terminal.slip.layout import order_slip
from pos.terminal.slip.text import cells, clean, encoded, spread, wrap
from tests.unit.pos.slips import PAID_AT, a_slip

FEN = st.integers(0, 10**12)
NAMES = st.text(min_size=1, max_size=120)


@pytest.mark.parametrize(
    ("said", "struck"),
    [
        ("¥12.00", "￥12.00"),
        ("价 12–13", "价 12-13"),
        ("Lancôme Sjö Kiehl’s", "Lancome Sjo Kiehl’s"),
        ("面霜😀", "面霜"),
        ("a\x1b@b\nc\x00", "a@bc"),
        ("，。（）", "，。（）"),
        ("①★Ω", "①★Ω"),
        ("한", "?"),
    ],
)
def test_text_becomes_what_gbk_firmware_strikes(said: str, struck: str) -> None:
    """Signs are mapped, accents go, emoji and commands are dropped, the rest becomes ``?``."""
    assert clean(said) == struck
    assert encoded(clean(said)) == struck.encode("gbk")


@pytest.mark.parametrize(("text", "width"), [("中文", 4), ("abc", 3), ("…“—★×é", 12), ("￥1", 3)])
def test_a_character_is_as_wide_as_its_gbk_bytes(text: str, width: int) -> None:
    """Ellipsis, quotes and stars take two columns on this paper."""
    assert cells(text) == width


@given(st.text(max_size=80), st.integers(2, 48))
def test_wrapping_keeps_every_character_and_no_line_is_too_wide(text: str, columns: int) -> None:
    """Whatever the text, nothing but spaces is lost and nothing runs over the edge."""
    lines = wrap(clean(text), columns)

    assert all(cells(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == clean(text).replace(" ", "")


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from([32, 48]))
def test_two_ends_of_a_line_never_meet(left: str, right: str, columns: int) -> None:
    """The right end stays at the right edge, on a line of its own when it must."""
    lines = spread(clean(left), clean(right).strip(), columns)

    assert all(cells(line) <= columns for line in lines)
    if cells(clean(right).strip()) <= columns:
        assert lines[-1].endswith(clean(right).strip())


SLIPS = st.builds(
    OrderSlip,
    lang=st.sampled_from(["zh-CN", "en"]),
    outlet_name=NAMES,
    outlet_code=NAMES,
    order_no=NAMES,
    paid_at=st.just(PAID_AT),
    phone_masked=st.sampled_from(["", "138****8000"]),
    lines=st.lists(
        st.builds(SlipLine, st.integers(1, 99), NAMES, st.integers(1, 10**6), FEN, FEN),
        min_size=1,
        max_size=4,
    ).map(tuple),
    freight_fen=FEN,
    insurance_fen=FEN,
    discount_fen=FEN,
    duty_fen=FEN,
    consumption_fen=FEN,
    vat_fen=FEN,
    total_fen=FEN,
    page_url=st.just("https://id.example/orders/7123456789012345678"),
)


@given(SLIPS, st.sampled_from([32, 48]), st.integers(0, 3))
@settings(max_examples=60, deadline=None)
def test_no_line_of_any_slip_leaves_the_paper(slip: OrderSlip, columns: int, copy: int) -> None:
    """Long names, great sums, strange characters: every line fits both paper widths."""
    elements = order_slip(slip, columns=columns, copy=copy)

    for element in elements:
        if isinstance(element, Line):
            assert cells(element.text) * element.scale <= columns
    assert encode(elements, columns=columns).startswith(b"\x1b@\x1c&")


def lines_of(slip: OrderSlip, *, columns: int = 48, copy: int = 0) -> list[str]:
    """Return the slip's lines of text."""
    return [e.text for e in order_slip(slip, columns=columns, copy=copy) if isinstance(e, Line)]


def test_amounts_stand_at_the_right_edge_and_the_total_is_twice_as_large() -> None:
    """Goods, freight, tax with its parts; then what was paid, double size and bold."""
    elements = order_slip(a_slip(), columns=48)
    text = [e for e in elements if isinstance(e, Line)]

    rows = {line.text.split()[0]: line for line in text if re.search(r"\d\.\d\d$", line.text)}
    assert rows["商品金额"].text.endswith(" 816.00")
    assert rows["进口环节税"].text.endswith(" 161.77")
    assert rows["消费税"].text.startswith("  消费税")
    assert "关税" not in rows
    total = rows["实付"]
    assert (total.scale, total.bold, cells(total.text)) == (2, True, 24)
    assert total.text.endswith("￥989.77")
    assert all(cells(r.text) == 48 for r in rows.values() if r.scale == 1)


def test_a_slip_says_that_it_is_no_invoice_and_leads_to_the_order() -> None:
    """The QR code is the order's page; the last lines say what this paper is not."""
    elements = order_slip(a_slip(), columns=48)

    assert [e.data for e in elements if isinstance(e, Qr)] == [a_slip().page_url]
    assert "不是发票" in lines_of(a_slip())[-1]
    assert "not an invoice" in " ".join(lines_of(a_slip(lang="en")))
    assert elements[-1] == Cut()


def test_a_reprint_says_so_first() -> None:
    """The second copy's first line is ``*** 补打 2 ***``; the first print has none."""
    assert lines_of(a_slip(), copy=2)[0] == "*** 补打 2 ***"
    assert "补打" not in "".join(lines_of(a_slip()))


GOLDEN = (
    b"\x1b@\x1c&"
    b"\x1ba\x01\x1bE\x01\x1d!\x11" + "前展".encode("gbk") + b"\n"
    b"\x1ba\x00\x1bE\x00\x1d!\x00" + "￥1".encode("gbk") + b"\n"
    b"\x1bd\x02"
    b"\x1ba\x01"
    b"\x1d(k\x04\x001A2\x00"
    b"\x1d(k\x03\x001C\x06"
    b"\x1d(k\x03\x001E1"
    b"\x1d(k\x0d\x001P0http://q/1"
    b"\x1d(k\x03\x001Q0"
    b"\x1dVB\x00"
)


def test_the_bytes_are_those_of_the_reference() -> None:
    """Init, kanji on, modes only when they change, GBK text, native QR at level M, cut."""
    title = Line("前展", align="center", bold=True, scale=2)
    elements = [title, Line("￥1"), Feed(2), Qr("http://q/1"), Cut()]

    assert encode(elements, columns=48) == GOLDEN


def test_a_code_page_is_never_chosen() -> None:
    """``ESC t`` while kanji is on makes firmware print junk."""
    assert b"\x1bt" not in encode(order_slip(a_slip(), columns=48), columns=48)


@pytest.mark.parametrize("line", [Line("中" * 25), Line("中" * 13, scale=2), Line("x" * 49)])
def test_a_line_over_the_edge_is_not_printed(line: Line) -> None:
    """The encoder does not trust the layout."""
    with pytest.raises(LineTooLong):
        encode([line], columns=48)


def test_a_command_hidden_in_text_is_not_printed() -> None:
    """A text with ESC in it never reaches the printer."""
    with pytest.raises(ValueError, match="control character"):
        encode([Line("a\x1bp\x00")], columns=48)
