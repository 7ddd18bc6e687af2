"""Decide how a page reads where it begins and what was typed into its search."""

from flask import request

LARGEST_ID = 2**63 - 1
LONGEST = 60


def place(name: str) -> int:
    """Return the id from which a page goes on; 0, its beginning, for anything that is none."""
    given = request.args.get(name, "")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 20 else 0
    return number if number <= LARGEST_ID else 0


def read_typed(name: str) -> str:
    """Return what was typed into a search, its ends stripped, at most 60 characters."""
    return request.args.get(name, "").replace("\0", "").strip()[:LONGEST]
