"""Decides how often the routes that strangers can reach may be asked of one process, and by whom.

The exact limits, of a phone, a login or a person, are the accounts' throttles in the database.
One address may be a whole outlet behind one line: a caller's limit is wide, not tight.
"""

from flask import request

from kernel.web import Limit, Rate
from kernel.web.limits import caller_of

LIMITS: dict[str, Limit] = {
    # A code costs a text message, a password a slow hash.
    "storefront.ask_code": Limit(Rate(20, 30), Rate(200, 1_200)),
    "storefront.answer_code": Limit(Rate(40, 60), Rate(400, 3_000)),
    "staff.answer_password": Limit(Rate(20, 20), Rate(60, 300)),
    # A question to an authenticator is a row, its answer a signature to verify.
    "staff.begin_passkey": Limit(Rate(20, 30), Rate(200, 1_200)),
    "staff.answer_passkey": Limit(Rate(20, 30), Rate(200, 1_200)),
    # A scan is a read; a whole street of outlets may share a line.
    "storefront.offer_page": Limit(Rate(600, 6_000), Rate(6_000, 120_000)),
    # Providers send in bursts after an outage, from few addresses.
    "payments.stripe_webhook": Limit(Rate(6_000, 60_000), Rate(12_000, 120_000)),
    # A till or a partner hands in hundreds at once, some of them behind one line.
    "intake.take_in_orders": Limit(Rate(6_000, 60_000), Rate(12_000, 120_000)),
    # Customs asks about one order now and then; a question costs a row and a signature.
    "payment_data.plat_data_open": Limit(Rate(60, 300), Rate(120, 600)),
}
"""By endpoint."""


def network() -> str:
    """Return from where this request comes, as throttles count it: IPv6 by its 64 bits."""
    return caller_of(request.remote_addr or "")
