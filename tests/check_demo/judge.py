"""Gather all checks: who imports this module has every one of them registered."""

from pathlib import Path

from tests.check_demo import (
    amounts,
    form_checks,
    ledger,
    must_1210,
    papers,
    public,
    receipts,
    same_words,
    signatures,
    tax_checks,
)
from tests.check_demo.findings import CHECKS, Finding, run

ALL = (
    form_checks,
    must_1210,
    same_words,
    amounts,
    tax_checks,
    ledger,
    receipts,
    signatures,
    papers,
    public,
)
NAMES = tuple(CHECKS)


def judge(folder: Path, official: Path | None = None) -> list[Finding]:
    """Return every finding over ``folder``; nothing when the demo is as it must be."""
    return run(folder, official)


def failed(folder: Path, official: Path | None = None) -> set[str]:
    """Return the names of the checks that fail."""
    return {finding.name for finding in judge(folder, official)}
