"""Decides how a short message is handed to the gateway: one JSON file, whole or not there.

Leaves sending it, and deleting the file after pick-up, to the gateway.
"""

import json
import os
from pathlib import Path

from kernel import clock, config, ids
from shop.accounts.errors import CodeNotSent


def hand_off(phone: str, text: str) -> Path:
    """Return the file that now holds one message for the gateway.

    The folder is opened to its owner only; the file appears by a rename after its bytes
    are on the disk.  Raises ``CodeNotSent`` when the folder cannot be written.
    """
    message_id = ids.new()
    body = {"id": str(message_id), "channel": "sms", "to": phone, "text": text, "at": clock.now()}
    folder = Path(config.current().notifier_dir)
    try:
        return _write(folder, f"{message_id}.json", json.dumps(body, ensure_ascii=False))
    except OSError as failed:
        raise CodeNotSent(retry_after_s=60) from failed


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    draft = folder / f".{name}"
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(text.encode())
        out.flush()
        os.fsync(out.fileno())
    target = folder / name
    draft.rename(target)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return target
