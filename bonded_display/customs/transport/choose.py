"""Decide which mailbox the settings mean: one adapter by its name, behind one port.

``docs/gateway.md`` shows how a further one is written.
"""

from collections.abc import Callable
from pathlib import Path

from bonded_display.customs.ports import Mailbox
from bonded_display.customs.transport.directory import DirectoryMailbox
from bonded_display.customs.transport.http import HttpMailbox
from kernel.config import Config


def _directory(config: Config) -> Mailbox:
    return DirectoryMailbox(Path(config.dxp_dir), config.dxp_id)


def _http(config: Config) -> Mailbox:
    url = f"{config.dxp_url.rstrip('/')}/{config.dxp_id}"
    return HttpMailbox(url, bad_folder(config), token=config.dxp_token)


ADAPTERS: dict[str, Callable[[Config], Mailbox]] = {"directory": _directory, "http": _http}
"""By the setting ``dxp_adapter``."""


def open_mailbox(config: Config) -> Mailbox:
    """Return the mailbox of our transmitter.

    Raises ``MailboxUnavailable`` when its folders cannot be made, ``ValueError`` for an adapter
    that is not there.
    """
    if config.dxp_adapter not in ADAPTERS:
        raise ValueError(f"dxp_adapter is none of {', '.join(sorted(ADAPTERS))}")
    return ADAPTERS[config.dxp_adapter](config)


def bad_folder(config: Config) -> Path:
    """Return the folder of ours for mail that cannot be read and has no folder of its own."""
    return Path(config.dxp_dir) / config.dxp_id / "bad"
