"""Try every mutation on copies of a demo: ``python -m tests.check_demo.mutations var/demo``.

Exit code 0 when the demo itself holds and each mutation is refused by name; 1 otherwise.
"""

import argparse
import sys
from pathlib import Path

from tests.check_demo import official
from tests.check_demo.judge import failed
from tests.check_demo.mutations import attempt
from tests.check_demo.mutations.edits import NotThere
from tests.check_demo.mutations.every import MUTATIONS


def main(words: list[str]) -> int:
    """Try them on the folder that ``words`` name; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.check_demo.mutations", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="what make demo left, e.g. var/demo")
    demo = parser.parse_args(words).folder
    schemas = official.folder()
    if before := failed(demo, schemas):
        print(f"Not tried: the demo itself fails {' '.join(sorted(before))}.")
        return 1
    wrong = 0
    for mutation in MUTATIONS:
        try:
            outcome = attempt(mutation, demo, schemas)
        except NotThere as fault:
            verdict = f"NOT APPLIED: {fault}"
        else:
            found = " ".join(sorted(outcome.failed)) or "nothing"
            missed = " ".join(sorted(outcome.missed))
            verdict = f"PASSED {missed}; refused by {found}" if missed else f"refused by {found}"
        wrong += not verdict.startswith("refused")
        print(f"{mutation.title}: {verdict}")
    print(f"{len(MUTATIONS) - wrong} of {len(MUTATIONS)} mutations refused by name")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
