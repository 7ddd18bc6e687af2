"""Decide how mail that cannot be read is kept: whole, sealed, with a word of why beside it.

Nothing that came is lost, however large; it is sealed piece by piece, so that memory stays flat.
"""

from collections.abc import Iterable
from pathlib import Path

from bonded_display.customs.messages.xml import LARGEST_BYTES
from bonded_display.customs.transport.files import as_problem, safe_name, write_whole
from kernel import crypto

PIECE_BYTES = LARGEST_BYTES
"""What could have been read is one piece."""


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
