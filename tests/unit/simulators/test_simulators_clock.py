"""The other side's clock is the machine's, or off it by what a file says."""

import time

import pytest

from simulators import clock


def test_without_a_file_the_time_is_the_machines(monkeypatch):
    """To the second."""
    monkeypatch.setattr(clock, "_FILE", "")

    assert abs(clock.now_ms() - time.time_ns() // 1_000_000) < 1_000
    assert abs(clock.now().timestamp() - time.time()) < 1


@pytest.mark.parametrize("moved_ms", [-86_400_000, 3_600_000])
def test_a_file_moves_all_of_it_at_once(monkeypatch, tmp_path, moved_ms):
    """Milliseconds, seconds and moments alike; the file may be rewritten."""
    file = tmp_path / "clock"
    file.write_text(str(moved_ms))
    monkeypatch.setattr(clock, "_FILE", str(file))

    expected_s = time.time() + moved_ms / 1000
    assert abs(clock.now_s() - expected_s) < 2
    assert abs(clock.now_ms() / 1000 - expected_s) < 2
    assert abs(clock.now().timestamp() - expected_s) < 2

    file.write_text("0")
    assert abs(clock.now_s() - time.time()) < 2
