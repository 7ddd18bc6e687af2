"""Decide how one file is written whole, and under which name what came from outside is kept.

Which folder it is, and what a failure means to the desk, is left to the adapters.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from errno import errorcode
from pathlib import Path

from bonded_display.customs.errors import MailboxUnavailable

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600

_PLAIN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", re.ASCII)


def safe_name(name: str) -> str:
    """Return ``name``, or a digest of it where it could lead elsewhere or fit no folder.

    A name comes from the other side: it may hold slashes, bytes that are no text, or 255
    characters that leave no room for an ending.
    """
    if _PLAIN_NAME.fullmatch(name):
        return name
    return "name-" + hashlib.sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def private_folder(folder: Path) -> Path:
    """Make a folder for its owner only, with those above it, and return it."""
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
    folder.chmod(PRIVATE_FOLDER)
    return folder


def write_whole(path: Path, raw: bytes, *, durable: bool = True) -> None:
    """Put ``raw`` under its name whole or not at all: write, fsync, rename, fsync the folder.

    Raises ``OSError``; what was begun is taken away, so that a full disk does not keep halves.
    """
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        _write(unfinished, raw, durable=durable)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
    if durable:
        _sync_folder(path.parent)


def _write(path: Path, raw: bytes, *, durable: bool) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        if durable:
            os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def as_problem(doing: str) -> Iterator[None]:
    """Turn what the system refuses into ``MailboxUnavailable`` with its name, e.g. ``ENOSPC``."""
    try:
        yield
    except OSError as error:
        cause = errorcode.get(error.errno or 0, type(error).__name__)
        raise MailboxUnavailable(doing=doing, cause=cause) from error
