"""Pages: what every template is given, and the shared pieces."""

import pytest
from jinja2 import UndefinedError

from kernel import render

START = 1_795_485_600_000_000
S = 1_000_000


def filled(source, lang="zh-CN", **values):
    template = render._environment().from_string(source)
    return template.render(**render.words(lang), **values)


def test_facts_are_escaped():
    """A name that is markup stays a name."""
    assert filled("{{ name }}", name="<b>") == "&lt;b&gt;"


def test_a_name_nobody_gave_is_an_error():
    """No page with a hole in it."""
    with pytest.raises(UndefinedError):
        filled("{{ nobody }}")


def test_amounts_and_numbers_are_written_out():
    """Fen as money, 1/100,000 as decimals, long numbers in fours, instants in China."""
    shown = filled(
        "{{ 123456|fen }} {{ 150000|e5 }} {{ '1234567890'|grouped }} {{ at|moment }}", at=START
    )

    assert shown == "¥1,234.56 1.5 1234 5678 90 2026-11-24 10:00"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (0, "刚刚", "just now"),
        (59, "刚刚", "just now"),
        (120, "2 分钟前", "2 min ago"),
        (3 * 3600, "3 小时前", "3 h ago"),
        (2 * 86400, "2 天前", "2 d ago"),
        (-5, "刚刚", "just now"),
    ],
)
def test_how_long_ago_is_said_with_the_exact_time_behind(clock, seconds, zh, en):
    """The phrase to read, the moment on hover and in print."""
    clock.set(START + seconds * S)

    assert f">{zh}</time>" in filled("{{ at|ago }}", at=START)
    shown = filled("{{ at|ago }}", "en", at=START)
    assert f">{en}</time>" in shown
    assert 'datetime="2026-11-24T10:00:00+08:00" title="2026-11-24 10:00:00"' in shown


def test_the_shared_pieces_say_state_in_words_first():
    """A state, an amount, a copy button, a timeline."""
    shown = filled(
        '{% from "parts.html" import amount, copyable, notice, timeline with context %}'
        '{% from "_states.html" import state_of with context %}'
        "{{ state_of('order', 'declared', '申报中') }}{{ amount(100, 'total') }}{{ copyable('12345678') }}"
        "{% call notice('bad') %}x{% endcall %}"
        "{{ timeline([{'words': '已支付', 'sentence': '', 'at': none, 'phase': 'now'}]) }}",
        "en",
    )

    assert '<span class="state state-customs">申报中</span>' in shown
    assert '<span class="amount amount-total">¥1.00</span>' in shown
    assert 'data-copy="12345678" data-done="Copied">Copy</button>' in shown
    assert 'role="alert"' in shown
    assert '<li class="step step-now" aria-current="step">' in shown


def test_an_asset_s_address_follows_its_content():
    """What is kept for a year may be kept for a year."""
    for name in ("qianzhan.css", "qianzhan.js", "mark.svg"):
        assert (render.static_folder() / name).is_file()
        assert render.asset(name).startswith(f"/static/{name}?v=")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_can_be_read_on_every_ground(scheme):
    """Contrast of at least 4.5 for every text colour on the grounds it stands on."""
    tokens = _tokens(scheme)
    pairs = [
        (ink, ground)
        for ink in ("ink", "quiet", "good", "wait", "bad", "customs")
        for ground in ("paper", "raised", "sunk")
    ]
    pairs += [("ink", f"{kind}-wash") for kind in ("good", "wait", "bad", "customs")]
    pairs += [("on-accent", "accent"), ("on-accent", "accent-press")]

    weak = {pair: _contrast(tokens[pair[0]], tokens[pair[1]]) for pair in pairs}

    assert {pair: ratio for pair, ratio in weak.items() if ratio < 45} == {}


def _tokens(scheme):
    css = (render.static_folder() / "qianzhan.css").read_text()
    light, dark = css.split("@media (prefers-color-scheme: dark)")
    sources = [light] if scheme == "light" else [light, dark.split("/* Type */")[0]]
    found = {}
    for source in sources:
        for line in source.splitlines():
            name, _, value = line.strip().removesuffix(";").partition(": #")
            if name.startswith("--") and len(value) == 6:
                found[name[2:]] = value
    return found


def _contrast(one, other):
    """Ten times the contrast ratio of two colours, by the accessibility guidelines."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return int((lighter + 0.05) / (darker + 0.05) * 10)


def _luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
