"""Decide until when goods may come back with their tax.  Source: customs.md section 6 (2020-45)."""

from kernel.clock import DAY, Instant

APPLY_WITHIN = 30 * DAY
"""From the release of the list to the application (625)."""

BRING_WITHIN = 45 * DAY
"""From the release of the list until the goods are in the zone."""


def apply_until(released_at: Instant) -> Instant:
    """Return the last instant at which a goods return may be declared."""
    return released_at + APPLY_WITHIN


def bring_until(released_at: Instant) -> Instant:
    """Return the last instant at which its goods may come into the zone."""
    return released_at + BRING_WITHIN
