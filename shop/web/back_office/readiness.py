"""Decide the page that says whether the house can sell and declare today, and what stops it."""

from flask import render_template

from bonded_display.customs.errors import MailboxUnavailable
from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import parked
from kernel import clock, config, db
from kernel.config import Config
from settlement.payments.errors import ProviderUnknown
from settlement.payments.providers import provider_can_declare
from shop.operations.alive import ask_alive
from shop.operations.companies import urls_of
from shop.operations.standing import Outside, standing

MOST_NAMED = 20


def readiness_page() -> str:
    """Show every check, the worst first, with the offers that each closes."""
    at, settings = clock.now(), config.current()
    outside = look_outside(settings)
    with db.read() as conn:
        told = standing(
            conn,
            outside,
            at=at,
            silent_minutes=settings.customs_silent_minutes,
            can_declare=_can_declare,
        )
    return render_template("customs_desk/readiness.html", told=told, at=at, most=MOST_NAMED)


def look_outside(settings: Config) -> Outside:
    """Return what is not in the database; a folder that cannot be read is told by its own page."""
    alive = ask_alive(urls_of(settings))
    try:
        mails = parked(bad_folder(settings))
    except MailboxUnavailable:
        mails = []
    return Outside(alive=alive, parked=len(mails), parked_at=mails[0].at if mails else None)


def _can_declare(name: str) -> bool:
    """Whether payments by a provider can be declared; one that is not installed cannot."""
    try:
        return provider_can_declare(name)
    except ProviderUnknown:
        return False
