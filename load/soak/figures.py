"""Decides how a soak is judged: each order by its name, and all books by the comparison.

What was expected was written down before anything was sold.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import text

from kernel import db
from load.harness import RESULTS, ROOT
from load.sample import PLATFORM
from load.soak.buying import Bought
from load.soak.plan import FOR_A_PERSON, REFUNDED, Expected, for_the_comparison
from load.soak.programs import DXP_IDS, SoakSite
from load.trade.invariants import Difference, all_differences

EXPECTED, COMPARED = "soak-expected.json", "soak-compared.json"
MOST_LINES = 200
_STATES = "SELECT order_no, state FROM customs_order WHERE paid_at IS NOT NULL"


def _states() -> dict[str, str]:
    with db.read() as connection:
        return {row.order_no: row.state for row in connection.execute(text(_STATES))}


def by_name(bought: Sequence[Bought]) -> list[Difference]:
    """Return each order that did not come to the end its fate has."""
    states = _states()
    found = []
    for one in bought:
        if one.fate in REFUNDED:
            wanted = {"refused"}
        elif one.fate in FOR_A_PERSON:
            wanted = {"paid", "declared"}
        else:
            wanted = {"released"}
        told = states.get(one.order_no, "unpaid")
        if told not in wanted:
            found.append(
                Difference(f"the end of {one.fate}", one.order_no, " or ".join(wanted), told)
            )
    return found


def differences(bought: Sequence[Bought], *, customs_url: str) -> list[Difference]:
    """Return what differs by name, within our books, and between ours and customs' list by list."""
    return by_name(bought) + all_differences(customs_url=customs_url)


def compared(site: SoakSite) -> tuple[bool, int]:
    """Let the program that shares nothing with either side compare all books, and print it.

    Return whether they agree, and how many totals differ from what was expected or between sides.
    """
    theirs, report = site.folder / "theirs", site.folder / COMPARED
    done = subprocess.run(
        [
            *(sys.executable, "-m", "demo.compare", "--ours", site.database_url),
            *("--theirs", str(theirs), "--dxp-id", DXP_IDS[PLATFORM]),
            *("--tariff", str(theirs / "tariff.json")),
            *("--account-book", str(theirs / "account_book.json")),
            *("--expected", str(site.folder / EXPECTED), "--report", str(report)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    print(*(done.stdout + done.stderr).splitlines()[:MOST_LINES], sep="\n")
    if done.returncode not in (0, 1):
        raise RuntimeError(f"the books were not compared: {done.stderr}")
    RESULTS.mkdir(parents=True, exist_ok=True)
    for name in (EXPECTED, COMPARED):  # the latest run's stay; two at once do not share them
        shutil.copyfile(site.folder / name, RESULTS / name)
    told = json.loads(report.read_text(encoding="utf-8"))["totals"]
    return done.returncode == 0, sum(_differs(total) for total in told)


def _differs(total: dict[str, Any]) -> bool:
    return total["ours"] != total["other"] or total["expected"] not in (None, total["ours"])


def write_expected(folder: Path, wanted: Expected) -> None:
    """Write the expected totals down, before the run."""
    text = json.dumps(for_the_comparison(wanted), indent=1)
    (folder / EXPECTED).write_text(text + "\n", encoding="utf-8")
