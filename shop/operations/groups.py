"""Decide how many requests were committed together, as this process counted them.

The figures are those of ``/metrics``; since when they count is the process's start.
"""

from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from kernel import metrics

_NAME = "group_size_requests"


@dataclass(frozen=True, slots=True)
class GroupSize:
    """One kind of group: how many were committed, of how many requests in all."""

    name: str
    groups: int
    requests: int

    @property
    def mean_e5(self) -> int:
        """Return requests a group in 1/100,000, cut to tenths."""
        return self.requests * 10 // self.groups * 10_000 if self.groups else 0


def group_sizes() -> list[GroupSize]:
    """Return the groups that committed anything, by name."""
    told: dict[str, dict[str, int]] = {}
    for family in text_string_to_metric_families(metrics.render()):
        for sample in family.samples if family.name == _NAME else ():
            if "le" not in sample.labels and not sample.name.endswith("_created"):
                part = sample.name.removeprefix(f"{_NAME}_")
                told.setdefault(sample.labels["group"], {})[part] = int(sample.value)
    return [GroupSize(name, it["count"], it["sum"]) for name, it in sorted(told.items())]
