"""Decides what a bench reads from the server's own figures: answers by status, sizes of groups.

What is counted under which name is ``kernel.metrics``'.
"""

import re
from collections import Counter
from dataclasses import dataclass

import requests

_LINE = re.compile(r"(\w+)\{(.*)\} ([\d.e+-]+)")
_LABEL = re.compile(r'(\w+)="([^"]*)"')


@dataclass(frozen=True)
class Figures:
    """The server's counters at one moment, by name and labels."""

    counts: Counter[tuple[str, frozenset[tuple[str, str]]]]

    @classmethod
    def of(cls, text: str) -> "Figures":
        """Return the counters in Prometheus' text form."""
        counts: Counter[tuple[str, frozenset[tuple[str, str]]]] = Counter()
        for line in text.splitlines():
            found = _LINE.fullmatch(line)
            if found is not None:
                labels = frozenset(_LABEL.findall(found.group(2)))
                counts[found.group(1), labels] += round(float(found.group(3)))
        return cls(counts)

    def since(self, before: "Figures") -> "Figures":
        """Return what was counted after ``before``."""
        return Figures(Counter({key: n - before.counts[key] for key, n in self.counts.items()}))

    def answers(self, route: str) -> dict[str, int]:
        """Return how many POSTs to ``route`` were answered with which status."""
        return {
            dict(labels)["status"]: count
            for (name, labels), count in self.counts.items()
            if name == "http_requests_total"
            and {("route", route), ("method", "POST")} <= labels
            and count
        }

    def group_sizes(self, group: str) -> "GroupSizes":
        """Return the sizes of the groups that one committer wrote."""
        up_to: dict[str, int] = {}
        whole: dict[str, int] = {}
        for (name, labels), count in self.counts.items():
            named = dict(labels)
            if named.get("group") == group and name.startswith("group_size_requests_"):
                if "le" in named:
                    up_to[named["le"]] = count
                else:
                    whole[name.removeprefix("group_size_requests_")] = count
        return GroupSizes.of(up_to, groups=whole.get("count", 0), requests=whole.get("sum", 0))


@dataclass(frozen=True)
class GroupSizes:
    """How many groups had how many requests; ``by_size`` names ranges, ``5..8``."""

    groups: int
    requests: int
    by_size: dict[str, int]

    @classmethod
    def of(cls, up_to: dict[str, int], *, groups: int, requests: int) -> "GroupSizes":
        """Return the sizes from cumulative counts by upper bound."""
        by_size: dict[str, int] = {}
        least, below = 1, 0
        for bound in sorted(up_to, key=float):
            most = "" if bound == "+Inf" else str(int(float(bound)))
            name = most if most == str(least) else f"{least}..{most}"
            by_size[name] = up_to[bound] - below
            below = up_to[bound]
            least = int(most or least) + 1
        return cls(groups, requests, by_size)

    @property
    def mean(self) -> float:
        """Return the requests of one group on the average."""
        return self.requests / self.groups if self.groups else 0.0

    def __str__(self) -> str:
        spread = "  ".join(f"{size}: {count}" for size, count in self.by_size.items())
        return f"{self.groups} groups, mean {self.mean:.1f} requests; {spread}"


def read(url: str) -> Figures:
    """Return the figures of the server at ``url`` now."""
    answer = requests.get(f"{url}/metrics", timeout=10)
    answer.raise_for_status()
    return Figures.of(answer.text)
