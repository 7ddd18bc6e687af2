"""Decide the page that says whether the house can sell and declare today, and what stops it."""

from flask import render_template

from kernel import clock, config, db
from settlement.payments.errors import ProviderUnknown
from settlement.payments.providers import provider_can_declare
from shop.operations.standing import standing

MOST_NAMED = 20


def readiness_page() -> str:
    """Show every check, the worst first, with the offers that each closes."""
    at = clock.now()
    with db.read() as conn:
        told = standing(
            conn,
            at=at,
            silent_minutes=config.current().customs_silent_minutes,
            can_declare=_can_declare,
        )
    return render_template("customs_desk/readiness.html", told=told, at=at, most=MOST_NAMED)


def _can_declare(name: str) -> bool:
    """Whether payments by a provider can be declared; one that is not installed cannot."""
    try:
        return provider_can_declare(name)
    except ProviderUnknown:
        return False
