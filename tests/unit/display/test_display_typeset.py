"""Breaking words into lines, in a face where a hanzi is two wide and a letter one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bonded_display.display.typeset import break_lines, shorten


def measure(text: str) -> float:
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def lines_of(text: str, width: int = 10, lines: int = 2) -> list[str]:
    return break_lines(text, width=width, lines=lines, measure=measure)


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("保湿面霜", ["保湿面霜"]),
        ("保湿修护面霜", ["保湿修护面", "霜"]),
        ("olive oil", ["olive oil"]),
        ("extra virgin oil", ["extra", "virgin oil"]),
        ("保湿修护（霜）", ["保湿修护", "（霜）"]),
        ("保湿修护面，霜", ["保湿修护", "面，霜"]),
        ("保湿修护面霜保湿修护面霜", ["保湿修护面", "霜保湿修…"]),
        ("supercalifragilistic", ["supercalif", "ragilistic"]),
        ("", [""]),
    ],
)
def test_words_are_broken_as_a_reader_expects(text: str, broken: list[str]):
    """Hanzi anywhere, Latin at spaces, no bracket left hanging, the rest cut with an ellipsis."""
    assert lines_of(text) == broken


@given(
    st.text(alphabet="保湿面霜（），。 ab1…", max_size=60), st.integers(4, 30), st.integers(1, 3)
)
def test_no_line_is_wider_than_the_label(text: str, width: int, lines: int):
    """Whatever the name: as many lines as allowed, the last one within the width."""
    broken = break_lines(text, width=width, lines=lines, measure=measure)

    assert 1 <= len(broken) <= lines
    assert all(measure(line) <= width for line in broken)


def test_what_is_cut_says_so():
    """A name too long by one."""
    assert shorten("保湿修护面霜", width=10, measure=measure) == "保湿修护…"
    assert shorten("保湿修护面", width=10, measure=measure) == "保湿修护面"


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("修护霜 50毫升", ["修护霜", "50毫升"]),
        ("无水黄油 340克", ["无水黄油", "340克"]),
        ("保湿霜 50 毫升", ["保湿霜", "50 毫升"]),
        ("面霜 6×30克装", ["面霜", "6×30克装"]),
        ("50毫升保湿修护", ["50毫升保湿", "修护"]),
        ("olive oil 50 ml", ["olive oil", "50 ml"]),
        ("50 glass jars", ["50 glass", "jars"]),
        ("SPF50+防晒", ["SPF50+防晒"]),
    ],
)
def test_a_number_and_its_unit_stay_together(text: str, broken: list[str]):
    """Neither the unit nor half of it stands alone at the head of a line."""
    assert lines_of(text) == broken


def test_half_a_weight_is_never_shown():
    """A name cut in the middle of 500克 ends before it, for 50… is another weight."""
    assert shorten("蜂蜜 500克", width=8, measure=measure) == "蜂蜜…"
    assert shorten("honey 500 g", width=10, measure=measure) == "honey…"
