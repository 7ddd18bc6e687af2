"""Decides how a country of origin is named and marked: customs code to message and letters.

Every country has the same mark, the two letters of its sign: flags that a few shapes draw would
favour some.  Leaves the names to templates/messages/storefront and the mark to the page.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """A country: the message id of its name, and its two letters (ISO 3166-1)."""

    message_id: str
    letters: str


# Customs country codes (customs.md 7).
LETTERS: dict[str, str] = {
    "110": "HK",
    "116": "JP",
    "132": "SG",
    "133": "KR",
    "136": "TH",
    "142": "CN",
    "143": "TW",
    "301": "BE",
    "302": "DK",
    "303": "GB",
    "304": "DE",
    "305": "FR",
    "306": "IE",
    "307": "IT",
    "309": "NL",
    "312": "ES",
    "331": "CH",
    "344": "RU",
    "410": "BR",
    "501": "CA",
    "502": "US",
    "601": "AU",
    "609": "NZ",
}


def origin(code: str) -> Origin:
    """Return how to show a customs country code; an unknown one is shown as its code."""
    if code not in LETTERS:
        return Origin("origin_other", "")
    return Origin(f"origin_{code}", LETTERS[code])
