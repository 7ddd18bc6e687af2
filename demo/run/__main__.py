"""Decides what ``python -m demo.run`` says when a package is missing; else ``session`` runs."""

import sys

try:
    from demo.run.session import main
except ModuleNotFoundError as missing:
    sys.exit(f"The package {missing.name} is missing. Run: make env")

if __name__ == "__main__":
    sys.exit(main())
