"""Goals of a measurement and whether they were met, as rows of a report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One number that a measurement must reach: at least `limit`, or at most where `at_most`."""

    what: str
    limit: float
    measured: float
    at_most: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the measured number is on the right side."""
        return self.measured <= self.limit if self.at_most else self.measured >= self.limit

    def row(self) -> str:
        """Return the goal as a row of a Markdown table."""
        sign = "at most" if self.at_most else "at least"
        goal, measured = (f"{number:.4g}{self.unit}" for number in (self.limit, self.measured))
        return f"| {self.what} | {sign} {goal} | {measured} | {'met' if self.met else '**missed**'} |"


def goals_table(goals: Iterable[Goal]) -> list[str]:
    """Return all goals as lines of a Markdown table."""
    return ["| goal | | measured | |", "| --- | --- | --- | --- |", *(goal.row() for goal in goals)]
