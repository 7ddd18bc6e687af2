"""Decides what is counted and under which names; thresholds and alarms are the operator's.

Names carry their unit.  Labels take few values: routes, handlers, outcomes, never ids.  A process
tells its own figures; processes that share the folder PROMETHEUS_MULTIPROC_DIR tell those of all.
"""

import os
from typing import Protocol
from weakref import ref

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_registry = CollectorRegistry()

http_requests = Counter(
    "http_requests_total", "Requests answered", ["method", "route", "status"], registry=_registry
)
http_request_seconds = Histogram(
    "http_request_seconds", "From request to answer", ["route"], buckets=_FAST, registry=_registry
)
problems = Counter(
    "problems_total", "Requests that ended in a problem", ["code"], registry=_registry
)
group_size = Histogram(
    "group_size_requests",
    "Requests committed together",
    ["group"],
    buckets=(1, 2, 4, 8, 16, 32, 64, 128),
    registry=_registry,
)
group_commit_seconds = Histogram(
    "group_commit_seconds",
    "From the taking of a group to its durable commit",
    ["group"],
    buckets=_FAST,
    registry=_registry,
)
groups_redone = Counter(
    "groups_redone_total",
    "Groups that failed and were redone singly",
    ["group"],
    registry=_registry,
)
facts_handled = Counter(
    "facts_handled_total",
    "Deliveries run, by outcome: done, waiting, failed (tried again), parked",
    ["handler", "outcome"],
    registry=_registry,
)
fact_handling_seconds = Histogram(
    "fact_handling_seconds", "One delivery", ["handler"], buckets=_FAST, registry=_registry
)
papers_for_a_person = Counter(
    "papers_for_a_person_total",
    "Refused customs papers that no program can mend",
    ["paper"],
    registry=_registry,
)
facts_open = Gauge(
    "facts_open",
    "Deliveries not yet done by state: waiting (late: of these, due already), running, parked",
    ["handler", "state"],
    registry=_registry,
    multiprocess_mode="mostrecent",
)
facts_oldest_seconds = Gauge(
    "facts_oldest_seconds",
    "Age of the oldest delivery not yet done",
    ["handler"],
    registry=_registry,
    multiprocess_mode="mostrecent",
)
calls_made = Counter(
    "calls_made_total",
    "Calls to other systems by outcome: ok, refused, unavailable",
    ["host", "outcome"],
    registry=_registry,
)
call_seconds = Histogram(
    "call_seconds", "One call to another system", ["host"], buckets=_FAST, registry=_registry
)


class Line(Protocol):
    """A line of requests before a group: how many wait, of at most how many."""

    name: str
    most_waiting: int

    @property
    def waiting(self) -> int:
        """Return how many wait."""


lines: list[ref[Line]] = []
"""The lines of this process, each group's own; they are asked when somebody looks."""


def render() -> str:
    """Return every figure in Prometheus' text form, of all processes where they share a folder."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest(_registry).decode()
    shared = CollectorRegistry()
    MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
    return generate_latest(shared).decode()
