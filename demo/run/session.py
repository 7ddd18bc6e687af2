"""Decides one session of ``make run``: prepare if need be, start, say where, watch, end.

python -m demo.run [--home DIR] [--days N] [--orders N] [--anew]
"""

import argparse
import json
import signal
import sys
import threading
import time
from pathlib import Path

from demo.box import CommandFailed
from demo.programs import LOOK_S, ProgramFailed, Programs
from demo.run.goods import GOODS
from demo.run.home import DELIVER_AFTER_MS, PORTS, Home, HomeOutdated, PortTaken, require_free
from demo.run.prepare import PreparationFailed, Size, begin_anew, buyers, prepare
from demo.run.sheets import domestic_gtin, shelf_code


def main() -> int:
    """Return 0 after Ctrl-C, 1 when something failed: named in one sentence."""
    words = _arguments()
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    begun = time.monotonic()
    home = Home(words.home.resolve() / "out", words.home.resolve(), words.parcels_take * 1_000)
    size = Size(words.days, words.orders, words.people)
    try:
        require_free(home.ports)  # type: ignore[arg-type]
        if words.anew:
            home.mark_ready(ready=False)
        return _run(home, size, stop, begun)
    except (PortTaken, HomeOutdated, PreparationFailed, CommandFailed, ProgramFailed) as failed:
        if stop.is_set():
            return 0
        print(failed, file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    usual = Size()
    parser = argparse.ArgumentParser(prog="python -m demo.run")
    parser.add_argument("--home", type=Path, default=Path("var/run"), help="what stays")
    parser.add_argument("--days", type=int, default=usual.days, help="of trade in the sample")
    parser.add_argument("--orders", type=int, default=usual.orders, help="in the sample")
    parser.add_argument("--people", type=int, default=usual.people, help="who buy in it")
    parser.add_argument(
        "--parcels-take", type=int, default=DELIVER_AFTER_MS // 1_000, help="seconds, to the door"
    )
    parser.add_argument("--anew", action="store_true", help="throw the old sample away first")
    return parser.parse_args()


def _run(home: Home, size: Size, stop: threading.Event, begun: float) -> int:
    with Programs(home.folder / "logs") as programs:
        if home.is_ready():
            programs.launch(*home.theirs().values())
            if not home.is_migrated():
                home.run("shop.cli", "migrate")
                home.mark_ready()
        else:
            print("Making the sample; this is done once.", flush=True)
            begin_anew(home)
            prepare(home, size, programs, stop)
            programs.launch(home.theirs()["courier"])
        home.begin_figures()
        programs.launch(*home.ours())
        programs.await_ready()
        _say_where(home, size, seconds=time.monotonic() - begun)
        while not stop.wait(LOOK_S):
            programs.check_alive()
            _tell_messages(home.folder / "notifier")
        print("\nEnding all programs; the data stay.", flush=True)
    return 0


def _tell_messages(folder: Path) -> None:
    """Print each short message that a person would get, and take it, as a gateway does."""
    for file in sorted(folder.glob("[!.]*.json")):
        message = json.loads(file.read_text(encoding="utf-8"))
        file.unlink()
        print(f"message to {message['to']}: {message['text']}", flush=True)


def _say_where(home: Home, size: Size, *, seconds: float) -> None:
    web, shopper = home.public_url, buyers(size)[0]
    shelf = f"{web}/01/0{GOODS[0].gtin13}/21/{shelf_code(0, 0)}"
    staff = "\n".join(
        f"  {login:<9} {web}/staff/sign-in   {login} / {password}"
        for login, password in home.staff.items()
    )
    others = "  ".join(
        f"{name} {home.ports[name]}" for name in PORTS if name not in ("web", "till")
    )
    print(
        f"""
Qianzhan runs since {seconds:.1f} s at {web}/   Ctrl-C ends it; the data stay in {_short(home)}

  shopper   {shelf}
            phone {shopper.phone}, the code appears here; {shopper.name} {shopper.id_number}
{staff}
  till      {home.till_page}
            the clerk opens a shift with a staff number, 1007, and the cash counted;
            scan or type {domestic_gtin()}, or the number on a slip to give its sale back

  other side on 127.0.0.1: {others}
  slips in {_short(home)}/slips, logs in {_short(home)}/logs
""",
        flush=True,
    )


def _short(home: Home) -> str:
    here = Path.cwd()
    return str(home.folder.relative_to(here) if home.folder.is_relative_to(here) else home.folder)
