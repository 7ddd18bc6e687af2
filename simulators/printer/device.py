"""Decides how the printer behaves: buffer, faults, status answers, and the slips it cuts off.

Sockets are left to ``server``; pictures to ``render``.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from pathlib import Path

from .commands import Command, next_command
from .paper import Paper, QrRow, Row, TextRow
from .render import draw

Reply = Callable[[bytes], None]
DOTS = {48: 576, 32: 384}


@dataclass
class Faults:
    """What is wrong with the printer; every field is set by name through the control port.

    ``paper_lines`` is how many lines the roll still holds; ``drop_after`` how many further
    bytes the line carries before it is reset; ``mute_after_status`` how many further answers
    come before silence.  ``noise`` sends a stray byte before each answer.
    """

    paper_out: bool = False
    paper_lines: int | None = None
    near_end: bool = False
    cover_open: bool = False
    drop_after: int | None = None
    mute: bool = False
    mute_after_status: int | None = None
    noise: bool = False
    stall: bool = False
    refuse: bool = False

    @property
    def offline(self) -> bool:
        """Whether printing stands still."""
        return self.paper_out or self.cover_open


class LineDropped(Exception):
    """The connection is to be reset now."""


@dataclass
class Slip:
    """A slip that was cut off: the bytes that made it and what stands on it."""

    raw: bytes
    rows: list[Row]

    @property
    def lines(self) -> list[str]:
        """The printed lines as text."""
        return [row.text for row in self.rows if isinstance(row, TextRow)]

    @property
    def qr(self) -> list[str]:
        """What the QR codes say."""
        return [r.data.decode("utf-8", "replace") for r in self.rows if isinstance(r, QrRow)]


@dataclass
class Device:
    """One printer.  All methods may be called from any thread."""

    out: Path
    columns: int = 48
    four_byte: bool = False
    faults: Faults = field(default_factory=Faults)
    slips: list[Slip] = field(default_factory=list)
    drawer_pulses: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._buffer = bytearray()
        self._tail = b""
        self._reply: Reply = lambda _: None
        self.paper = Paper(columns=self.columns, four_byte=self.four_byte)

    def receive(self, data: bytes, reply: Reply) -> None:
        """Take bytes from the line; raises ``LineDropped`` when the fault says so."""
        with self._lock:
            self._reply = reply
            kept, dropped = self._cut_line(data)
            self._answer_realtime(kept)
            self._buffer += kept
            self._advance()
            if dropped:
                raise LineDropped

    def set_faults(self, values: dict[str, object]) -> None:
        """Set faults by name; ``refill`` puts in a new roll, ``reset`` is a power cycle.

        Raises ``ValueError`` naming an unknown fault or a wrong type.
        """
        with self._lock:
            values = dict(values)
            refill, reset = values.pop("refill", False), values.pop("reset", False)
            self._check_names(values)
            if reset:
                self._buffer.clear()
                self.paper = Paper(columns=self.columns, four_byte=self.four_byte)
            if refill:
                self.faults.paper_out, self.faults.paper_lines = False, None
            for name, value in values.items():
                setattr(self.faults, name, value)
            self._advance()

    def _check_names(self, values: dict[str, object]) -> None:
        known = {f.name for f in fields(Faults)}
        counted = {"paper_lines", "drop_after", "mute_after_status"}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"unknown fault {name}; known are {', '.join(sorted(known))}")
            wanted = (int, type(None)) if name in counted else (bool,)
            if not isinstance(value, wanted) or (name in counted and isinstance(value, bool)):
                raise ValueError(f"{name} cannot be {value!r}")

    def state(self) -> dict[str, object]:
        """Return what a test or a person wants to know of the printer."""
        with self._lock:
            return {
                "slips": len(self.slips),
                "lines_on_paper": [r.text for r in self.paper.rows if isinstance(r, TextRow)],
                "pending_bytes": len(self._buffer),
                "warnings": list(self.paper.warnings),
                "drawer_pulses": self.drawer_pulses,
                "faults": vars(self.faults).copy(),
            }

    def _cut_line(self, data: bytes) -> tuple[bytes, bool]:
        left = self.faults.drop_after
        if left is None:
            return data, False
        if len(data) < left:
            self.faults.drop_after = left - len(data)
            return data, False
        self.faults.drop_after = None
        return data[:left], True

    def _answer_realtime(self, data: bytes) -> None:
        """Answer ``DLE EOT n`` at once, wherever it stands, as firmware does."""
        seen = self._tail + data
        at = seen.find(b"\x10\x04")
        while at >= 0 and at + 2 < len(seen):
            self._say(self._status_byte(seen[at + 2]))
            at = seen.find(b"\x10\x04", at + 3)
        self._tail = next((t for t in (b"\x10\x04", b"\x10") if seen.endswith(t)), b"")

    def _status_byte(self, n: int) -> bytes:
        faults = self.faults
        if n == 1:
            return bytes([0x12 | (0x08 if faults.offline else 0)])
        if n == 2:
            cover = 0x04 if faults.cover_open else 0
            return bytes([0x12 | cover | (0x20 if faults.paper_out else 0)])
        if n == 3:
            return b"\x12"
        near = 0x0C if faults.near_end or faults.paper_out else 0
        return bytes([0x12 | near | (0x60 if faults.paper_out else 0)])

    def _say(self, answer: bytes) -> None:
        faults = self.faults
        if faults.mute_after_status is not None:
            faults.mute = faults.mute or faults.mute_after_status == 0
            faults.mute_after_status = max(0, faults.mute_after_status - 1)
        if not faults.mute:
            with contextlib.suppress(OSError):  # whoever asked has left: the answer is lost
                self._reply(b"\xff" + answer if faults.noise else answer)

    def _advance(self) -> None:
        while not self.faults.offline:
            command = next_command(bytes(self._buffer), kanji=self.paper.kanji)
            if command is None:
                return
            del self._buffer[: len(command.raw)]
            self._run(command)

    def _run(self, command: Command) -> None:
        if command.name == "status":
            self._say(bytes([0x0C if self.faults.near_end else 0x00]))
        elif command.name == "reply":
            self._say(b"\x37\x22" + command.args[5:9] + b"\x00")
        elif command.name in ("drawer", "realtime_pulse"):
            self.drawer_pulses += 1
        elif command.name not in ("realtime_status", "realtime_request", "buzzer"):
            self._use_paper(self.paper.apply(command))
            if command.name == "cut":
                self._keep_slip()

    def _use_paper(self, lines: int) -> None:
        if self.faults.paper_lines is None or not lines:
            return
        self.faults.paper_lines = max(0, self.faults.paper_lines - lines)
        self.faults.paper_out = self.faults.paper_out or self.faults.paper_lines == 0

    def _keep_slip(self) -> None:
        raw, rows = self.paper.tear()
        self.slips.append(Slip(raw, rows))
        name = self.out / f"slip-{len(self.slips)}"
        name.with_suffix(".bin").write_bytes(raw)
        draw(rows, width=DOTS[self.columns]).save(name.with_suffix(".png"))
