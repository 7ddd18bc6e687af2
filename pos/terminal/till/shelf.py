"""Decides what the counter knows of its outlet's goods: the last snapshot, kept on its own disk."""

import json
from dataclasses import asdict, dataclass

from kernel import clock
from kernel.clock import Instant
from pos.catalogue import DOMESTIC, RETAIL_IMPORT, Catalogue, Goods, OutletFacts, goods_from
from pos.shapes import typed
from pos.terminal.errors import CodeMisread, GoodsNotKnown, PayCodeScanned
from pos.terminal.journal import Journal
from pos.terminal.till.scan import MISREAD, PAY_CODE, SALE, UNKNOWN, read_scan


@dataclass(frozen=True, slots=True)
class Found:
    """What a scan leads to: sold here, ordered on the shopper's phone, or both."""

    domestic: Goods | None
    retail_import: Goods | None


@dataclass(frozen=True, slots=True)
class Known:
    """The snapshot the counter goes by: its version and the instant it was last found current."""

    version: str
    at: Instant
    outlet: OutletFacts | None


def keep(journal: Journal, snapshot: Catalogue) -> None:
    """Replace what is known by a new snapshot, all at once."""
    rows = [
        (one.route, one.item_id, one.gtin14, one.shelf_code, json.dumps(asdict(one)))
        for one in snapshot.goods
    ]
    with journal.commit() as conn:
        conn.execute("DELETE FROM goods")
        conn.executemany("INSERT INTO goods VALUES (?, ?, ?, ?, ?)", rows)
        _note(journal, "outlet", json.dumps(asdict(snapshot.outlet)))
        _note(journal, "catalogue_version", snapshot.version)


def found_current(journal: Journal) -> None:
    """Note that the server has nothing newer."""
    with journal.commit():
        _note(journal, "catalogue_version", known(journal).version)


def note_clock(journal: Journal, server_at: Instant, *, asked_at: Instant) -> None:
    """Note how far the server's clock is from ours, taking half of the way off."""
    now = clock.now()
    offset_ms = (server_at - (asked_at + now) // 2) // clock.MILLISECOND
    with journal.commit():
        _note(journal, "clock_offset_ms", str(offset_ms))


def clock_offset_ms(journal: Journal) -> int:
    """Return the server's clock less ours when they last spoke, in milliseconds; 0 before."""
    found = journal.rows("SELECT value FROM known WHERE name = 'clock_offset_ms'")
    return int(found[0][0]) if found else 0


def known(journal: Journal) -> Known:
    """Return what the counter goes by; before the first snapshot the version is empty."""
    names = "SELECT name, value, at FROM known WHERE name IN ('outlet', 'catalogue_version')"
    rows = {name: (value, at) for name, value, at in journal.rows(names)}
    if "outlet" not in rows:
        return Known("", 0, None)
    facts = typed(json.loads(rows["outlet"][0]), OutletFacts, ValueError)
    version, at = rows["catalogue_version"]
    return Known(version, at, OutletFacts(**facts))


def find(journal: Journal, text: str) -> Found:
    """Return what a scanned text leads to in this outlet.

    Raises ``PayCodeScanned``, ``CodeMisread``, ``GoodsNotKnown``; what was scanned is told back
    except a payment code.
    """
    scan = read_scan(text)
    shown = text.strip()[:40]
    if scan.kind == PAY_CODE:
        raise PayCodeScanned
    if scan.kind == MISREAD:
        raise CodeMisread(code_read=shown)
    rows = [] if scan.kind in (UNKNOWN, SALE) else _rows(journal, scan.gtin14, scan.shelf_code)
    by_route = {one.route: one for one in goods_from([json.loads(row) for row in rows])}
    if not by_route:
        raise GoodsNotKnown(code_read=shown)
    return Found(by_route.get(DOMESTIC), by_route.get(RETAIL_IMPORT))


def retail_import_of(journal: Journal, gtin14: str) -> Goods | None:
    """Return the outlet's retail-import offer of goods, if it has one."""
    found = goods_from([json.loads(row) for row in _rows(journal, gtin14, "")])
    return next((one for one in found if one.route == RETAIL_IMPORT), None)


def _rows(journal: Journal, gtin14: str, shelf_code: str) -> list[str]:
    column, value = ("gtin14", gtin14) if gtin14 else ("shelf_code", shelf_code)
    sql = f"SELECT content FROM goods WHERE {column} = ? ORDER BY route, item_id DESC"
    return [row[0] for row in journal.rows(sql, value)]


def _note(journal: Journal, name: str, value: str) -> None:
    journal.rows(
        "INSERT INTO known VALUES (?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET value = excluded.value, at = excluded.at",
        name,
        value,
        clock.now(),
    )
