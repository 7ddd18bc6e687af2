"""Decides how a printer is asked for its state and how its answers are told apart.

``DLE EOT n`` is answered at once, a barrier only when everything before it has been printed.
"""

import time

from pos.terminal.errors import PrinterOffline, PrinterPaperOut, PrinterSilent
from pos.terminal.printer.transport import Transport

ASK_PAPER = b"\x10\x04\x04"
ASK_PRINTER = b"\x10\x04\x01"
PAPER_OUT, OFFLINE = 0x60, 0x08
ANSWER_S = 1.5
DRAIN_S = 0.01


def check_ready(line: Transport, answer_s: float = ANSWER_S) -> None:
    """Return when the printer says it can print.

    Raises ``PrinterPaperOut``, ``PrinterOffline``, ``PrinterSilent``, ``LineLost``.
    """
    _drain(line)
    if _ask(line, ASK_PAPER, answer_s) & PAPER_OUT:
        raise PrinterPaperOut(printer=line.name)
    if _ask(line, ASK_PRINTER, answer_s) & OFFLINE:
        raise PrinterOffline(printer=line.name)


def barrier(job_no: int, *, process_id: bool) -> tuple[bytes, bytes | None]:
    """Return the bytes that ask "are you through?", and the exact answer where there is one."""
    if not process_id:
        return b"\x1dr\x01", None
    mark = f"{job_no % 10_000:04d}".encode()
    return b"\x1d(H\x06\x0000" + mark, b"\x37\x22" + mark + b"\x00"


def await_barrier(line: Transport, answer: bytes | None, timeout_s: float) -> bool:
    """Return whether the barrier's answer came in time; raises ``LineLost``."""
    end, heard = time.monotonic() + timeout_s, b""
    while (left := end - time.monotonic()) > 0:
        heard += line.receive(left)
        if answer is None and any(byte & 0x90 == 0 for byte in heard):
            return True
        if answer is not None and answer in heard:
            return True
    return False


def _ask(line: Transport, question: bytes, answer_s: float) -> int:
    """Return a valid status byte; bytes that are none (late answers to others) are passed over."""
    line.send(question)
    end = time.monotonic() + answer_s
    while (left := end - time.monotonic()) > 0:
        for byte in line.receive(left):
            if byte & 0x93 == 0x12:
                return byte
    raise PrinterSilent(printer=line.name)


def _drain(line: Transport) -> None:
    while line.receive(DRAIN_S):
        pass
