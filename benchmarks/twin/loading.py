"""Loaders of a place: first come, first served, in working hours while no one shelters."""

from __future__ import annotations

from collections.abc import Generator

from simpy import Interrupt, Resource
from simpy.events import Event, Process

from benchmarks.twin.clock import LOADED, Clock
from sim.scenario.openings import Openings


class LoadJob:
    """One vehicle or aircraft at the loaders: `done` happens when its work is finished, or when its time is up."""

    def __init__(self, clock: Clock, number: int) -> None:
        self.number = number
        self.done = clock.event()
        self.finished = False
        self.began_s: int | None = None
        self.process: Process | None = None


class Loaders:
    """Returns a SimPy resource of loaders; `None` if there are always enough."""

    def __init__(self, clock: Clock, count: int | None, working: Openings, rank: int) -> None:
        self.clock, self.working, self.rank = clock, working, rank
        self.asked = 0
        self.none = count == 0
        self.hands = Resource(clock, count) if count else None

    def ask(self, work_s: int, not_after_s: int | None = None) -> LoadJob:
        """Ask for a loader for so much work, to be given up at an instant whether it is finished or not."""
        self.asked += 1
        work = LoadJob(self.clock, self.asked)
        work.process = self.clock.process(self._serve(work, work_s, not_after_s))
        return work

    def drop(self, work: LoadJob) -> None:
        """Give up work that waits or is under way."""
        if work.process is not None and work.process.is_alive:
            work.process.interrupt()

    def _serve(self, work: LoadJob, work_s: int, not_after_s: int | None) -> Generator[Event, None, None]:
        try:
            if self.hands is None:
                yield from self._load(work, 0 if self.none else work_s, not_after_s)
                return
            with self.hands.request() as hand:
                yield hand if not_after_s is None else hand | self._moment(work, not_after_s)
                if hand.triggered:
                    yield from self._load(work, work_s, not_after_s)
                    return
            yield self._moment(work, self.clock.now_s)  # out of the queue, and reported in the next pass
            work.done.succeed()
        except Interrupt:
            return

    def _load(self, work: LoadJob, work_s: int, not_after_s: int | None) -> Generator[Event, None, None]:
        now = self.clock.now_s
        end = None
        if not self.none:
            work.began_s = now
            end = self.working.finish(now, work_s)
        in_time = end is not None and (not_after_s is None or end <= not_after_s)
        if not in_time:
            end = None if not_after_s is None else max(not_after_s, now)
        yield self._moment(work, end) if end is not None else self.clock.event()
        work.finished = in_time
        work.done.succeed()

    def _moment(self, work: LoadJob, at_s: int) -> Event:
        return self.clock.moment(max(at_s, self.clock.now_s), LOADED, self.rank, work.number)


__all__ = ["LoadJob", "Loaders"]
