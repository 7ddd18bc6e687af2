"""Decide which signing keys a person must renew, for the page that says what is ready."""

from bonded_display.customs import desk
from bonded_display.customs.sign.keyring import KeyNotice
from kernel.clock import Instant


def keys_expiring(at: Instant) -> list[KeyNotice]:
    """Return each company whose key ends within 30 days of ``at``, or that cannot sign at all.

    By company code; ``warn_days`` is 30, 7 or 1, and 0 where nothing can be signed.
    """
    return desk.current().keyring.notices(at)
