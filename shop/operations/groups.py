"""Decide how many requests were committed together and how many wait, as this process counts.

The sizes are those of ``/metrics``; since when they count is the process's start.
"""

from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from kernel import metrics

_NAME = "group_size_requests"


@dataclass(frozen=True, slots=True)
class GroupSize:
    """One kind of group: how many were committed, of how many requests in all.

    ``waiting`` is its longest line now, of at most ``most_waiting``.
    """

    name: str
    groups: int
    requests: int
    waiting: int
    most_waiting: int

    @property
    def mean_e5(self) -> int:
        """Return requests a group in 1/100,000, cut to tenths."""
        return self.requests * 10 // self.groups * 10_000 if self.groups else 0

    @property
    def waiting_percent(self) -> int:
        """Return how full its line is."""
        return 100 * self.waiting // max(1, self.most_waiting)


def group_sizes() -> list[GroupSize]:
    """Return the groups that committed anything or in whose line somebody waits, by name."""
    told: dict[str, dict[str, int]] = {}
    for family in text_string_to_metric_families(metrics.render()):
        for sample in family.samples if family.name == _NAME else ():
            if "le" not in sample.labels and not sample.name.endswith("_created"):
                part = sample.name.removeprefix(f"{_NAME}_")
                told.setdefault(sample.labels["group"], {})[part] = int(sample.value)
    lines = _lines()
    return [
        GroupSize(
            name,
            told.get(name, {}).get("count", 0),
            told.get(name, {}).get("sum", 0),
            *lines.get(name, (0, 0)),
        )
        for name in sorted(told.keys() | {name for name, line in lines.items() if line[0]})
    ]


def _lines() -> dict[str, tuple[int, int]]:
    """Return by group how many wait in the line with the least room, and its seats."""
    found: dict[str, tuple[int, int]] = {}
    for line in (known() for known in list(metrics.lines)):
        if line is not None:
            told = (line.waiting, line.most_waiting)
            found[line.name] = max(found.get(line.name, (0, line.most_waiting)), told)
    return found
