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
