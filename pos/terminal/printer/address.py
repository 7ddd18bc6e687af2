"""Decides which way leads to a printer from how its address is written."""

import re

from pos.terminal.errors import PrinterAddressInvalid
from pos.terminal.printer.device_file import DeviceFile
from pos.terminal.printer.network import Network
from pos.terminal.printer.transport import Transport


def way_to(address: str) -> Transport:
    """Return the transport for ``host:port`` or ``file:path``; raises ``PrinterAddressInvalid``."""
    if address.startswith("file:") and len(address) > 5:
        return DeviceFile(address[5:])
    match = re.fullmatch(r"([A-Za-z0-9.\-]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})", address)
    if match is None or not 0 < int(match[2]) < 65536:
        raise PrinterAddressInvalid(given=address)
    return Network(match[1].strip("[]"), int(match[2]))
