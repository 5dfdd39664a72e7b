"""Loaders of a place: each works on one vehicle or aircraft at a time, in working hours while no one shelters."""

from __future__ import annotations

from collections import deque

import simpy

from sim.errors import ModelFault
from sim.scenario.openings import Openings
from sim.world.clock import Clock, Kind


class LoadJob:
    """Work of one loader; `done` happens when it is finished, or at `not_after_s` with `finished` False.

    `began_s` is when a loader began it, `None` while it waits.
    """

    __slots__ = ("asked_s", "began_s", "done", "finished", "not_after_s", "number", "withdrawn", "work_s")

    def __init__(self, number: int, done: simpy.Event, work_s: int, asked_s: int, not_after_s: int | None) -> None:
        self.number = number
        self.done = done
        self.work_s = work_s
        self.asked_s = asked_s
        self.not_after_s = not_after_s
        self.began_s: int | None = None
        self.finished = False
        self.withdrawn = False


class Loaders:
    """The loaders of one place, first come, first served; without a count there are always enough.

    `waits` is where the ledger keeps the periods in which a vehicle waited for a loader, `work` those in which one
    of a limited number worked, as far as they have ended.
    """

    def __init__(
        self,
        clock: Clock,
        count: int | None,
        working: Openings,
        rank: int,
        waits: list[tuple[int, int]],
        work: list[tuple[int, int]],
    ) -> None:
        self.clock, self.working, self.rank = clock, working, rank
        self.waits, self.work = waits, work
        self.asked = 0
        self.count = count
        self.free = count if count is not None else 0
        self.queue: deque[LoadJob] = deque()

    def ask(self, work_s: int, not_after_s: int | None = None) -> LoadJob:
        """Ask for a loader; wait for `job.done`. A job not finished by `not_after_s` ends then, unfinished."""
        now = self.clock.now_s
        job = LoadJob(self.asked, simpy.Event(self.clock), work_s, now, not_after_s)
        self.asked += 1
        if self.count is None or self.free > 0:
            self._begin(job)
        else:
            self.queue.append(job)
            if not_after_s is not None:
                self.clock.call(max(not_after_s, now), Kind.LOADED, lambda: self._withdraw(job), self.rank, job.number)
        return job

    def finish_s(self, from_s: int, work_s: int) -> int | None:
        """When work that begins at an instant is done."""
        return self.working.finish(from_s, work_s)

    def _begin(self, job: LoadJob) -> None:
        now = self.clock.now_s
        job.began_s = now
        if now > job.asked_s:
            self.waits.append((job.asked_s, now))
        if self.count is not None:
            self.free -= 1
            if self.free < 0:
                raise ModelFault("a loader works on two vehicles at once")
        done_s = self.working.finish(now, job.work_s)
        end_s = done_s
        if job.not_after_s is not None and (done_s is None or done_s > job.not_after_s):
            end_s = max(job.not_after_s, now)
        job.finished = done_s is not None and end_s == done_s
        if end_s is None:
            return  # not done within the calendar: the vehicle is still loading at the horizon
        if self.count is not None:
            job.done.callbacks.append(lambda _: self._release(job))
        self.clock.trigger(job.done, end_s, Kind.LOADED, self.rank, job.number)

    def give_up(self, job: LoadJob) -> None:
        """A job that waits for a loader waits no longer."""
        self.waits.append((job.asked_s, self.clock.now_s))
        self.drop(job)

    def drop(self, job: LoadJob) -> None:
        """Stop a job that waits or is under way; if its `done` still happens, it has no effect."""
        if job.withdrawn or job.done.processed:
            return
        job.withdrawn = True
        if job.began_s is not None and self.count is not None:
            self._free_one(job.began_s)

    def _release(self, job: LoadJob) -> None:
        if not job.withdrawn and job.began_s is not None:
            self._free_one(job.began_s)

    def _free_one(self, began_s: int) -> None:
        self.free += 1
        self.work.append((began_s, self.clock.now_s))
        while self.queue and self.free > 0:
            job = self.queue.popleft()
            if not job.withdrawn:
                self._begin(job)

    def _withdraw(self, job: LoadJob) -> None:
        if job.began_s is None and not job.withdrawn:
            job.withdrawn = True
            self.waits.append((job.asked_s, self.clock.now_s))
            self.clock.trigger(job.done, self.clock.now_s, Kind.LOADED, self.rank, job.number)
