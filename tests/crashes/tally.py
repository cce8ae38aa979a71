"""Tallies: how many points were played, added up over the tests, which may run in several processes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

PROPERTY = "tally"
"""The property of a test's report that holds its tally."""


@dataclass(slots=True)
class Tally:
    """How many points were played of each kind of turn, and at how many nobody came to die."""

    name: str
    points: dict[str, int] = field(default_factory=dict)
    deaths: int = 0
    missed: int = 0
    broken: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {count}" for name, count in self.points.items())
        return (
            f"{self.name}: {sum(self.points.values())} points ({kinds}), {self.deaths} workers killed, "
            f"{self.missed} points not reached, {self.broken} broken, {self.seconds:.0f} s"
        )


def added_up(tallies: Iterable[Mapping[str, Any]]) -> list[Tally]:
    """The sums of tallies with the same name, each given by its fields."""
    sums: dict[str, Tally] = {}
    for each in tallies:
        total = sums.setdefault(each["name"], Tally(each["name"]))
        for kind, count in each["points"].items():
            total.points[kind] = total.points.get(kind, 0) + count
        total.deaths += each["deaths"]
        total.missed += each["missed"]
        total.broken += each["broken"]
        total.seconds += each["seconds"]
    return list(sums.values())
