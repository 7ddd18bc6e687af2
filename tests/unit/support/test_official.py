"""Tests that need official data say so when there are none."""

from pathlib import Path

import pytest

from tests.support import official

pytest_plugins = ["pytester"]


@pytest.fixture
def session(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A session with one official and one other test, and no data."""
    monkeypatch.setenv(official.VARIABLE, str(pytester.path / "nowhere"))
    monkeypatch.setenv("PYTHONPATH", str(official.ROOT))
    pytester.makeconftest((official.ROOT / "tests" / "conftest.py").read_text())
    pytester.makeini("[pytest]\nmarkers = official: needs data\n")
    pytester.makepyfile(
        """
        def test_by_fixture(official):
            assert official.is_dir()

        def test_other():
            pass
        """
    )
    return pytester


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_last_line_counts_what_did_not_run(session, workers):
    """Without the data the run passes, and its last line does not hide what is missing."""
    result = session.runpytest_subprocess("-n", workers, "-p", "no:randomly")

    result.assert_outcomes(passed=1, skipped=1)
    assert result.outlines[-1] == "1 official-schema tests NOT RUN"


def test_required_data_that_are_missing_fail_the_run(session):
    """The build demands the data: the test fails and names the variable to set."""
    result = session.runpytest_subprocess("--official=required")

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"*{official.VARIABLE}*"])


def test_with_the_data_all_run_and_nothing_is_said(session, monkeypatch):
    """The folder holds customs/xsd: every test runs and no line is added."""
    (session.path / "data" / "customs" / "xsd").mkdir(parents=True)
    monkeypatch.setenv(official.VARIABLE, str(session.path / "data"))

    result = session.runpytest_subprocess()

    result.assert_outcomes(passed=2)
    assert "NOT RUN" not in result.outlines[-1]


def test_the_default_folder_lies_beside_the_tree():
    """Nothing is set: ../shared, seen from the root of the tree."""
    found = official.folder({})

    assert found in (None, (official.ROOT.parent / "shared" / "customs").resolve())
    assert official.folder({official.VARIABLE: str(Path(__file__).parent)}) is None
