"""When it is enough: a number of replications, or a precision looked at in the order of their numbers.

The look after the n-th replication sees replications 1 to n and nothing else, so where a run stops depends on
neither workers nor the order in which they finish.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sim.analysis.estimates import Measure, estimate

LEAST, BATCH = 100, 50
"""Replications before the first look, and between looks."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Half-widths wanted of responses, at most so many replications, and the kind of interval looked at."""

    wanted: tuple[tuple[Measure, float], ...]
    most: int
    guarantee: bool = False

    def looks(self) -> Iterator[int]:
        """How many replications are played at each look; the last is `most`."""
        yield from range(min(LEAST, self.most), self.most, BATCH)
        yield self.most

    def reached(self, columns: Mapping[str, Sequence[float | None]], failed: int) -> bool:
        """Whether every response named is known as well as wanted; without an interval it is not."""
        for measure, half_width in self.wanted:
            known = estimate(measure, columns[measure.name], failed, self.guarantee).half_width
            if known is None or known > half_width:
                return False
        return True
