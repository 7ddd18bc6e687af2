"""Runs the product's commands, each in a process forked from this one, which has imported all.

A start costs a tenth of what it costs a machine; what runs is the product's own command, armed.
A line on standard input asks for one: name, log, port, words; the answer is its process id.
"""

import json
import os
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from granian import Granian

from load.faults import struck
from shop import cli
from shop import serve as served


class _Armed(Granian):  # type: ignore[misc,valid-type]  # chosen by platform
    """The product's server, whose processes are armed first."""

    def __init__(self, _: str, **settings: Any) -> None:
        super().__init__("load.faults.nursery:make_asgi", **settings)


def make_asgi() -> Any:
    """Arm the process that answers, then open the house in it as the product does."""
    struck.arm(Path(os.environ["STRUCK_FOLDER"]), os.environ["STRUCK_NAME"])
    return served.make_asgi()


def main() -> int:
    """Fork for every line until there is none, then end what still runs."""
    folder, living = Path(sys.argv[1]), set[int]()

    def reap(*_: object) -> None:
        with suppress(ChildProcessError):  # another end, heard in the middle, took them all
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                living.discard(pid)

    signal.signal(signal.SIGCHLD, reap)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print("ready", flush=True)
    for line in sys.stdin:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # known before it can end
        pid = os.fork()
        if pid == 0:
            _become(folder, **json.loads(line))
        living.add(pid)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        print(pid, flush=True)
    for pid in list(living):
        os.kill(pid, signal.SIGKILL)
    return 0


def _become(folder: Path, *, name: str, log: str, port: str, words: list[str]) -> NoReturn:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    with Path(os.devnull).open() as nothing, Path(log).open("ab") as said:
        os.dup2(nothing.fileno(), 0)
        os.dup2(said.fileno(), 1)
        os.dup2(said.fileno(), 2)
    os.environ |= {"STRUCK_FOLDER": str(folder), "STRUCK_NAME": name, "QIANZHAN_WEB_PORT": port}
    code = 1
    try:
        if words == ["serve"]:
            vars(served)["Granian"] = _Armed
        elif words == ["worker"]:
            struck.arm(folder, name)
        code = cli.main(words)
    except SystemExit as end:
        code = int(end.code or 0)
    finally:
        sys.stdout.flush()
        (folder / f"{name}.ended").write_text(str(code))
        os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
