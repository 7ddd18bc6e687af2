"""Decide how messages travel through folders that a transport client watches.

``<root>/<our id>/out`` takes ours, ``in`` brings theirs; a file is whole once it has its name.
What is taken in is deleted, for it is sealed in the database by then; what cannot be read is
kept in ``bad`` sealed, beside a word of why.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bonded_display.customs.errors import MailboxUnavailable, MailMalformed
from bonded_display.customs.messages.xml import LARGEST_BYTES
from kernel import crypto

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600


class DirectoryMailbox:
    """The mailbox of one transmitter below ``root``; makes its folders, for the owner only.

    ``durable`` is what its messages are unless they are a sample's, which is made anew when the
    machine stops: waiting for the disk was half of the time it took.
    """

    def __init__(self, root: Path, dxp_id: str, *, durable: bool = True) -> None:
        self._own = root / dxp_id
        self._durable = durable
        with _as_problem("open"):
            for name in ("out", "in", "bad"):
                (self._own / name).mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)
            for folder in (self._own, *self._own.iterdir()):
                folder.chmod(PRIVATE_FOLDER)

    def send(self, name: str, raw: bytes) -> None:
        """Put a message out whole and durably; the same name again replaces it.

        Raises ``MailboxUnavailable``.
        """
        with _as_problem("send"):
            _write_whole(self._own / "out" / name, raw, durable=self._durable)

    def waiting(self) -> list[str]:
        """Return the names of the mail that came, oldest name first; unfinished files not."""
        with _as_problem("list"):
            found = [entry.name for entry in os.scandir(self._own / "in") if _is_mail(entry)]
        return sorted(found)

    def read(self, name: str) -> bytes:
        """Return the bytes of one; ``MailMalformed`` when it is too large to be read at all."""
        path = self._own / "in" / name
        with _as_problem("read"):
            size = path.stat().st_size
            if size > LARGEST_BYTES:
                raise MailMalformed(reason="too_large", detail=str(size))
            return path.read_bytes()

    def taken(self, name: str) -> None:
        """Delete a mail whose bytes are stored; one that is gone already is no fault."""
        with _as_problem("take"):
            (self._own / "in" / name).unlink(missing_ok=True)

    def park(self, name: str, reason: str) -> None:
        """Move a mail that cannot be read to ``bad``: its bytes sealed, the reason beside it."""
        source, bad = self._own / "in" / name, self._own / "bad"
        with _as_problem("park"):
            with source.open("rb") as file:
                head = file.read(LARGEST_BYTES)
            _write_whole(bad / f"{name}.sealed", crypto.seal(head, seal_context(name)))
            _write_whole(bad / f"{name}.reason", (reason + "\n").encode())
            source.unlink()


def seal_context(name: str) -> str:
    """Return the context under which a parked mail is sealed."""
    return f"customs_mail.bad:{name}"


def _is_mail(entry: "os.DirEntry[str]") -> bool:
    return not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def _write_whole(path: Path, raw: bytes, *, durable: bool = True) -> None:
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE_FILE)
    with os.fdopen(handle, "wb") as file:
        file.write(raw)
        file.flush()
        if durable:
            os.fsync(file.fileno())
    unfinished.replace(path)
    if not durable:
        return
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def _as_problem(doing: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise MailboxUnavailable(doing=doing) from error
