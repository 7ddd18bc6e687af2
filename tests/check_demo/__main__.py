"""Run the checker: ``python -m tests.check_demo [--no-official] var/demo``.

Exit code 0 when all holds, 1 with each failed check by name, 2 when it could not judge.
"""

import argparse
import sys
from pathlib import Path

from tests.check_demo import official
from tests.check_demo.judge import NAMES, judge


def main(words: list[str]) -> int:
    """Judge the folder that ``words`` name; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.check_demo", description=__doc__)
    parser.add_argument("folder", type=Path, help="what make demo left, e.g. var/demo")
    parser.add_argument("--no-official", action="store_true", help="judge without official schemas")
    options = parser.parse_args(words)
    schemas = None if options.no_official else official.folder()
    if schemas is None and not options.no_official:
        print(f"Not judged: no customs/xsd found; set {official.VARIABLE}, or say --no-official.")
        return 2
    if not options.folder.is_dir():
        print(f"Not judged: there is no folder {options.folder}; run make demo first.")
        return 2
    findings = judge(options.folder, schemas)
    for finding in findings:
        print(f"FAILED {finding}")
    names = {finding.name for finding in findings}
    without = "" if schemas else " (official schemas NOT used)"
    print(f"{len(NAMES) - len(names)} of {len(NAMES)} checks hold{without}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
