"""Decide where the official schemas lie: ``QIANZHAN_OFFICIAL``, by default beside the tree."""

import os
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "QIANZHAN_OFFICIAL"
DEFAULT = "../shared"
ROOT = Path(__file__).parents[2]


def folder(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Return the folder ``customs`` of the official data, or nothing where there is none."""
    customs = (ROOT / (environment.get(VARIABLE) or DEFAULT)).resolve() / "customs"
    return customs if (customs / "xsd" / "ceb-import-202205.xsd").is_file() else None
