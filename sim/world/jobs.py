"""Jobs of crews and explosives teams, and how long some jobs take: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import heappush, heapreplace
from itertools import groupby

from sim.ledger.kinds import Task
from sim.scenario.openings import Openings


@dataclass(slots=True)
class CrewJob:
    """A job of a crew or team with its work, done in `hours` that are open.

    `until_s` is when it will be done, `None` if not within the calendar. At `since_s`, `rest_s` of it were left; while
    it is halted, `rest_s` are.
    """

    crew: int
    lot: int
    task: Task
    work_s: int
    from_s: int
    hours: Openings
    until_s: int | None = None
    since_s: int = 0
    rest_s: int = 0
    halted: bool = False
    stopped: bool = False

    def __post_init__(self) -> None:
        """It begins."""
        self.since_s, self.rest_s = self.from_s, self.work_s
        self.until_s = self.hours.finish(self.from_s, self.work_s)

    def left_s(self, now: int) -> int:
        """Work that is left."""
        if self.halted:
            return self.rest_s
        left_s = self.rest_s - self.hours.open_between(self.since_s, now)
        return left_s if left_s > 0 else 0

    def ends(self, now: int) -> bool:
        """Whether it is done in this second."""
        return not self.stopped and not self.halted and self.until_s == now

    def halt(self, now: int) -> None:
        """Nobody works on it from now on."""
        self.rest_s, self.halted = self.left_s(now), True

    def go_on(self, now: int) -> bool:
        """Work on it goes on; returns whether it will be done at another instant than was foreseen."""
        foreseen_s, self.since_s, self.halted = self.until_s, now, False
        self.until_s = self.hours.finish(now, self.rest_s)
        return self.until_s != foreseen_s


def runs_of(work_s: Iterable[int]) -> list[tuple[int, int]]:
    """The work of some jobs in order, as runs of jobs with the same work: the work of one, and how many there are."""
    return [(work, len(list(alike))) for work, alike in groupby(work_s)]


def makespan(work_s: Iterable[int], crews: int) -> int:
    """Working time until the last of some jobs is done, by a number of crews in the given order."""
    return makespan_of(runs_of(work_s), crews)


def makespan_of(runs: Iterable[tuple[int, int]], crews: int) -> int:
    """The same from runs of jobs with the same work; crews that are free at the same time take jobs together."""
    if crews <= 1:
        return sum(work * count for work, count in runs)
    free = [(0, crews)]  # a heap: from when on, how many crews
    for work, count in runs:
        left = count
        while left:
            from_s, here = free[0]
            if left >= crews and max(free)[0] - from_s <= work:  # then each takes one before any takes the next
                rounds, left = divmod(left, crews)
                free = [(each_s + rounds * work, some) for each_s, some in free]
            elif here <= left:
                heapreplace(free, (from_s + work, here))
                left -= here
            else:
                heapreplace(free, (from_s, here - left))
                heappush(free, (from_s + work, left))
                left = 0
    return max(free)[0]


def even_s(work_s: Sequence[int], crews: int) -> int:
    """A time that the makespan of some jobs never exceeds: all work shared evenly, and the longest job.

    It needs no look at the order. Source: R. L. Graham, Bounds on multiprocessing timing anomalies (1969): the job that
    ends last began when no crew was free. It is 0 only where the work of each is.
    """
    return shared_s(sum(work_s), max(work_s, default=0), crews)


def shared_s(all_s: int, longest_s: int, crews: int) -> int:
    """The same from all work and the longest job."""
    return -(-all_s // crews) + longest_s


@dataclass(slots=True)
class Beginning:
    """When crews begin jobs at the latest to end them by `until_s`, as planned at `now`: a margin earlier, not before.

    The makespan of `work_s` is reckoned only when the time may have come. Until then a bound of it does, `within_s`.
    """

    hours: Openings
    until_s: int
    work_s: list[int]
    within_s: int
    crews: int
    margin_s: int
    now: int
    not_before_s: int = 0
    _exact_s: int | None = None

    def __post_init__(self) -> None:
        """The bound; the work is 0 only where that of each job is."""
        self.not_before_s = self._latest(self.within_s)

    def _latest(self, work_s: int) -> int:
        latest_s = self.hours.latest_start(self.until_s, work_s + self.margin_s) if work_s else self.until_s
        return self.now if latest_s is None else max(self.now, latest_s)

    def at_s(self) -> int:
        """The instant."""
        if self._exact_s is None:
            self._exact_s = self._latest(makespan(self.work_s, self.crews))
        return self._exact_s

    def has_come(self, now: int) -> bool:
        """Whether it is that time, or later."""
        return now >= self.not_before_s and now >= self.at_s()


def first_is_destroyed(
    destroy_s: int, disable_s: int, all_destroy_s: int, all_disable_s: int, crew_seconds: int, destroy_seconds: int
) -> bool:
    """Whether the first of some lots can be destroyed so that all the others can still be destroyed or disabled.

    `all_` are sums over all of them, the first included; crews may have less time for destroying than for all work.
    """
    return all_destroy_s <= destroy_seconds or all_disable_s - disable_s + destroy_s <= crew_seconds
