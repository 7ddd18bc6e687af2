"""Decides what stands on the paper after each command: rows of characters, QR codes, pictures.

Reading the stream is left to ``commands``, drawing to ``render``, faults to ``device``.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from .commands import Command

LINE_DOTS = 30  # power-on line spacing
ALIGN = {0: "left", 1: "center", 2: "right", 48: "left", 49: "center", 50: "right"}
EC_LEVEL = {48: "L", 49: "M", 50: "Q", 51: "H"}


@dataclass(frozen=True)
class Style:
    """How the next character is struck; ``across`` and ``down`` are magnifications 1..8."""

    align: str = "left"
    bold: bool = False
    across: int = 1
    down: int = 1
    spacing: int = LINE_DOTS


@dataclass(frozen=True)
class Struck:
    """One character with its style; ``columns`` is its width in 12-dot columns."""

    char: str
    columns: int
    style: Style


@dataclass(frozen=True)
class TextRow:
    """One printed line."""

    align: str
    struck: tuple[Struck, ...]
    spacing: int

    @property
    def text(self) -> str:
        """The characters of the line."""
        return "".join(s.char for s in self.struck)


@dataclass(frozen=True)
class QrRow:
    """A QR code as the printer was told to draw it; ``module`` in dots."""

    align: str
    data: bytes
    module: int
    level: str


@dataclass(frozen=True)
class RasterRow:
    """A picture; ``across`` in bytes, one bit a dot, 1 is black."""

    align: str
    across: int
    bits: bytes


@dataclass(frozen=True)
class Gap:
    """Blank paper, in dots."""

    dots: int


Row = TextRow | QrRow | RasterRow | Gap


@dataclass
class Paper:
    """The roll: what is printed since the last cut, and the printer's modes.

    ``four_byte`` False is the common firmware that knows GBK only; it prints the halves of a
    four-byte code as junk and says so in ``warnings``.
    """

    columns: int = 48
    four_byte: bool = False
    kanji: bool = False
    style: Style = field(default_factory=Style)
    rows: list[Row] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    warnings: list[str] = field(default_factory=list)
    _line: list[Struck] = field(default_factory=list)
    _qr: dict[str, int | bytes] = field(default_factory=dict)

    def apply(self, command: Command) -> int:
        """Carry out one command; return how many lines of paper it used."""
        self.raw += command.raw
        handler = getattr(self, f"_do_{command.name}", None)
        if handler is None:
            self.warnings.append(f"{command.name} {command.raw[:8].hex(' ')}")
            return 0
        used = handler(command.args)
        return used if isinstance(used, int) else 0

    def tear(self) -> tuple[bytes, list[Row]]:
        """Hand over the slip that was cut off: its bytes and its rows."""
        raw, rows = bytes(self.raw), self.rows
        self.raw, self.rows = bytearray(), []
        return raw, rows

    def _do_init(self, _: bytes) -> None:
        self.style, self.kanji, self._qr = Style(), False, {}

    def _do_kanji_on(self, _: bytes) -> None:
        self.kanji = True

    def _do_kanji_off(self, _: bytes) -> None:
        self.kanji = False

    def _do_align(self, args: bytes) -> None:
        self.style = replace(self.style, align=ALIGN.get(args[0], "left"))

    def _do_bold(self, args: bytes) -> None:
        self.style = replace(self.style, bold=bool(args[0] & 1))

    def _do_size(self, args: bytes) -> None:
        self.style = replace(self.style, across=(args[0] >> 4) + 1, down=(args[0] & 7) + 1)

    def _do_kanji_mode(self, args: bytes) -> None:
        size = (2 if args[0] & 4 else 1, 2 if args[0] & 8 else 1)
        self.style = replace(self.style, across=size[0], down=size[1])

    def _do_spacing(self, args: bytes) -> None:
        self.style = replace(self.style, spacing=args[0])

    def _do_spacing_default(self, _: bytes) -> None:
        self.style = replace(self.style, spacing=LINE_DOTS)

    def _do_code_page(self, args: bytes) -> None:
        if self.kanji:
            self.warnings.append(f"ESC t {args[0]} while kanji is on")

    def _do_auto_status(self, _: bytes) -> None:
        """Unsolicited packets are not simulated; a driver turns them off anyway."""

    def _do_carriage_return(self, _: bytes) -> None:
        """Most firmware ignores CR."""

    def _do_text(self, args: bytes) -> int:
        used = 0
        for char, columns in self._decode(args):
            struck = Struck(char, columns * self.style.across, self.style)
            if sum(s.columns for s in self._line) + struck.columns > self.columns:
                self.warnings.append(f"line longer than {self.columns} columns at {char!r}")
                used += self._do_line_feed(b"")
            self._line.append(struck)
        return used

    def _decode(self, code: bytes) -> list[tuple[str, int]]:
        if len(code) == 1:
            return [(code.decode("cp437") if code[0] >= 0x80 else chr(code[0]), 1)]
        if len(code) == 4 and not self.four_byte:
            self.warnings.append(f"four-byte code {code.hex(' ')} on GBK firmware")
            return [("?", 2), (chr(code[1]), 1), (chr(code[3]), 1)]
        char = code.decode("gb18030", "replace")
        return [(char, 2)]

    def _do_line_feed(self, _: bytes) -> int:
        style = self._line[0].style if self._line else self.style
        tallest = max((s.style.down for s in self._line), default=1)
        self.rows.append(TextRow(style.align, tuple(self._line), style.spacing))
        self._line = []
        return tallest

    def _do_feed_lines(self, args: bytes) -> int:
        used = self._do_line_feed(b"") if self._line else 0
        self.rows.append(Gap(args[0] * self.style.spacing))
        return used + args[0]

    def _do_feed_dots(self, args: bytes) -> int:
        self.rows.append(Gap(args[0]))
        return 1

    def _do_cut(self, args: bytes) -> int:
        if self._line:
            self._do_line_feed(b"")
        if args[0] in (65, 66):
            self.rows.append(Gap(2 * LINE_DOTS))
        return 0

    def _do_symbol(self, args: bytes) -> int:
        """``GS ( k``: model, module size, error correction, store, print (cn 49 is QR)."""
        kind, function, body = args[3], args[4], args[5:]
        if kind != 0x31:
            self.warnings.append(f"symbol {kind} is no QR code")
        elif function == 0x43:
            self._qr["module"] = body[0]
        elif function == 0x45:
            self._qr["level"] = body[0]
        elif function == 0x50:
            self._qr["data"] = body[1:]
        elif function == 0x51:
            return self._print_qr()
        return 0

    def _print_qr(self) -> int:
        data = self._qr.get("data", b"")
        module, level = int(self._qr.get("module", 3)), int(self._qr.get("level", 48))
        if not isinstance(data, bytes) or not data:
            self.warnings.append("QR printed with nothing stored")
            return 0
        self.rows.append(QrRow(self.style.align, data, module, EC_LEVEL.get(level, "L")))
        return 8

    def _do_raster(self, args: bytes) -> int:
        across, bits = args[2] + 256 * args[3], args[6:]
        self.rows.append(RasterRow(self.style.align, across, bits))
        return max(1, len(bits) // max(1, across) // LINE_DOTS)
