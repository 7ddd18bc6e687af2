"""Decides how requests are sent: wrk with prepared requests, and what it says about them.

Which requests, and what must hold afterwards, belongs to the cases.
"""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_SCALE_MS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}


@dataclass(frozen=True)
class Load:
    """How much is sent: connections kept alive by wrk's threads, for some seconds."""

    connections: int
    seconds: int
    threads: int = 1


@dataclass(frozen=True)
class Sent:
    """What wrk saw: answers and their pace; ``wrong`` counts statuses of 400 and more."""

    answers: int
    per_second: float
    p50_ms: float
    p99_ms: float
    wrong: int
    socket_errors: int


def send(url: str, script: Path, load: Load, *, arguments: Sequence[str]) -> Sent:
    """Send what ``script`` makes of ``arguments``, and return what came back."""
    done = subprocess.run(
        [
            "wrk",
            *("--threads", str(load.threads), "--connections", str(load.connections)),
            *("--duration", f"{load.seconds}s", "--timeout", "20s", "--latency"),
            *("--script", str(script), url, "--", *arguments),
        ],
        capture_output=True,
        text=True,
        timeout=load.seconds + 60,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"wrk: {done.stdout}{done.stderr}")
    return read(done.stdout)


def read(said: str) -> Sent:
    """Return the figures in wrk's report."""
    errors = re.search(r"Socket errors: (.*)", said)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    return Sent(
        answers=int(_found(r"(\d+) requests in", said)),
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        p50_ms=_ms(said, 50),
        p99_ms=_ms(said, 99),
        wrong=int(wrong.group(1)) if wrong else 0,
        socket_errors=sum(map(int, re.findall(r"\d+", errors.group(1)))) if errors else 0,
    )


def _ms(said: str, percent: int) -> float:
    figure, unit = re.search(rf"\b{percent}%\s+([\d.]+)(us|ms|s|m)\b", said).groups()  # type: ignore[union-attr]
    return float(figure) * _SCALE_MS[unit]


def _found(pattern: str, said: str) -> str:
    found = re.search(pattern, said)
    if found is None:
        raise RuntimeError(f"wrk said nothing like {pattern}: {said}")
    return found.group(1)
