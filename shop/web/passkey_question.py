"""Decides how a browser carries the one question its authenticator was asked.

Leaves what is asked, and whether the answer is right, to shop.accounts.passkeys.
"""

import secrets

from flask import Response, session

from kernel import config
from shop.accounts.errors import PasskeysNeedHostName
from shop.accounts.passkeys.ceremony import site_of

_HOLDER = "passkey_holder"


def new_holder() -> str:
    """Return a token for one question, which this browser alone carries; an older one is void."""
    holder = secrets.token_urlsafe(32)
    session[_HOLDER] = holder
    return holder


def spent_holder() -> str:
    """Return the token of the question this browser was asked, and take it away."""
    return str(session.pop(_HOLDER, ""))


def can_have_passkeys() -> bool:
    """Say whether browsers make passkeys for the address of this site."""
    try:
        site_of(config.current().public_url)
    except PasskeysNeedHostName:
        return False
    return True


def options(content: str) -> Response:
    """Return what a browser's authenticator is asked."""
    return Response(content, mimetype="application/json")
