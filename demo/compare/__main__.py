"""Run the comparison: ``python -m demo.compare --ours URL --theirs FOLDER --dxp-id ID``.

Exit code 0 when all books agree, 1 with every difference by document, 2 when it could not be made.
"""

import argparse
import json
import sys
from pathlib import Path

from demo.compare.findings import Total
from demo.compare.run import Ask, Report, compare


def main(words: list[str]) -> int:
    """Compare what ``words`` name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m demo.compare")
    parser.add_argument("--ours", required=True, help="our database: SQLite file or postgresql://")
    parser.add_argument("--theirs", type=Path, required=True, help="folder of <program>.db")
    parser.add_argument("--dxp-id", required=True, help="under which customs writes to us")
    parser.add_argument("--tariff", type=Path, help="the tariff that customs was given, JSON")
    parser.add_argument("--account-book", type=Path, help="the items that customs was given, JSON")
    parser.add_argument("--expected", type=Path, help="totals known before the run, JSON")
    parser.add_argument("--report", type=Path, help="write all of it there, JSON")
    options = parser.parse_args(words)
    try:
        expected = json.loads(options.expected.read_text()) if options.expected else {}
        report = compare(
            Ask(
                options.ours,
                options.theirs,
                options.dxp_id,
                options.tariff,
                options.account_book,
                expected,
            )
        )
    except (OSError, ValueError, KeyError) as fault:
        print(f"Not compared: {type(fault).__name__} {fault}", file=sys.stderr)
        return 2
    if options.report:
        options.report.write_text(report.as_json() + "\n", encoding="utf-8")
    tell(report)
    return 0 if report.agrees else 1


def tell(report: Report) -> None:
    """Print every total, then every difference, then how many of both."""
    print(f"{'total':<32}{'expected':>16}{'ours':>16}{'other side':>16}")
    for total in report.told:
        print(_row(total))
    for difference in report.differences:
        print(f"DIFFERS {difference}")
    without = f"; nobody to ask: {', '.join(report.unasked)}" if report.unasked else ""
    differ = sum(total.differs for total in report.told)
    print(
        f"{len(report.told)} totals, {differ} of them differ;"
        f" {len(report.differences)} differences by document{without}"
    )


def _row(total: Total) -> str:
    expected = "-" if total.expected is None else str(total.expected)
    mark = "  DIFFERS" if total.differs else ""
    return f"{total.name:<32}{expected:>16}{total.ours:>16}{total.other:>16}{mark}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
