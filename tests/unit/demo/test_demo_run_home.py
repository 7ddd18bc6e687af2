"""What stays between two starts of ``make run``: its address, and what is too old to go on with."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demo import programs
from demo.run.home import Home, HomeOutdated, newest_step


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home whose sample was made whole."""
    monkeypatch.delenv("QIANZHAN_DATABASE_URL", raising=False)
    made = Home(tmp_path / "out", tmp_path)
    made.mark_ready()
    return made


def test_people_open_it_by_name_and_programs_by_address(home):
    """A passkey belongs to a name: browsers give none to 127.0.0.1."""
    assert home.public_url == f"http://localhost:{home.ports['web']}"
    assert home.environment["QIANZHAN_PUBLIC_URL"] == home.public_url
    assert home.url("stripe").startswith("http://127.0.0.1:")


def test_what_the_worker_counts_the_server_tells_until_the_next_start(home):
    """They are two processes that count into one folder; what an earlier start counted is gone."""
    count = "from kernel import metrics; metrics.facts_handled.labels('h', 'done').inc()"
    tell = "from kernel import metrics; print(metrics.render())"

    def run(words: str) -> str:
        told = subprocess.run(
            [sys.executable, "-c", words],
            cwd=Path(__file__).parents[3],
            env={**os.environ, **home.environment},
            capture_output=True,
            text=True,
            check=True,
        )
        return told.stdout

    run(count)
    run(count)
    assert 'facts_handled_total{handler="h",outcome="done"} 2.0' in run(tell)

    home.begin_figures()

    assert "facts_handled_total{" not in run(tell)


def test_a_second_start_of_the_same_release_migrates_nothing(home, monkeypatch):
    """A newer release does, and so does a database that is not the home's own."""
    assert home.is_ready()
    assert home.is_migrated()

    monkeypatch.setattr("demo.run.home.newest_step", lambda: "v9999_later")
    assert not home.is_migrated()

    monkeypatch.setattr("demo.run.home.newest_step", newest_step)
    monkeypatch.setenv("QIANZHAN_DATABASE_URL", "postgresql+psycopg://else/where")
    assert not home.is_migrated()


def test_a_home_without_its_administrators_says_make_reset(home):
    """An earlier release had none; the sentence names who is missing and the command."""
    file = home.folder / "secrets" / "staff.json"
    kept = json.loads(file.read_text())
    file.write_text(json.dumps({name: kept[name] for name in ("operator", "finance", "clerk")}))

    with pytest.raises(HomeOutdated, match=r"admin, second.*make reset"):
        Home(home.folder / "out", home.folder).is_ready()


def test_a_home_that_was_not_made_whole_is_not_ready(home):
    """The next start begins anew."""
    home.mark_ready(ready=False)

    assert not home.is_ready()


def test_programs_read_compiled_modules_where_this_process_writes_none(monkeypatch):
    """They are kept in var/ then, not in the tree; otherwise nothing is told to them."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    told = programs.quick_start()

    assert told["PYTHONDONTWRITEBYTECODE"] == ""
    assert told["PYTHONPYCACHEPREFIX"].endswith("var/bytecode")

    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    assert programs.quick_start() == {}
