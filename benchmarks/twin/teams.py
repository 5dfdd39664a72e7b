"""Explosives teams of a place: they destroy what only they may, in daylight, and do nothing else."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from simpy import Interrupt
from simpy.events import Event

from benchmarks.twin.clock import ENDS, RELEASES
from benchmarks.twin.gang import Gang
from benchmarks.twin.things import DISABLED, WAITING_STATES, Job, Lot
from sim.ledger.kinds import Crew, Task
from sim.ledger.ledger import Work
from sim.scenario.openings import Openings, daily

if TYPE_CHECKING:
    from benchmarks.twin.site import Site

_AFTER_CREWS = 1 << 20


class Teams(Gang):
    """The explosives teams of one place; `mine` are the condemned lots that are for them."""

    def __init__(self, site: Site) -> None:
        self.site, self.rule = site, site.place.eod
        self.jobs: list[Job] = []
        self.mine: set[Lot] = set()
        self.begins_s: int | None = None
        self.light = daily(site.scenario.time, site.place.daylight, site.world.frame.end_s)
        self.working = self.light.minus(site.shelter)

    @property
    def many(self) -> int:
        """How many are there."""
        if self.rule is None or (self.site.people.known and not self.site.people.own):
            return 0
        return self.rule.teams

    def work(self, lot: Lot) -> int:
        """The daylight that one team takes for a lot."""
        assert self.rule is not None
        a_day: int = self.rule.a_day
        return (2 * lot.mass * self.site.place.daylight.seconds + a_day) // (2 * a_day)

    def last_moment(self, lots: list[Lot]) -> int | None:
        """Latest instant, not before now, from which the teams can destroy these in time."""
        disposal, now = self.site.world.disposal, self.site.clock.now_s
        until = disposal.until(self.site)
        if until is None:
            return None
        sums = [0] * self.site.room.at_most(max(self.many, 1))
        heapify(sums)
        for lot in sorted(lots, key=disposal.urgency):
            heapreplace(sums, sums[0] + self.work(lot))
        at = self.light.latest_start(until, disposal.with_margin(self.site, self.light, max(sums)))
        return now if at is None else max(at, now)

    def reckon(self) -> None:
        """Share lots out, and reckon when the teams begin with theirs."""
        self.share_out()
        self.begins_s = self.last_moment(list(self.mine)) if self.mine else None
        if self.begins_s is not None:
            self.site.clock.process(self._start(self.begins_s))

    def share_out(self) -> None:
        """Choose the condemned lots that the teams can still destroy; the others wait for crews."""
        self.mine = set()
        site, now = self.site, self.site.clock.now_s
        until = site.world.disposal.until(site)
        if self.rule is None or until is None or site.handed_over:
            return
        alone = self.light.open_between(now, until)
        hours = alone * site.room.at_most(self.many) - sum(min(self.left(job), alone) for job in self.jobs)
        for lot in sorted(self._free(), key=site.world.disposal.urgency):
            work = self.work(lot)
            if work <= alone and work <= hours:
                hours -= work
                self.mine.add(lot)

    def _start(self, at_s: int) -> Generator[Event, None, None]:
        yield self.site.clock.moment(at_s, RELEASES, self.site.rank)
        self.staff()

    def _free(self, *states: str) -> list[Lot]:
        busy = {job.lot for job in (*self.site.labour.jobs, *self.jobs)}
        return [
            lot for lot in self.site.here.values()
            if lot.for_teams and lot.condemned and lot.state in (*WAITING_STATES, *states) and lot not in busy
        ]  # fmt: skip

    def staff(self, first: int | None = None) -> None:
        """Free teams take their next lots."""
        while self.rule is not None and not self.site.closed and len(self.jobs) < self.many:
            lot = self._next() if self.site.room.takes(self.working) else None
            if lot is None:
                return
            busy = {job.crew for job in self.jobs}
            lowest = next(number for number in range(len(busy) + 1) if number not in busy)
            self._begin(lot, lowest if first is None or first in busy else first)
            first = None

    def _next(self) -> Lot | None:
        site = self.site
        if site.handed_over:
            lots = self._free(DISABLED) if site.handover_done else []
        else:
            ready = self.begins_s is not None and site.clock.now_s >= self.begins_s
            lots = list(self.mine) if ready else []
        return min(lots, key=site.world.disposal.urgency, default=None)

    def _begin(self, lot: Lot, team: int) -> None:
        site, now, work = self.site, self.site.clock.now_s, self.work(lot)
        job = Job("demolish", lot, work, now, self.working.finish(now, work), team, since_s=now)
        self.jobs.append(job)
        lot.touched = True
        self.share_out()
        site.world.disposal.watch_crews(site)
        if job.until_s == now:
            self._finish(job)
        else:
            job.process = site.clock.process(self.work_on(job))

    def work_on(self, job: Job) -> Generator[Event, None, None]:
        """The work of a job until it ends."""
        try:
            if job.until_s is None:
                yield self.site.clock.event()
            else:
                yield self.site.clock.moment(job.until_s, ENDS, self.site.rank, _AFTER_CREWS + job.crew)
        except Interrupt:
            return
        job.process = None
        self._finish(job)
        self.site.labour.staff()

    def _finish(self, job: Job) -> None:
        self.jobs.remove(job)
        self._record(job, done=True)
        self.site.release_due()
        self.site.world.strike(job.lot, "destroyed", by=Crew(job.crew, explosives=True))

    def _record(self, job: Job, *, done: bool) -> None:
        work = Work(self.site.name, job.crew, job.lot.index, Task.DEMOLISH, job.from_s, self.site.clock.now_s, done)
        self.site.world.ledger.work.append(work)

    def hours(self, job: Job) -> Openings:
        """When they work on a job."""
        return self.working

    def drop(self, lot: Lot) -> None:
        """Stop what is done to a lot."""
        for job in [job for job in self.jobs if job.lot is lot]:
            self.jobs.remove(job)
            self._record(job, done=False)
            self.leave(job)

    def stop(self) -> None:
        """The place closes."""
        for job in list(self.jobs):
            done = self.put_in(job)
            self.drop(job.lot)
            if done >= job.lot.to_disable and job.lot.state != DISABLED:
                self.site.world.strike(job.lot, DISABLED, by=Crew(job.crew, half_destroyed=True, explosives=True))
