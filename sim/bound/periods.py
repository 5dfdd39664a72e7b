"""The time from the start to the deadline, cut into periods of whole days or of parts of a day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from sim.scenario.calendar import DAY_S, Calendar


@dataclass(frozen=True, slots=True)
class Periods:
    """Periods [edges[i], edges[i + 1]) in whole seconds since the start.

    The last one is the deadline itself, one second long: what is done at the deadline is in time. `groups` are ranges
    of periods that make up whole local days (or the days of one period), from the first up to and without the second.
    """

    time: Calendar
    edges: tuple[int, ...]
    groups: tuple[tuple[int, int], ...]

    def __len__(self) -> int:
        """The number of periods."""
        return len(self.edges) - 1

    def at(self, instant_s: int) -> int:
        """The period that contains an instant; the last one for a later instant, the first for an earlier one."""
        return min(max(bisect_right(self.edges, instant_s) - 1, 0), len(self) - 1)

    def before(self, instant_s: int) -> int:
        """The last period that begins before an instant; -1 if none does."""
        return min(bisect_right(self.edges, instant_s - 1) - 1, len(self) - 1)

    def over_by(self, instant_s: int) -> int:
        """The last period that is over by an instant; -1 if none is."""
        return bisect_right(self.edges, instant_s) - 2

    def days(self, first: int, last: int) -> Iterator[tuple[int, int, int]]:
        """Local days of the periods [first, last): number, and the part of the day that lies in them."""
        starts, (from_s, until_s) = self.time.day_starts_s, (self.edges[first], self.edges[last])
        for day in range(self.time.day_of(from_s), len(starts) - 1):
            begins_s, ends_s = max(starts[day], from_s), min(starts[day + 1], until_s)
            if begins_s >= until_s:
                return
            yield day, begins_s, ends_s


def periods(time: Calendar, length_s: int = DAY_S, cuts: Iterable[int] = ()) -> Periods:
    """Periods of a length: whole local days if it is a day or more, else equal parts of each local day.

    They are cut at further instants too, such as handovers.
    """
    deadline_s = time.deadline_s
    starts = [at_s for at_s in time.day_starts_s if 0 < at_s < deadline_s]
    if length_s >= DAY_S:
        many = length_s // DAY_S
        edges = [0, *starts[many - 1 :: many]]
    else:
        parts = -(-DAY_S // length_s)
        days = [0, *starts, deadline_s]
        edges = [begin + (end - begin) * part // parts for begin, end in pairwise(days) for part in range(parts)]
    edges = sorted({*edges, *(at_s for at_s in cuts if 0 < at_s < deadline_s), deadline_s, deadline_s + 1})
    found = Periods(time, tuple(edges), ())
    day_of = [time.day_of(edge) for edge in edges[:-1]]
    begins = [i for i in range(len(found)) if i == 0 or day_of[i] != day_of[i - 1]]
    groups = tuple(zip(begins, [*begins[1:], len(found)], strict=True))
    return Periods(time, tuple(edges), groups)
