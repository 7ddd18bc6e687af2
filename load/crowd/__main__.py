"""Run a crowd as a plan says and leave its figures: ``python -m load.crowd PLAN``."""

import json
import sys
import time
from pathlib import Path
from typing import Any

from locust import User, events  # patches the standard library for gevent
from locust.env import Environment

from load.crowd.noted import Notebook
from load.crowd.partner import Partner
from load.crowd.plan import read_plan
from load.crowd.shopper import Shopper
from load.crowd.till import Till
from load.crowd.user import Crowd, CrowdUser

FINISH_S = 25
"""How long whoever is in the middle of something may take to come to its end."""
EVERY_S = 1.0
SPOKEN_EVERY = 3


def main(words: list[str]) -> int:
    """Let the crowd come, wait until its orders are placed or time is over; return 0."""
    plan = read_plan(Path(words[0]))
    notebook = Notebook(plan.acknowledged)
    crowd = Crowd(plan, notebook)
    CrowdUser.crowd = crowd
    Till.fixed_count = len(plan.device_keys)
    Partner.fixed_count = len(plan.partner_keys)
    kinds = ((Shopper, plan.people), (Till, plan.device_keys), (Partner, plan.partner_keys))
    classes: list[type[User]] = [kind for kind, many in kinds if many]
    env = Environment(user_classes=classes, events=events, host=plan.url, stop_timeout=FINISH_S)
    runner = env.create_local_runner()
    runner.start(plan.users, plan.arriving_per_s)
    moments = _watch(env, crowd)
    runner.quit()
    notebook.close()
    plan.figures.write_text(json.dumps(_figures(env, crowd, moments)), encoding="utf-8")
    return 0


def _watch(env: Environment, crowd: Crowd) -> list[dict[str, Any]]:
    """Keep a moment a second until nobody has anything left to do."""
    begun, moments = time.monotonic(), []
    assert env.runner is not None
    while True:
        time.sleep(EVERY_S)
        at_s = time.monotonic() - begun
        moments.append(_moment(env, crowd, at_s))
        if len(moments) % SPOKEN_EVERY == 0:
            print(_spoken(moments[-1]), flush=True)
        gone = env.runner.state == "running" and env.runner.user_count == 0
        if at_s >= crowd.plan.seconds or crowd.wave.over or gone:
            return moments


def _moment(env: Environment, crowd: Crowd, at_s: float) -> dict[str, Any]:
    total, counts = env.stats.total, crowd.notebook.counts
    assert env.runner is not None
    percentiles = {
        f"p{100 * part:.0f}_ms": total.get_current_response_time_percentile(part) or 0
        for part in (0.5, 0.95, 0.99)
    }
    return {
        "at_s": round(at_s, 1),
        "users": env.runner.user_count,
        "answers_per_s": round(total.current_rps, 1),
        "placed": crowd.wave.placed,
        "paid": counts["money"],
        "refused": counts["refused"],
        "sales": counts["sale"],
        "failures": total.num_failures,
        **percentiles,
    }


def _spoken(moment: dict[str, Any]) -> str:
    names = ("users", "placed", "paid", "refused", "sales", "failures")
    counts = ", ".join(f"{moment[name]} {name}" for name in names)
    pace = f"{moment['answers_per_s']:.0f} answers a second"
    return f"{moment['at_s']:4.0f} s: {counts}; {pace}, p99 {moment['p99_ms']:.0f} ms"


def _figures(env: Environment, crowd: Crowd, moments: list[dict[str, Any]]) -> dict[str, Any]:
    entries = sorted(env.stats.entries.values(), key=lambda one: one.name)
    assert env.runner is not None
    return {
        "moments": moments,
        "counts": dict(crowd.notebook.counts),
        "requests": [
            {
                "name": one.name,
                "answers": one.num_requests,
                "failures": one.num_failures,
                "p50_ms": one.get_response_time_percentile(0.5),
                "p95_ms": one.get_response_time_percentile(0.95),
                "p99_ms": one.get_response_time_percentile(0.99),
                "max_ms": round(one.max_response_time),
            }
            for one in entries
        ],
        "failures": [
            f"{one.occurrences} x {one.name}: {one.error}" for one in env.stats.errors.values()
        ],
        "raised": [f"{one['count']} x {one['msg']}" for one in env.runner.exceptions.values()],
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
