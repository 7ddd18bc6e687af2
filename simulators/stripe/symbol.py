"""Decides how an address stands on the pay page as a QR code; what it leads to is ``pages``'s."""

from __future__ import annotations

from qrcode.main import QRCode

QUIET = 4


def symbol(address: str) -> tuple[int, str]:
    """Return the side in modules, quiet zone included, and one SVG path of the dark ones."""
    code = QRCode(border=QUIET)
    code.add_data(address)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = (
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, is_dark in enumerate(row)
        if is_dark
    )
    return len(rows), "".join(dark)
