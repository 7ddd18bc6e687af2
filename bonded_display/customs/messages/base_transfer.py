"""Decide who transmits a declared message and who gets a copy: the nodes it ends with."""

from bonded_display.customs.handed import Party
from bonded_display.customs.messages.table import Element, Node

BASE_TRANSFER = Node(
    "BaseTransfer",
    (
        Element("copCode", "C..18", "Y", "Company that transmits; must match the certificate"),
        Element("copName", "C..100", "Y", "Its name"),
        Element("dxpMode", "C3", "Y", "Constant DXP"),
        Element("dxpId", "C..30", "Y", "DXP user id given by the E-port data centre"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)

BASE_SUBSCRIBE = Node(
    "BaseSubscribe",
    (
        Element("status", "C..100", "Y", "What is copied: ALL, DATA or RET"),
        Element("dxpMode", "C3", "Y", "Constant DXP"),
        Element("dxpAddress", "C..100", "Y", "DXP user id of who gets the copy"),
        Element("note", "C..1000", "-", "Free text"),
    ),
)
MOST_SUBSCRIBERS = 5


def transfer_of(transmitter: Party, dxp_id: str) -> dict[str, str]:
    """Return the texts of ``BaseTransfer``."""
    return {
        "copCode": transmitter.code,
        "copName": transmitter.name,
        "dxpMode": "DXP",
        "dxpId": dxp_id,
    }
