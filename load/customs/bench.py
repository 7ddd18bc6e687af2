"""Decides what ``make bench-customs`` measures: lists signed and stored, beside bare libraries.

Group by group the product's lists and the bare libraries' on the same documents take turns, so
that whatever else the machine does falls on both.  The floor is 1 / (t_lxml + t_sm2).
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter

import gmalg

from bonded_display.customs.messages.xml import read_xml
from bonded_display.customs.sign import sm2, xmldsig
from kernel import clock
from load import harness
from load.customs.floor import Spent, bare, sign_bare
from load.customs.house import CustomsHouse, customs_house, signed_bytes
from load.customs.lists import Made, groups
from load.harness import Row

GROUP = 100
SLICES = 10
GOAL = 0.5
FLAT_KB = 8_192
FLOOR = "bare lxml + SM2"


@dataclass
class Slice:
    """What a tenth of the lists took, and the memory held at its end."""

    lists: int = 0
    ours_s: float = 0
    bare: Spent = field(default_factory=Spent)
    resident_kb: int = 0

    @property
    def per_second(self) -> float:
        """Lists a second."""
        return self.lists / self.ours_s

    @property
    def floor_per_second(self) -> float:
        """1 / (t_lxml + t_sm2)."""
        return self.lists / (self.bare.lxml_s + self.bare.sm2_s)

    @property
    def ratio(self) -> float:
        """How much of the floor the product reaches."""
        return self.per_second / self.floor_per_second


def main(words: Sequence[str] | None = None) -> int:
    """Run the bench, print its table, write ``var/bench/customs.json``; 1 where a goal is missed."""
    parser = argparse.ArgumentParser(prog="bench-customs")
    parser.add_argument("--lists", type=int, default=5_000)
    parser.add_argument("--one-by-one", type=int, default=200, help="lists by the verb")
    parser.add_argument("--results", type=Path, default=harness.RESULTS, help="folder")
    chosen = parser.parse_args(words)
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        customs_house(Path(folder)) as house,
    ):
        slices = in_groups(house, chosen.lists)
        rows = _rows(slices)
        rows += _one_by_one(house, chosen.one_by_one, rows[1].median)
        rows += _implementations(house)
    harness.report("customs", rows, folder=chosen.results)
    return judge(slices)


def in_groups(house: CustomsHouse, count: int) -> list[Slice]:
    """Sign and store ``count`` lists in groups; return what each tenth of them took.

    Raises ``ValueError`` when a stored list is not what the bare libraries made of its texts.
    """
    house.key.sign(b"the tables of the curve are made once", clock.now())
    slices: list[Slice] = []
    for number, group in enumerate(groups(count, GROUP, clock.now())):
        if number * GROUP * SLICES >= count * len(slices):
            slices.append(Slice())
        _measure(house, group, slices[-1], check=number == 0)
    return slices


def _measure(house: CustomsHouse, group: list[Made], slice_: Slice, *, check: bool) -> None:
    at = clock.now()
    pairs = [(made, made.order_texts("0" * 36, at)) for made in group]
    begun = perf_counter()
    stored = house.sign_group(pairs, at)
    slice_.ours_s += perf_counter() - begun
    slice_.lists += len(group)
    ours = [signed_bytes(one.guid) for one in stored]
    theirs = [sign_bare(bare(raw), house.key, slice_.bare) for raw in ours]
    if check:
        _compare(house, ours, theirs)
    slice_.resident_kb = _resident_kb()


def _compare(house: CustomsHouse, ours: list[bytes], theirs: list[bytes]) -> None:
    """Nonces differ, nothing else may; both signatures hold."""
    for one, other in zip(ours, theirs, strict=True):
        if _unsigned(one) != _unsigned(other):
            raise ValueError("the floor does not sign the same document")
        if not all(xmldsig.holds(read_xml(raw), house.key.public_key) for raw in (one, other)):
            raise ValueError("a signature does not hold")


def _unsigned(raw: bytes) -> bytes:
    head, _, rest = raw.partition(b"<ds:SignatureValue>")
    return head + rest.partition(b"</ds:SignatureValue>")[2]


def _rows(slices: Sequence[Slice]) -> list[Row]:
    ours = [one.per_second for one in slices]
    floor = [one.floor_per_second for one in slices]
    ratio = median(one.ratio for one in slices)
    lxml = [one.lists / one.bare.lxml_s for one in slices]
    signs = [one.lists / one.bare.sm2_s for one in slices]
    held = [float(one.resident_kb) for one in slices]
    return [
        _row("built, checked, signed, stored", "lists/s", ours, {FLOOR: ratio}),
        _row(FLOOR, "lists/s", floor),
        _row("bare lxml alone", "lists/s", lxml),
        _row("bare SM2 alone", "lists/s", signs),
        _row("memory after each tenth", "KB", held),
    ]


def _one_by_one(house: CustomsHouse, count: int, floor: float) -> list[Row]:
    if not count:
        return []
    rates = []
    for group in groups(count, max(1, count // SLICES), clock.now()):
        for made in group:
            house.accept(made)
        begun = perf_counter()
        for made in group:
            house.submit(made)
        rates.append(len(group) / (perf_counter() - begun))
    return [_row("one by one by the verb", "lists/s", rates, {FLOOR: median(rates) / floor})]


def _implementations(house: CustomsHouse) -> list[Row]:
    """SM2 of the library that dependencies name, beside the one we sign with; the same message."""
    key = house.key
    theirs = gmalg.SM2(
        sk=key.private.to_bytes(32, "big"),
        uid=sm2.USER_ID,
        pk=b"\x04" + b"".join(part.to_bytes(32, "big") for part in key.public),
    )
    message = b"m" * 700
    ours = [_rate(lambda: sm2.sign(key.private, key.public, message), 200) for _ in range(5)]
    gm = [_rate(lambda: theirs.sign(message), 5) for _ in range(5)]
    beside = {"gmalg": median(ours) / median(gm)}
    return [
        _row("SM2 by our table", "signs/s", ours, beside),
        _row("SM2 by gmalg", "signs/s", gm),
    ]


def _rate(once: Callable[[], object], count: int) -> float:
    begun = perf_counter()
    for _ in range(count):
        once()
    return count / (perf_counter() - begun)


def _row(
    case: str, unit: str, figures: Sequence[float], beside: dict[str, float] | None = None
) -> Row:
    return Row(case, unit, median(figures), min(figures), max(figures), beside or {})


def _resident_kb() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() // 1024


def judge(slices: Sequence[Slice]) -> int:
    """Return 1, and say why, where the floor's half is missed or memory grows."""
    ratio = median(one.ratio for one in slices)
    grown = slices[-1].resident_kb - slices[min(1, len(slices) - 1)].resident_kb
    missed = []
    if ratio < GOAL:
        missed.append(f"{ratio:.2f} of the floor, not {GOAL}")
    if grown > FLAT_KB:
        missed.append(f"memory grew by {grown} KB after the second tenth")
    print(f"FAIL: {'; '.join(missed)}" if missed else f"{ratio:.2f} of the floor, memory flat")
    return 1 if missed else 0


if __name__ == "__main__":
    harness.stop_when_told()
    sys.exit(main())
