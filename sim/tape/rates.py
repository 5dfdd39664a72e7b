"""Rates that change by dated periods, and the instants of a Poisson process with such a rate."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import floor, sqrt
from typing import TypeVar

import numpy as np

from sim.scenario.calendar import DAY_S
from sim.scenario.parts import Window
from sim.scenario.places import ThreatPeriod
from sim.tape.inversion import Floats, Ints
from sim.tape.streams import Streams

AnyWindow = TypeVar("AnyWindow", bound=Window)
Value = TypeVar("Value")


def stretches(
    windows: Iterable[AnyWindow], until_s: int, value: Callable[[list[AnyWindow]], Value]
) -> list[tuple[int, int, Value]]:
    """[0, until_s) cut where windows begin and end: (from, until, `value` of the windows that cover it)."""
    dated = list(windows)
    edges = {at for window in dated for at in (window.from_s, window.until_s)}
    ordered = sorted({0, until_s} | {at for at in edges if 0 < at < until_s})
    return [
        (start, end, value([window for window in dated if window.covers(start)])) for start, end in pairwise(ordered)
    ]


def largest_times(periods: list[ThreatPeriod]) -> float:
    """The multiplier of overlapping periods: the largest, 1 if there are none."""
    return max((period.times for period in periods), default=1.0)


class Hazard:
    """A rate per day, piecewise constant on [0, until_s), and its cumulative sum."""

    __slots__ = ("_arrays", "_ends", "_knots", "_rates", "_sums", "total")

    def __init__(self, per_day: float, periods: Iterable[ThreatPeriod], until_s: int) -> None:
        steps = stretches(periods, max(until_s, 1), largest_times)
        self._knots = [start for start, _, _ in steps]
        self._ends = [end for _, end, _ in steps]
        self._rates = [per_day * times / DAY_S for _, _, times in steps]
        self._sums = [0.0]
        for start, end, rate in zip(self._knots, self._ends, self._rates, strict=True):
            self._sums.append(self._sums[-1] + (end - start) * rate)
        self.total = self._sums.pop()
        last = [end - 1 for end in self._ends]  # a second belongs to the interval in which it begins
        self._arrays = tuple(np.asarray(each, float) for each in (self._sums, self._knots, self._rates, last))

    def sum_at(self, at_s: int) -> float:
        """Expected number of events before an instant."""
        i = max(bisect_right(self._knots, at_s) - 1, 0)
        return self._sums[i] + (min(max(at_s, 0), self._ends[i]) - self._knots[i]) * self._rates[i]

    def between(self, a: int, b: int) -> float:
        """Expected number of events in [a, b)."""
        return self.sum_at(b) - self.sum_at(a) if b > a else 0.0

    def when(self, wanted: float) -> int | None:
        """Whole second in which the sum reaches `wanted` (above 0), `None` if it never does."""
        if wanted > self.total:
            return None
        i = max(bisect_left(self._sums, wanted) - 1, 0)
        at = self._knots[i] + (wanted - self._sums[i]) / self._rates[i]
        return min(floor(at), self._ends[i] - 1)

    def instants(self, wanted: Floats) -> Ints:
        """Whole seconds in which the sum reaches each of `wanted` (above 0, none beyond the total)."""
        sums, knots, rates, last = self._arrays
        i = np.maximum(np.searchsorted(sums, wanted, side="left") - 1, 0)
        late: Floats = np.minimum(np.floor(knots[i] + (wanted - sums[i]) / rates[i]), last[i])
        return late.astype(np.int64)


def arrivals(streams: Streams, hazard: Hazard, *key: str | int) -> tuple[Floats, Ints]:
    """Uniforms and instants of a Poisson process, by unit exponentials through the inverse of the sum."""
    expected = hazard.total
    count = int(expected + 6 * sqrt(expected))
    while True:
        uniforms = streams.endless(count, *key)
        sums = np.cumsum(-np.log1p(-uniforms))
        if sums[-1] > expected:
            return uniforms, hazard.instants(sums[sums <= expected])
        count = 2 * len(uniforms)
