"""Read the bytes of a slip: its text line by line, and the QR codes it asks for.

Only the commands of the hardware reference; another one is ``Unreadable``.
"""

from dataclasses import dataclass, field

from tests.check_demo.readers.documents import Unreadable

ARGUMENTS = {
    b"\x1b": dict.fromkeys(b"@2", 0) | dict.fromkeys(b"ad!tMJE{-R3GVr", 1) | {ord("p"): 3},
    b"\x1c": dict.fromkeys(b"&.", 0) | dict.fromkeys(b"!C-", 1) | {ord("S"): 2},
    b"\x1d": dict.fromkeys(b"!BarIbhwHf", 1) | dict.fromkeys(b"LWP", 2),
    b"\x10": {4: 1},
}
CUT_WITH_FEED = b"\x41\x42\x61\x62\x67\x68"
QR_STORE = b"1P0"


@dataclass
class Slip:
    """What was sent to the printer."""

    text: str = ""
    codes: list[bytes] = field(default_factory=list)


def read(data: bytes) -> Slip:
    """Return the slip in ``data``; raises ``Unreadable`` and ``UnicodeDecodeError``."""
    slip, words, at = Slip(), bytearray(), 0
    while at < len(data):
        lead = data[at : at + 1]
        if lead not in ARGUMENTS:
            words += lead
            at += 1
            continue
        command = data[at : at + 2]
        size = _length(data, at)
        if command == b"\x1d(" and data[at + 5 : at + 8] == QR_STORE:
            slip.codes.append(data[at + 8 : at + size])
        if command in (b"\x1bd", b"\x1bJ"):
            words += b"\n"
        if at + size > len(data):
            raise Unreadable("slip.bin ends inside a command")
        at += size
    slip.text = bytes(words).decode("gbk")
    return slip


def _length(data: bytes, at: int) -> int:
    """Return how many bytes the command at ``at`` takes."""
    lead, rest = data[at : at + 1], data[at + 1 : at + 8].ljust(7, b"\0")
    code = rest[0]
    if lead == b"\x1d" and code == ord("V"):
        return 4 if rest[1] in CUT_WITH_FEED else 3
    if lead == b"\x1d" and code == ord("("):
        return 5 + int.from_bytes(rest[2:4], "little")
    if lead == b"\x1d" and code == ord("v"):
        width, height = rest[3:5], rest[5:7]
        return 8 + int.from_bytes(width, "little") * int.from_bytes(height, "little")
    if code not in ARGUMENTS[lead]:
        raise Unreadable(f"slip.bin: unknown command {data[at : at + 2].hex()} at {at}")
    return 2 + ARGUMENTS[lead][code]
