"""Decides the page on which a shopper verifies their name and agrees to the use of the ID number.

Leaves the check to shop.accounts.
"""

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kernel import db
from shop.accounts.buyers import open_person, read_buyer
from shop.accounts.consents import ID_NUMBER_VERSION
from shop.accounts.give_consent import give_consent
from shop.accounts.id_number import masked_id_number, masked_name
from shop.accounts.verify_identity import verify_identity
from shop.accounts.withdraw_consent import withdraw_consent
from shop.web import login
from shop.web.login import current_actor, require
from shop.web.storefront.pages import NOTHING_TYPED, Mishap, Typed, page, shown_again
from shop.web.storefront.ports import ports


def identity_form(*, mishap: Mishap | None = None, typed: Typed = NOTHING_TYPED) -> Response:
    """Return the page: who one is verified as, or the form."""
    with db.read() as conn:
        buyer = read_buyer(conn, current_actor().id)
    person = open_person(buyer) if buyer.person_sealed is not None else None
    return page(
        "identity",
        mishap=mishap,
        typed=typed,
        next=login.local_path(request.values.get("next", ""), ""),
        name=masked_name(person.name) if person else None,
        id_number=masked_id_number(person.id_number) if person else None,
        verified_at=buyer.verified_at,
        consented=buyer.consented,
        consent_version=ID_NUMBER_VERSION,
    )


@require("shopper")
def identity_page() -> Response:
    """Show the page."""
    return identity_form()


@require("shopper")
@shown_again(identity_form, "name", "id_number", "consent")
def put_identity() -> Response:
    """Record the consent, then have name and number verified."""
    give_consent(current_actor(), request.form.get("consent", ""))
    verify_identity(
        current_actor(),
        request.form.get("name", ""),
        request.form.get("id_number", ""),
        verifier=ports().verifier,
    )
    return _onward()


@require("shopper")
@shown_again(identity_form, "name", "id_number", "consent")
def put_consent() -> Response:
    """Record the consent of a person verified before."""
    give_consent(current_actor(), request.form.get("consent", ""))
    return _onward()


@require("shopper")
def end_consent() -> Response:
    """Withdraw the consent: no new order can use the number."""
    withdraw_consent(current_actor())
    return redirect(url_for("storefront.identity_page"), 303)


def _onward() -> Response:
    back = login.local_path(request.form.get("next", ""), url_for("storefront.identity_page"))
    return redirect(back, 303)


def add_to(bp: Blueprint) -> None:
    """Route the page."""
    bp.get("/identity")(identity_page)
    bp.post("/identity")(put_identity)
    bp.post("/identity/consent")(put_consent)
    bp.post("/identity/consent/withdraw")(end_consent)
