"""Decides whose key an intake carries: a till's device key or a partner's.

What the orders themselves may do hangs on their shoppers' sessions, not on this key.
"""

from kernel import db
from pos.errors import DeviceUnknown
from pos.server.terminals import terminal_of
from shop.accounts.partners import partner_of


def outlet_of_bearer(authorization: str) -> int | None:
    """Return the outlet of the till whose key it is, None for a partner's.

    Raises ``DeviceUnknown`` for a key that is neither.
    """
    with db.read() as conn:
        try:
            return terminal_of(conn, authorization).outlet_id
        except DeviceUnknown:
            if partner_of(conn, authorization) is None:
                raise
    return None
