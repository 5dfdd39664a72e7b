"""What each of several things does to a mean, over replications: effects with intervals, ranks, and ties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sim.analysis.estimates import CONFIDENCE
from sim.analysis.intervals import mean_of
from sim.analysis.paired import interval_of, without_rounding


@dataclass(frozen=True, slots=True)
class Effect:
    """The mean of what something does in each replication, its interval, and the method."""

    mean: float
    low: float | None
    high: float | None
    method: str
    count: int

    @property
    def raises(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.low is not None and self.low > 0

    @property
    def lowers(self) -> bool:
        """Whether the whole interval is below 0."""
        return self.high is not None and self.high < 0

    def plain(self) -> dict[str, Any]:
        """The effect as `summary.json` holds it."""
        return {"mean": self.mean, "low": self.low, "high": self.high, "method": self.method,
                "replications": self.count}  # fmt: skip


def effect(values: Sequence[float | None], reach: float | None, comparisons: int = 1, scale: float = 1.0) -> Effect:
    """The effect from its values in the order of replications; those without a value are left out.

    `reach` bounds the values (1 for a share). With several `comparisons` the intervals hold together (Bonferroni).
    Values within rounding of each other, relative to `scale`, count as equal.
    """
    known = [value for value in values if value is not None]
    if not known:
        return Effect(0.0, None, None, "no replication has a value", 0)
    known = without_rounding(known, [scale, *known], reach)
    by = "t over replications" + (f", together for {comparisons}" if comparisons > 1 else "")
    found = interval_of(known, reach, confidence_of_each(comparisons), by)
    return Effect(mean_of(known), found.low, found.high, found.method, len(known))


def confidence_of_each(comparisons: int) -> float:
    """The confidence of each of several intervals that hold together with 95 %."""
    return 1 - (1 - CONFIDENCE) / max(comparisons, 1)


def ranks(columns: Sequence[Sequence[float]], reach: float | None) -> list[tuple[int, bool]]:
    """The rank of each of several effects, highest mean first, and whether others share it.

    Columns are values over the same replications. An effect shares the rank of the first above it from which it can't
    be told apart: the interval of their difference, together for all, contains 0.
    """
    order = sorted(range(len(columns)), key=lambda at: (-mean_of(columns[at]), at))
    rank_by: dict[int, int] = {}
    first = -1
    for place, at in enumerate(order, 1):
        if first < 0 or not _alike(columns[first], columns[at], reach, len(columns)):
            first, rank = at, place
        else:
            rank = rank_by[first]
        rank_by[at] = rank
    shared = list(rank_by.values())
    return [(rank_by[at], shared.count(rank_by[at]) > 1) for at in range(len(columns))]


def _alike(one: Sequence[float], other: Sequence[float], reach: float | None, comparisons: int) -> bool:
    """Whether two effects can't be told apart."""
    gaps = [a - b for a, b in zip(one, other, strict=True)]
    found = effect(gaps, None if reach is None else 2 * reach, comparisons - 1, max(map(abs, [*one, *other])))
    return not (found.raises or found.lowers)
