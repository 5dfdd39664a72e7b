"""How far a convoy can get on a road: open intervals, each with its speed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate

from sim.scenario.openings import Openings

# Sums of speeds have rounding errors far below this millimetre. A destination that is reached at the end of a
# day's march must not slip to the next morning.
_SLACK_KM = 1e-6


class March:
    """Sorted disjoint intervals [start, end) of a road, each with a speed above 0 in km/s; they may touch."""

    __slots__ = ("_before", "_ends", "_km_per_s", "_starts", "_total")

    def __init__(self, starts: Sequence[int], ends: Sequence[int], km_per_s: Sequence[float]) -> None:
        self._starts = starts
        self._ends = ends
        self._km_per_s = km_per_s
        covered = ((end - start) * v for start, end, v in zip(starts, ends, km_per_s, strict=True))
        self._before = list(accumulate(covered, initial=0.0))
        self._total = self._before.pop()

    def _gone(self, t: int) -> float:
        """Kilometres that can be covered before `t`."""
        i = bisect_right(self._starts, t) - 1
        if i < 0:
            return 0.0
        return self._before[i] + (min(t, self._ends[i]) - self._starts[i]) * self._km_per_s[i]

    def arrival(self, now: int, km: float) -> int | None:
        """Instant, to the nearest second, at which `km` are done if begun now; `None` if never.

        A distance of zero is done immediately, open or not.
        """
        if km <= 0:
            return now
        wanted = self._gone(now) + km
        i = bisect_left(self._before, wanted - _SLACK_KM) - 1
        if wanted - _SLACK_KM > self._total or not self._starts:
            return None
        i = max(i, 0)
        at = self._starts[i] + (wanted - self._before[i]) / self._km_per_s[i]
        return max(now, min(int(at + 0.5), self._ends[i]))

    def moving_between(self, a: int, b: int) -> float:
        """Kilometres that can be covered in [a, b)."""
        return self._gone(b) - self._gone(a) if b > a else 0.0

    def is_open(self, t: int) -> bool:
        """Whether convoys can move on the road at this instant."""
        i = bisect_right(self._starts, t) - 1
        return i >= 0 and t < self._ends[i]

    def next_open(self, t: int) -> int | None:
        """First instant at or after `t` at which convoys can move on the road, `None` if there is none."""
        i = bisect_right(self._starts, t)
        if i and t < self._ends[i - 1]:
            return t
        return self._starts[i] if i < len(self._starts) else None


def paced(marching: Openings, paces: Iterable[tuple[int, int, float]]) -> March:
    """The march in given openings at consecutive paces (from_s, until_s, km/s)."""
    starts: list[int] = []
    ends: list[int] = []
    speeds: list[float] = []
    for from_s, until_s, km_per_s in paces:
        stretch = marching.both(Openings.always(from_s, until_s))
        starts += stretch.starts
        ends += stretch.ends
        speeds += [km_per_s] * len(stretch.starts)
    return March(starts, ends, speeds)
