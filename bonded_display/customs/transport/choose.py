"""Decide which mailbox the settings mean: a gateway over HTTP where one is named, else folders."""

from pathlib import Path

from bonded_display.customs.ports import Mailbox
from bonded_display.customs.transport.directory import DirectoryMailbox
from bonded_display.customs.transport.http import HttpMailbox
from kernel.config import Config


def open_mailbox(config: Config) -> Mailbox:
    """Return the mailbox of our transmitter; raises ``MailboxUnavailable``."""
    root = Path(config.dxp_dir)
    if not config.dxp_url:
        return DirectoryMailbox(root, config.dxp_id)
    url = f"{config.dxp_url.rstrip('/')}/{config.dxp_id}"
    return HttpMailbox(url, root / config.dxp_id / "bad", token=config.dxp_token)
