"""Decide how versions and the difference of two are told in JSON; docs/cli.md has the schema."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from settlement.tax.versions.difference import Difference, Version


def version_told(version: Version) -> dict[str, Any]:
    """Return one version; 0, what was entered before the first one, has no day."""
    return {
        "version_no": version.version_no,
        "kind": version.kind or None,
        "effective_on": _plain(version.effective_on),
        "name": version.name,
        "row_count": version.row_count,
        "at": version.at,
    }


def difference_told(found: Difference) -> dict[str, Any]:
    """Return what differs, by code; a changed field is told as what was and what is."""
    return {
        "old": version_told(found.old),
        "new": version_told(found.new),
        "added": [_row(row) for row in found.added],
        "removed": [_row(row) for row in found.removed],
        "changed": [
            {
                "hs_code": one.hs_code,
                "fields": {
                    name: [_plain(was), _plain(now)] for name, (was, now) in one.fields.items()
                },
            }
            for one in found.changed
        ],
    }


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in row.items()}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
