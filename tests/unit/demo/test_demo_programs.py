"""A program that dies is named, with how and its last words of this very start."""

import signal
import sys
import time
from pathlib import Path
from threading import Event

import pytest

from demo.programs import Program, ProgramFailed, Programs


def python(name: str, code: str) -> Program:
    return Program(name, [sys.executable, "-c", code])


def failure(programs: Programs) -> str:
    """Return what is said once a program is seen to have ended."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        try:
            programs.check_alive()
        except ProgramFailed as failed:
            return str(failed)
        time.sleep(0.05)
    raise AssertionError("nobody died")


def test_a_program_that_gives_up_is_named_with_its_last_words(tmp_path: Path) -> None:
    """What an earlier start wrote into the same log is not among them."""
    (tmp_path / "courier.log").write_text("words of yesterday\n")

    with Programs(tmp_path) as programs:
        programs.launch(python("courier", "print('no road'); raise SystemExit(3)"))
        said = failure(programs)

    assert said.startswith("courier ended by itself with code 3. Last words: no road (more in ")
    assert "yesterday" not in said


def test_one_that_is_killed_is_named_and_the_rest_is_stopped(tmp_path: Path) -> None:
    """Nothing of the house stays behind."""
    rest = python("zone", "import time; time.sleep(60)")
    victim = python("customs", "import time; time.sleep(60)")
    with Programs(tmp_path) as programs:
        programs.launch(rest, victim)
        assert victim.process is not None
        victim.process.kill()
        said = failure(programs)

    assert said.startswith(f"customs was ended by signal {int(signal.SIGKILL)}. Last words: none")
    assert rest.process is not None
    assert rest.process.poll() is not None


def test_a_program_that_never_answers_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs, but nobody listens where it should."""
    monkeypatch.setattr("demo.programs.START_S", 0.2)
    silent = python("web", "import time; time.sleep(60)")
    silent.ready_url = "http://127.0.0.1:9/readyz"

    with Programs(tmp_path) as programs, pytest.raises(ProgramFailed, match=r"web did not answer"):
        programs.start(silent)


def test_a_command_runs_to_its_end_and_tells_how(tmp_path: Path) -> None:
    """What it fails with is its caller's to judge."""
    with Programs(tmp_path) as programs:
        code = programs.run(python("trade", "raise SystemExit(4)"), Event())

    assert code == 4


def test_a_command_is_ended_when_the_session_is(tmp_path: Path) -> None:
    """Whoever ends the session is not kept waiting for two weeks of trade."""
    stop, trade = Event(), python("trade", "import time; time.sleep(60)")
    stop.set()

    with Programs(tmp_path) as programs:
        code = programs.run(trade, stop)

    assert code is None
    assert trade.process is not None
    assert trade.process.poll() is not None


def test_a_command_does_not_outlive_what_it_needs(tmp_path: Path) -> None:
    """Customs dies while two weeks are traded: named at once, the trade ended."""
    trade = python("trade", "import time; time.sleep(60)")
    with Programs(tmp_path) as programs:
        programs.launch(python("customs", "raise SystemExit(5)"))
        with pytest.raises(ProgramFailed, match=r"customs ended by itself with code 5"):
            programs.run(trade, Event())

    assert trade.process is not None
    assert trade.process.poll() is not None
