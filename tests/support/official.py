"""Decide where the official customs data lie and what becomes of tests that need them.

They are not part of the project.  Without them such a test is skipped and the last line says how
many were; ``--official=required`` lets it fail instead.
"""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
VARIABLE = "QIANZHAN_OFFICIAL"
DEFAULT = "../shared"
MARK = "official"


def folder(environment: dict[str, str] | None = None) -> Path | None:
    """Return the folder ``customs`` of the official data, or nothing where there is none."""
    given = (os.environ if environment is None else environment).get(VARIABLE) or DEFAULT
    customs = (ROOT / given).resolve() / "customs"
    return customs if (customs / "xsd").is_dir() else None


def mark(item: pytest.Item) -> None:
    """Mark a test that takes the fixture ``official`` as one that needs the data."""
    if MARK in getattr(item, "fixturenames", ()):
        item.add_marker(MARK)


def demand(item: pytest.Item, *, required: bool) -> None:
    """Skip a marked test where the data are missing, or fail it where they are required."""
    if item.get_closest_marker(MARK) is None or folder() is not None:
        return
    why = f"official data not found: set {VARIABLE} to the folder that holds customs/xsd"
    if required:
        pytest.fail(why, pytrace=False)
    pytest.skip(why)


class Count:
    """How many marked tests did not run, over all workers of the session."""

    def __init__(self) -> None:
        self.not_run = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a marked test that was skipped before its body."""
        if report.when == "setup" and report.skipped and MARK in report.keywords:
            self.not_run += 1

    def line(self) -> str | None:
        """Return the last line of the run, or nothing where all ran."""
        return f"{self.not_run} official-schema tests NOT RUN" if self.not_run else None
