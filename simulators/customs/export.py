"""Write plain copies of business messages for the demo and tests, when told to.

Without a folder, or switched off, nothing leaves the sealed books.
"""

from __future__ import annotations

import re
from pathlib import Path

from simulators.mailbox import put

_UNSAFE = re.compile(r"[^0-9A-Za-z_-]")


class Export:
    """The folder of plain copies: ``<folder>/<DXP id>/{received,sent}/<kind>-<label>-<n>.xml``.

    A copy is there whole, or not yet.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self.is_on = folder is not None

    def received(self, dxp_id: str, kind: str, label: str, data: bytes) -> None:
        """Copy a message that came from ``dxp_id``."""
        self._copy("received", dxp_id, f"{kind}-{label}", data)

    def sent(self, dxp_id: str, kind: str, label: str, data: bytes) -> None:
        """Copy a message that went to ``dxp_id``."""
        self._copy("sent", dxp_id, f"{kind}-{label}", data)

    def _copy(self, way: str, dxp_id: str, stem: str, data: bytes) -> None:
        if self._folder is None or not self.is_on:
            return
        folder = self._folder / dxp_id / way
        folder.mkdir(parents=True, exist_ok=True)
        stem = _UNSAFE.sub("_", stem)[:120]
        count = len(list(folder.glob(f"{stem}-*.xml")))
        put(folder, f"{stem}-{count + 1}.xml", data)
