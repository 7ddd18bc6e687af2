"""Decides which notices a shopper accepts with one tick before ordering.

Leaves storing version and time with the order to placing.
"""

from shop.offer.errors import NoticesNotAccepted

# A new wording in templates/messages/offer.* gets a new version; old orders keep theirs.
NOTICES_VERSION = "2026-11"
NOTICES = ("notice_1", "notice_2", "notice_3")


def accepted_notices(version: str) -> str:
    """Return the version ticked; raises ``NoticesNotAccepted`` unless it is the one shown now.

    Source: customs.md 6, what the shopper must see and accept before ordering.
    """
    if version != NOTICES_VERSION:
        raise NoticesNotAccepted
    return version
