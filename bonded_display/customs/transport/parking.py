"""Decide how mail that cannot be read is kept: whole, sealed, with a word of why beside it.

Nothing that came is lost, however large; it is sealed piece by piece, so that memory stays flat.
Its word is written last and goes last: a word without its mail is what a crash left behind.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from bonded_display.customs.messages.xml import LARGEST_BYTES
from bonded_display.customs.transport.files import as_problem, safe_name, write_whole
from kernel import crypto
from kernel.clock import Instant

PIECE_BYTES = LARGEST_BYTES
"""What could have been read is one piece."""
MOST = 1_000
"""Parked mails that one look tells of, the oldest first."""
LONGEST_REASON = 400
_WORD = ".reason"
_SECOND = ".0002"


@dataclass(frozen=True, slots=True)
class ParkedMail:
    """One mail as it lies here: its name, the word of why with what was said beside it, since when.

    ``read_whole`` says that it is one piece, which is all that could be read anew.
    """

    name: str
    reason: str
    detail: str
    at: Instant
    size: int
    read_whole: bool


def count_parked(bad: Path) -> int:
    """Return how many mails lie in the folder ``bad``; 0 for one that cannot be read."""
    try:
        with os.scandir(bad) as entries:
            return sum(_is_word(entry) for entry in entries)
    except OSError:
        return 0


def parked(bad: Path) -> list[ParkedMail]:
    """Return what lies in the folder ``bad``, the oldest first, at most ``MOST``; none without it.

    ``size`` is in bytes, sealed.  Raises ``MailboxUnavailable`` when the folder cannot be read.
    """
    if not bad.is_dir():
        return []
    with as_problem("list"), os.scandir(bad) as entries:
        words = [(entry.stat().st_mtime_ns, entry.name) for entry in entries if _is_word(entry)]
        found = [_parked(bad, name.removesuffix(_WORD), at) for at, name in sorted(words)[:MOST]]
    return [one for one in found if one is not None]


def read_parked(bad: Path, name: str) -> bytes:
    """Return the bytes of a parked mail as they came; ``MailboxUnavailable``, ``FileNotFoundError``."""
    path = _sealed(bad, name)
    if not path.exists():
        raise FileNotFoundError(path)
    with as_problem("read"):
        return crypto.unseal(path.read_bytes(), seal_context(name))


def forget_parked(bad: Path, name: str) -> None:
    """Forget a parked mail that is stored elsewhere; one that is gone already is no fault."""
    with as_problem("take"):
        _sealed(bad, name).unlink(missing_ok=True)
        (bad / f"{name}{_WORD}").unlink(missing_ok=True)


def tidy(bad: Path) -> None:
    """Take away words whose mail is gone: a crash while it was forgotten left them."""
    if not bad.is_dir():
        return
    with as_problem("take"), os.scandir(bad) as entries:
        names = [entry.name.removesuffix(_WORD) for entry in entries if _is_word(entry)]
        for name in names:
            if not _sealed(bad, name).exists():
                (bad / f"{name}{_WORD}").unlink(missing_ok=True)


def write_reason(bad: Path, name: str, reason: str) -> None:
    """Write down another word of why a parked mail lies here; how old it is does not change."""
    path = bad / f"{name}{_WORD}"
    with as_problem("park"):
        told = path.stat()
        write_whole(path, f"{reason}\n".encode("utf-8", "backslashreplace"))
        os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))


def _is_word(entry: "os.DirEntry[str]") -> bool:
    named = entry.name.endswith(_WORD) and not entry.name.startswith(".")
    return named and entry.is_file(follow_symlinks=False)


def _parked(bad: Path, name: str, at_ns: int) -> ParkedMail | None:
    """None for a word whose mail is gone."""
    path = _sealed(bad, name)
    try:
        size = path.stat().st_size
        words = (bad / f"{name}{_WORD}").read_text("utf-8", "replace")[:LONGEST_REASON]
    except FileNotFoundError:
        return None
    reason, _, detail = (words.splitlines() or [""])[0].partition(" ")
    whole = not (bad / f"{name}{_SECOND}.sealed").exists()
    return ParkedMail(name, reason, detail, at_ns // 1_000, size, whole)


def _sealed(bad: Path, name: str) -> Path:
    return bad / f"{name}.sealed"


def park(bad: Path, name: str, reason: str, pieces: Iterable[bytes]) -> None:
    """Keep a mail in the folder ``bad``; a second time the same replaces it.

    One piece is ``<name>.sealed``; of a larger mail each further one is ``<name>.0002.sealed``
    and so on.  Raises ``MailboxUnavailable``; the mail must stay where it is then.
    """
    kept = safe_name(name)
    with as_problem("park"):
        for number, piece in enumerate(pieces, start=1):
            part = kept if number == 1 else f"{kept}.{number:04d}"
            write_whole(bad / f"{part}.sealed", crypto.seal(piece, seal_context(part)))
        words = reason if kept == name else f"{reason}\nname {name!r}"
        write_whole(bad / f"{kept}.reason", (words + "\n").encode("utf-8", "backslashreplace"))


def seal_context(part: str) -> str:
    """Return the context under which a parked mail, or one piece of it, is sealed."""
    return f"customs_mail.bad:{part}"
