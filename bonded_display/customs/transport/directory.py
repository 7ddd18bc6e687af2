"""Decide how messages travel through folders that a transport client watches.

``<root>/<our id>/out`` takes ours, ``in`` brings theirs; a file is whole once it has its name.
What is taken in lies sealed in the database by then and is kept, sealed too, in ``done`` for a
month; what cannot be read is kept in ``bad`` (``parking``).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from shutil import rmtree

from bonded_display.customs.errors import MailMalformed
from bonded_display.customs.messages.xml import LARGEST_BYTES
from bonded_display.customs.transport import parking
from bonded_display.customs.transport.files import (
    as_problem,
    private_folder,
    safe_name,
    write_whole,
)
from kernel import clock, crypto
from kernel.logs import log

DONE_DAYS = 31


class DirectoryMailbox:
    """The mailbox of one transmitter below ``root``; makes its folders, for the owner only.

    They are made once: one that is gone later is a share that is not mounted, and a new folder
    in its place would swallow what nobody fetches.  ``durable`` is what its messages are unless
    they are a sample's, which is made anew when the machine stops: waiting for the disk was
    half of the time it took.
    """

    def __init__(self, root: Path, dxp_id: str, *, durable: bool = True) -> None:
        self._own = root / dxp_id
        self._durable = durable
        with as_problem("open"):
            for folder in (self._own, *(self._own / name for name in ("out", "in", "done", "bad"))):
                private_folder(folder)

    def send(self, name: str, raw: bytes) -> None:
        """Put a message out whole and durably; the same name again replaces it.

        Raises ``MailboxUnavailable``; nothing of it lies in ``out`` then.
        """
        with as_problem("send"):
            write_whole(self._own / "out" / name, raw, durable=self._durable)

    def waiting(self) -> list[str]:
        """Return the names of the mail that came, oldest name first; unfinished files not."""
        with as_problem("list"), os.scandir(self._own / "in") as entries:
            found = [entry.name for entry in entries if _is_mail(entry)]
        return sorted(found)

    @contextmanager
    def alone(self, name: str) -> Iterator[bool]:
        """Lock a mail while the block runs; False where another worker is at it, or has had it.

        The lock ends with the process that has it, whatever ends that.
        """
        path = self._own / "in" / name
        with as_problem("lock"):
            try:
                handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            except FileNotFoundError:
                handle = None
        if handle is None:
            yield False
            return
        try:
            yield _is_locked(handle) and path.exists()
        finally:
            os.close(handle)

    def read(self, name: str) -> bytes:
        """Return the bytes of one; ``MailMalformed`` when it is too large to be read at all."""
        path = self._own / "in" / name
        with as_problem("read"):
            size = path.stat().st_size
            if size > LARGEST_BYTES:
                raise MailMalformed(reason="too_large", detail=str(size))
            return path.read_bytes()

    def taken(self, name: str) -> None:
        """Move a mail whose bytes are stored to ``done``; one that is gone already is no fault.

        A full disk costs the copy in ``done``, which is a convenience, never the mail.
        """
        path = self._own / "in" / name
        with as_problem("take"):
            if not path.exists():
                return
            try:
                self._keep_done(safe_name(name), path.read_bytes())
            except OSError:
                log.warning("customs.mail_done_lost", mail=safe_name(name))
            path.unlink(missing_ok=True)

    def park(self, name: str, reason: str) -> None:
        """Move a mail that cannot be read to ``bad``: its bytes sealed, the reason beside it.

        Raises ``MailboxUnavailable``; it stays in ``in`` then.
        """
        source = self._own / "in" / name
        parking.park(self._own / "bad", name, reason, _pieces(source))
        with as_problem("park"):
            source.unlink()

    def _keep_done(self, kept: str, raw: bytes) -> None:
        day = self._own / "done" / clock.china_text(clock.now())[:8]
        if not day.is_dir():
            self._forget_done()
            private_folder(day)
        write_whole(day / f"{kept}.sealed", crypto.seal(raw, done_context(kept)), durable=False)

    def _forget_done(self) -> None:
        oldest = clock.china_time(clock.now()) - timedelta(days=DONE_DAYS)
        for day in (self._own / "done").iterdir():
            if day.name < oldest.strftime("%Y%m%d"):
                rmtree(day, ignore_errors=True)


def done_context(kept: str) -> str:
    """Return the context under which a mail in ``done`` is sealed."""
    return f"customs_mail.done:{kept}"


def _is_mail(entry: "os.DirEntry[str]") -> bool:
    return not entry.name.startswith(".") and entry.is_file(follow_symlinks=False)


def _is_locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield file.read(parking.PIECE_BYTES)
        while piece := file.read(parking.PIECE_BYTES):
            yield piece
