"""Carry messages between companies and customs: DXP envelopes as files in mailbox folders.

``<root>/<DXP id>/out`` holds what its owner sends to customs, ``in`` what customs sends to it.
A file appears whole or not at all; whoever took it deletes it.  What the letters say is
nobody's business here.
"""

from __future__ import annotations

import base64
import binascii
import os
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from lxml import etree

from simulators import ceb

DXP = "http://www.chinaport.gov.cn/dxp"
CUSTOMS_ID = "DXPCUSTOMS000001"
"""The DXP id under which the simulated customs sends; 16 characters at most."""

_DURABLE = os.environ.get("SIMULATORS_SYNC", "") != "off"
"""Whether a letter is on the disk before it is seen; what is thrown away when it breaks need not."""

_INFO = ("CopMsgId", "SenderId", "ReceiverIds", "CreatTime", "MsgType")


class BadEnvelope(Exception):
    """A file that is no DXP envelope; the text names the part that is wrong."""


@dataclass(frozen=True)
class Letter:
    """One envelope: ``data`` is the business message, ``message_type`` e.g. CEB311Message."""

    message_id: str
    sender: str
    receiver: str
    message_type: str
    data: bytes


def wrap(letter: Letter, at: datetime) -> bytes:
    """Return the DXP envelope of ``letter``, made at ``at``."""
    root = etree.Element(f"{{{DXP}}}DxpMsg", nsmap={"dxp": DXP})
    root.set("ver", "1.0")
    info = etree.SubElement(root, f"{{{DXP}}}TransInfo")
    etree.SubElement(info, f"{{{DXP}}}CopMsgId").text = letter.message_id
    etree.SubElement(info, f"{{{DXP}}}SenderId").text = letter.sender
    receivers = etree.SubElement(info, f"{{{DXP}}}ReceiverIds")
    etree.SubElement(receivers, f"{{{DXP}}}ReceiverId").text = letter.receiver
    etree.SubElement(info, f"{{{DXP}}}CreatTime").text = at.isoformat(timespec="seconds")
    etree.SubElement(info, f"{{{DXP}}}MsgType").text = letter.message_type
    etree.SubElement(root, f"{{{DXP}}}Data").text = base64.b64encode(letter.data).decode()
    return ceb.to_bytes(root)


def unwrap(data: bytes) -> Letter:
    """Return the letter in the envelope ``data``; raises ``BadEnvelope``."""
    try:
        root = ceb.read(data)
    except ceb.Unreadable:
        raise BadEnvelope("不是XML") from None
    if root.tag != f"{{{DXP}}}DxpMsg" or root.get("ver") != "1.0":
        raise BadEnvelope("不是DxpMsg")
    said = {name: _text(root, f"TransInfo/{{{DXP}}}{name}") for name in _INFO}
    receiver = _text(root, f"TransInfo/{{{DXP}}}ReceiverIds/{{{DXP}}}ReceiverId")
    if not 1 <= len(said["CopMsgId"]) <= 255 or not 1 <= len(said["SenderId"]) <= 16:
        raise BadEnvelope("TransInfo")
    try:
        content = base64.b64decode("".join(_text(root, "Data").split()), validate=True)
    except (binascii.Error, ValueError):
        raise BadEnvelope("Data") from None
    return Letter(said["CopMsgId"], said["SenderId"], receiver, said["MsgType"], content)


def _text(root: etree._Element, path: str) -> str:
    found = root.find(f"{{{DXP}}}{path}")
    if found is None:
        raise BadEnvelope(path.rpartition("}")[2])
    return found.text or ""


@dataclass(frozen=True)
class Mailbox:
    """The two folders of one DXP user under ``root``."""

    root: Path
    dxp_id: str

    @cached_property
    def outgoing(self) -> Path:
        """Where the owner puts what customs shall take."""
        return self.root / self.dxp_id / "out"

    @cached_property
    def incoming(self) -> Path:
        """Where customs puts what the owner shall take."""
        return self.root / self.dxp_id / "in"

    def open(self) -> None:
        """Make the folders, for their owner's eyes only."""
        for folder in (self.root, self.root / self.dxp_id, self.outgoing, self.incoming):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def waiting(folder: Path) -> list[Path]:
    """Return the whole files that wait in ``folder``, oldest name first; none if it is absent."""
    try:
        names = [each.name for each in os.scandir(folder) if each.name.endswith(".xml")]
    except FileNotFoundError:
        return []
    return [folder / name for name in sorted(names) if not name.startswith(".")]


def put(folder: Path, name: str, content: bytes) -> None:
    """Write ``name`` into ``folder`` so that a reader sees all of it or nothing."""
    draft = folder / f".{name}.part"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        file.write(content)
        if _DURABLE:
            os.fsync(descriptor)
    draft.replace(folder / name)


def take_away(path: Path) -> None:
    """Delete a file that has been taken; nothing of it stays behind."""
    path.unlink(missing_ok=True)
