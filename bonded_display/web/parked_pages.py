"""Decide the page of mail that was set aside, and the button that takes it in again.

Only what was set aside for a certificate is taken in again; how is ``take_parked_again``'s.
"""

from flask import Blueprint, render_template

from bonded_display.customs.heard.take_parked_again import (
    may_come_again,
    renew_trust,
    take_parked_again,
)
from bonded_display.customs.transport.choose import bad_folder
from bonded_display.customs.transport.parking import MOST, parked
from bonded_display.web.acting import Mishap, acting, done, not_yet
from bonded_display.web.ports import RequireRole
from kernel import config
from kernel.errors import Refusal

ROLE = "operator"
KNOWN = frozenset(
    {
        *("too_large", "not_xml", "document_type", "envelope", "envelope_empty", "namespace"),
        *("other_message", "head_missing", "receipt_empty", "receipt_key", "receipt_time"),
        *("receipt_status", "bill_amount", "bill_line", "signature_missing", "signature_unknown"),
        *("signature_dates", "signature_forged", "signature_method", "signature_parts"),
        *("signature_place", "signature_base64"),
    }
)
"""Reasons that have words."""


class CertificateUnfit(Refusal):
    """A file in the folder of trusted certificates is none; trust stays as it was."""

    code = "certificate_unfit"

    def __init__(self, *, detail: str) -> None:
        super().__init__(detail=detail)


def parked_page(*, mishap: Mishap | None = None) -> str:
    """Show what was set aside, the oldest first, with its reason and its age."""
    mails = parked(bad_folder(config.current()))
    return render_template(
        "customs_desk/parked.html",
        mails=mails,
        again=sum(may_come_again(mail) for mail in mails),
        may_come_again=may_come_again,
        known=KNOWN,
        most=MOST,
        mishap=mishap,
    )


@acting(parked_page, form="parked")
def take_again() -> str:
    """Read the trusted certificates anew, then take in what they make believed."""
    settings = config.current()
    try:
        renew_trust(settings)
    except ValueError as unfit:
        raise CertificateUnfit(detail=str(unfit)[:200]) from unfit
    taken = take_parked_again(bad_folder(settings))
    say = done if taken.recorded and not taken.failed else not_yet
    say("parked.did", recorded=taken.recorded, stay=taken.stay, failed=taken.failed)
    return "/back-office/customs/parked"


def add_parked_pages(pages: Blueprint, require_role: RequireRole) -> None:
    """Add both to the customs desk's pages."""
    guard = require_role(ROLE)
    pages.add_url_rule("/parked", "parked", guard(parked_page))
    pages.add_url_rule("/parked", "take_again", guard(take_again), methods=["POST"])
