"""Decide what the node ``BaseTransfer`` of our messages says: who transmits, by which DXP id."""

from bonded_display.customs.handed import Party


def transfer_of(transmitter: Party, dxp_id: str) -> dict[str, str]:
    """Return the texts of ``BaseTransfer``."""
    return {
        "copCode": transmitter.code,
        "copName": transmitter.name,
        "dxpMode": "DXP",
        "dxpId": dxp_id,
    }
