"""Decides how bytes travel to a printer behind a device file, or to a plain file.

python-escpos carries them (``File``, its ``_raw``); it composes nothing, and nothing comes back.
"""

from typing import Any

from escpos.exceptions import Error
from escpos.printer import File

from pos.terminal.printer.transport import LineLost


class DeviceFile:
    """A printer at a path such as ``/dev/usb/lp0``."""

    answers = False

    def __init__(self, path: str) -> None:
        self.name = path
        self._device: Any = None

    def open(self) -> None:
        """Open the file; raises ``LineLost``."""
        try:
            self._device = File(self.name, auto_flush=False)
            self._device.open()
        except (OSError, Error) as trouble:
            raise LineLost(str(trouble)) from trouble

    def send(self, data: bytes) -> None:
        """Send all of ``data``; raises ``LineLost``."""
        try:
            self._device._raw(data)
            self._device.flush()
        except (OSError, Error) as trouble:
            raise LineLost(str(trouble)) from trouble

    def receive(self, timeout_s: float) -> bytes:
        """Nothing ever comes back."""
        del timeout_s
        return b""

    def close(self) -> None:
        """Close the file."""
        if self._device is not None:
            self._device.close()
            self._device = None
