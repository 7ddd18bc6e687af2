"""Decide who transmits a message: the node that every business message ends with."""

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
