"""Opening hours as plain intervals: when something is open, and when work that begins now will be done."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from itertools import accumulate
from operator import sub

from sim.scenario.calendar import DAY_S, Calendar, DailyHours

_NEVER = 2**62  # later than any instant


class Openings:
    """Sorted half-open intervals [start, end) of whole seconds in which something is open.

    `starts` and `ends` are sorted, and no interval touches the next (`from_pairs` ensures both);
    `before[i]` counts the open seconds before `starts[i]`, so that every query is one look-up.
    """

    __slots__ = ("before", "ends", "starts")

    def __init__(self, starts: list[int], ends: list[int]) -> None:
        self.starts = starts
        self.ends = ends
        self.before: list[int] = list(accumulate(map(sub, ends, starts), initial=0))
        self.before.pop()

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[int, int]]) -> Openings:
        """Intervals from pairs in any order: merges overlapping and touching pairs, drops empty ones."""
        starts: list[int] = []
        ends: list[int] = []
        for start, end in sorted(pairs):
            if end <= start:
                continue
            if ends and start <= ends[-1]:
                ends[-1] = max(ends[-1], end)
            else:
                starts.append(start)
                ends.append(end)
        return cls(starts, ends)

    @classmethod
    def always(cls, from_s: int, until_s: int) -> Openings:
        """Open without a break in [from_s, until_s)."""
        return cls.from_pairs([(from_s, until_s)])

    def __repr__(self) -> str:
        return f"Openings({self.pairs()})"

    def pairs(self) -> list[tuple[int, int]]:
        """The intervals as (start, end)."""
        return list(zip(self.starts, self.ends, strict=True))

    def _opened(self, t: int) -> int:
        """Open seconds before `t`."""
        i = bisect_right(self.starts, t) - 1
        if i < 0:
            return 0
        end = self.ends[i]
        return self.before[i] + (t if t < end else end) - self.starts[i]  # much faster than `min`, in a hot path

    def finish(self, now: int, work: int) -> int | None:
        """Instant at which `work` open seconds are done if begun now; `None` if never.

        Work that ends exactly at an end is done at that end; zero work is done at the first open instant.
        """
        if work <= 0:
            return self.next_open(now)
        starts, ends, before = self.starts, self.ends, self.before
        i = bisect_right(starts, now) - 1
        if i >= 0:
            done = now + work
            if done <= ends[i]:  # in the interval in which it begins
                return done
            end = ends[i]
            wanted = before[i] + (now if now < end else end) - starts[i] + work
        else:
            wanted = work
        i = bisect_left(before, wanted) - 1
        if i < 0:
            return None
        done = starts[i] + wanted - before[i]
        return done if done <= ends[i] else None

    def open_between(self, a: int, b: int) -> int:
        """Open seconds in [a, b)."""
        if b <= a:
            return 0
        i = bisect_right(self.starts, a) - 1
        if i >= 0 and b <= self.ends[i]:  # in one interval
            return b - a
        return self._opened(b) - self._opened(a)

    def is_open(self, t: int) -> bool:
        """Whether an instant is in an interval, whose end is excluded."""
        i = bisect_right(self.starts, t) - 1
        return i >= 0 and t < self.ends[i]

    def next_open(self, t: int) -> int | None:
        """First open instant at or after `t`, `None` if there is none."""
        i = bisect_right(self.starts, t)
        if i and t < self.ends[i - 1]:
            return t
        return self.starts[i] if i < len(self.starts) else None

    def opened_at(self, t: int) -> int | None:
        """Start of the interval that contains `t`; `None` if closed."""
        i = bisect_right(self.starts, t) - 1
        return self.starts[i] if i >= 0 and t < self.ends[i] else None

    def next_start(self, t: int) -> int:
        """Start of the first interval that begins after `t`; later than any instant if there is none."""
        i = bisect_right(self.starts, t)
        return self.starts[i] if i < len(self.starts) else _NEVER

    def closes_after(self, t: int) -> int:
        """End of the interval that contains `t`; `t` itself if closed."""
        i = bisect_right(self.starts, t) - 1
        return self.ends[i] if i >= 0 and self.ends[i] > t else t

    def last_end_by(self, t: int) -> int | None:
        """Latest instant at or before `t` that is open or the end of an interval, `None` if there is none."""
        i = bisect_right(self.starts, t) - 1
        return min(t, self.ends[i]) if i >= 0 else None

    def latest_start(self, end: int, work: int) -> int | None:
        """Latest instant from which `work` open seconds fit before `end`; `None` if there is none."""
        if work <= 0:
            return end
        spare = self._opened(end) - work
        if spare < 0:
            return None
        i = bisect_right(self.before, spare) - 1
        return self.starts[i] + spare - self.before[i]

    def minus(self, other: Openings) -> Openings:
        """The intervals of this without those of the other; visits only intervals that are cut."""
        if not other.starts:
            return self
        starts: list[int] = []
        ends: list[int] = []
        first, left, many = 0, None, len(self.starts)
        for cut, back in [*zip(other.starts, other.ends, strict=True), (_NEVER, _NEVER)]:
            whole_until = bisect_right(self.ends, cut, first)
            if whole_until > first:
                kept = len(starts)
                starts += self.starts[first:whole_until]
                ends += self.ends[first:whole_until]
                if left is not None:
                    starts[kept] = left
                first, left = whole_until, None
            if first == many:
                break
            start = self.starts[first] if left is None else left
            if start < cut:
                starts.append(start)
                ends.append(cut)
            first = bisect_right(self.ends, back, first)
            if first == many:
                break
            left = max(back, self.starts[first])
        return Openings(starts, ends)

    def until(self, at_s: int, then: Openings) -> Openings:
        """The intervals of this before an instant, and those of another from it on."""
        before = Openings.always(0, at_s)
        return self.both(before).either(then.minus(before))

    def both(self, other: Openings) -> Openings:
        """The intersection of this and the other."""
        starts: list[int] = []
        ends: list[int] = []
        i = j = 0
        while i < len(self.starts) and j < len(other.starts):
            start, end = max(self.starts[i], other.starts[j]), min(self.ends[i], other.ends[j])
            if start < end:
                starts.append(start)
                ends.append(end)
            if self.ends[i] < other.ends[j]:
                i += 1
            else:
                j += 1
        return Openings(starts, ends)

    def either(self, other: Openings) -> Openings:
        """The union of this and the other."""
        return Openings.from_pairs(self.pairs() + other.pairs())


def local_instant(calendar: Calendar, day: int, second: int) -> int:
    """Seconds since the start of a local time of day; seconds beyond a day are the next day's.

    `day` counts local days from the start's own and may be negative.
    """
    days = calendar.day_starts_s
    day, second = day + second // DAY_S, second % DAY_S
    if 0 <= day < len(days) - 1 and days[day + 1] - days[day] == DAY_S:
        return days[day] + second
    # a day on which the clocks change, or one outside the calendar: needs the time zone
    return calendar.seconds(datetime.combine(calendar.date_of_day(day), time()) + timedelta(seconds=second))


def daily(calendar: Calendar, hours: DailyHours, until_s: int) -> Openings:
    """Local daily hours over [0, until_s); a window that began before the start is cut at 0."""
    if hours.whole_day:
        return Openings.always(0, until_s)
    days = range(-1, len(calendar.day_starts_s))
    starts = (max(local_instant(calendar, day, hours.from_s), 0) for day in days)
    ends = (min(local_instant(calendar, day, hours.until_s), until_s) for day in days)
    return Openings.from_pairs(zip(starts, ends, strict=True))
