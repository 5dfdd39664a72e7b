"""Selection of the best of several alternatives: fully sequential, with an indifference zone.

The procedure of Kim and Nelson, "A fully sequential procedure for indifference-zone selection in simulation", ACM
Transactions on Modeling and Computer Simulation 11 (2001), section 3, with c = 1. With common random numbers and any
variances, the selected alternative is the best with the given confidence if the best is better than all others by at
least the indifference; otherwise it is within the indifference of the best.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations

from sim.analysis.intervals import spread_of

FIRST = 50
"""Replications of the first stage, from which variances of differences are estimated."""


@dataclass
class KimNelson:
    """The state of the procedure, updated by replication in the order of their numbers.

    `alive` are the alternatives that may still be best; `dropped` has the replications after which others left.
    """

    count: int
    indifference: float
    confidence: float = 0.95
    first: int = FIRST
    smallest: bool = False
    alive: list[int] = field(init=False)
    dropped: dict[int, int] = field(init=False, default_factory=dict)
    taken: int = field(init=False, default=0)
    best: int | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.alive = list(range(self.count))
        self._sums = [0.0] * self.count
        self._stage: list[list[float]] = []
        self._reach: dict[tuple[int, int], float] = {}

    @property
    def done(self) -> bool:
        """Whether an alternative is selected."""
        return self.best is not None

    @property
    def needed(self) -> int | None:
        """The maximum number of replications until selection; `None` before the first stage is over."""
        if not self._reach:
            return None
        return max((math.floor(self._reach[pair]) for pair in combinations(self.alive, 2)), default=0) + 1

    def add(self, values: Sequence[float | None]) -> None:
        """Add one replication: a value for each alternative that is alive, anything for the others."""
        if self.done:
            return
        sign = -1.0 if self.smallest else 1.0
        for at in self.alive:
            value = values[at]
            assert value is not None, "an alternative that is alive has a value"
            self._sums[at] += sign * value
        self.taken += 1
        if self.taken <= self.first:
            self._stage.append([sign * float(value) if value is not None else 0.0 for value in values])
        if self.taken == self.first:
            self._measure()
        if self.taken >= self.first:
            self._screen()

    def _measure(self) -> None:
        """Compute, from the first stage, over how many replications each pair has to be compared."""
        freedom = self.first - 1
        alpha = 1 - self.confidence
        eta = ((2 * alpha / (self.count - 1)) ** (-2 / freedom) - 1) / 2
        h2 = 2 * eta * freedom
        for i, j in combinations(range(self.count), 2):
            variance = spread_of([row[i] - row[j] for row in self._stage]) ** 2
            self._reach[i, j] = h2 * variance / self.indifference**2

    def _screen(self) -> None:
        """Drop alternatives that are too far behind another."""
        r = self.taken
        for at in [at for at in self.alive if any(self._behind(at, other) for other in self.alive if other != at)]:
            self.dropped[at] = r
        self.alive = [at for at in self.alive if at not in self.dropped]
        if len(self.alive) == 1 or r >= (self.needed or 0):
            self.best = max(self.alive, key=lambda at: (self._sums[at], -at))
            for at in self.alive:
                if at != self.best:
                    self.dropped[at] = r
            self.alive = [self.best]

    def _behind(self, at: int, other: int) -> bool:
        """Whether one is behind another by more than the width of the continuation region."""
        r = self.taken
        reach = self._reach[min(at, other), max(at, other)]
        width = max(0.0, self.indifference / (2 * r) * (reach - r))
        return self._sums[at] / r < self._sums[other] / r - width
