"""Crews of a place: they take jobs, work through open hours, and are stopped by closings and condemnations."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heapreplace
from math import floor, inf
from typing import TYPE_CHECKING

from simpy import Interrupt
from simpy.events import Event

from benchmarks.twin.clock import ENDS
from benchmarks.twin.gang import Gang
from benchmarks.twin.things import PREPARING, RELEASED, Job, Lot
from sim.ledger.kinds import Crew, Task
from sim.ledger.ledger import Work
from sim.scenario.openings import Openings
from sim.scenario.places import Crews, CrewsUnderOrder

if TYPE_CHECKING:
    from benchmarks.twin.site import Site

NEVER = 1 << 60
DISPOSING = ("destroy", "disable")


def rate(value: int, over: int) -> float:
    """Value per unit; of something without limit where the unit is nothing."""
    return value / over if over else inf if value else 0.0


def _formed(people: int, rule: Crews | CrewsUnderOrder) -> int:
    """Crews that so many people can man."""
    return floor(people * rule.labour_share / rule.size + 1e-9)


class Labour(Gang):
    """The crews of one place, by number."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jobs: list[Job] = []
        self.in_preparation = 0
        self.disposal_s: int | None = None

    @property
    def crews(self) -> int:
        """How many crews the place's own people can man."""
        place, people, rules = self.site.place, self.site.people, self.site.place.under_order
        rule: Crews | CrewsUnderOrder = place.crews
        count: int | None = place.crews.count
        if self.site.ordered and rules is not None:
            rule, count = rules.crews, rules.crews.count
        if not people.known:
            return place.crews.count if count is None else count
        formed = _formed(people.own, rule)
        return min(_formed(people.at_start, rule) if count is None else count, formed)

    def yard_left(self) -> None:
        """Lots have left the yard: crews go on."""
        if self.site.place.yard is not None:
            self.go_on()

    def go_on(self) -> None:
        """Free crews take their next jobs when the step under way is over."""
        self.site.clock.process(self._goes_on())

    def _goes_on(self) -> Generator[Event, None, None]:
        yield self.site.clock.when_all_has_set_out()
        self.staff()

    def staff(self, first: int | None = None, *, alone: bool = False) -> None:
        """Free crews take their next jobs, the lowest number first (save one that has just finished, or is alone)."""
        self.site.release_due()
        one = first
        while not self.site.closed and len(self.jobs) < self.crews:
            if alone and any(job.crew == one for job in self.jobs):
                break
            found = self._next()
            if found is None:
                break
            busy = {job.crew for job in self.jobs}
            lowest = next(number for number in range(len(busy) + 1) if number not in busy)
            self._begin(*found, lowest if first is None or first in busy else first)
            first = one if alone else None
        self.site.teams.staff()

    def _next(self) -> tuple[str, Lot] | None:
        site = self.site
        found = site.world.disposal.next_job(site)
        if found is not None or site.handed_over:
            return found
        full = site.place.yard is not None and site.in_yard() >= site.place.yard
        waiting = self.waiting() if site.begun and not full else []
        return ("prepare", waiting[0]) if waiting else site.world.disposal.to_stage(site)

    def waiting(self) -> list[Lot]:
        """Released lots in the order in which crews take them."""
        lots = [lot for lot in self.site.here.values() if lot.state == RELEASED and not lot.condemned]
        return sorted(
            lots, key=lambda lot: (not lot.sensitive, lot.released_s, -rate(lot.worth, lot.prepare), lot.index)
        )

    def _begin(self, task: str, lot: Lot, crew: int) -> None:
        site = self.site
        work = lot.kind.stage.work_s if task == "stage" and lot.kind.stage is not None else 0
        work = {"prepare": lot.prepare, "destroy": lot.to_destroy, "disable": lot.to_disable}.get(task, work)
        now = site.clock.now_s
        job = Job(task, lot, work, now, None, crew, since_s=now)
        job.until_s = self.hours(job).finish(now, work)
        self.jobs.append(job)
        if task == "prepare":
            self.in_preparation += 1
            lot.staged = False
            site.world.enter(lot, PREPARING)
        lot.touched = lot.touched or task in DISPOSING
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
                yield self.site.clock.moment(job.until_s, ENDS, self.site.rank, job.crew)
        except Interrupt:
            return
        job.process = None
        self._finish(job)
        self.staff(job.crew, alone=job.task == "stage")

    def _finish(self, job: Job) -> None:
        self.jobs.remove(job)
        self._record(job, done=True)
        if job.task == "prepare":
            self.in_preparation -= 1
            self.site.prepared(job.lot)
        elif job.task == "stage":
            job.lot.staged = True
            self.site.world.disposal.watch(self.site)
        else:
            self.site.world.disposal.done(job)

    def _record(self, job: Job, *, done: bool) -> None:
        task, now = Task[job.task.upper()], self.site.clock.now_s
        work = Work(self.site.name, job.crew, job.lot.index, task, job.from_s, now, done)
        self.site.world.ledger.work.append(work)

    def drop(self, lot: Lot) -> None:
        """Stop what is done to a lot."""
        for job in [job for job in self.jobs if job.lot is lot]:
            self.jobs.remove(job)
            self._record(job, done=False)
            self.leave(job)
            if job.task == "prepare":
                self.in_preparation -= 1
                if lot.state == PREPARING:
                    self.site.world.enter(lot, RELEASED)

    def hours(self, job: Job) -> Openings:
        """When they work on a job."""
        return self.site.room.working if job.task == "destroy" else self.site.working

    def stop(self) -> None:
        """The place closes: what is half destroyed is disabled if that much was done."""
        for job in list(self.jobs):
            done = self.put_in(job)
            self.drop(job.lot)
            if job.task in DISPOSING and done >= job.lot.to_disable and job.lot.state != "disabled":
                self.site.world.strike(job.lot, "disabled", by=Crew(job.crew, half_destroyed=True))

    def foreseen(self, until_s: int) -> list[Lot]:
        """Lots that present crews will have made ready by an instant, alarms not foreseen, in order of readiness."""
        site, now = self.site, self.site.clock.now_s
        if not site.begun or site.handed_over:
            return []
        end = min(
            until_s,
            site.handover_s if site.handover_s is not None else until_s,
            self.disposal_s if self.disposal_s is not None and site.world.disposal.waits(site) else NEVER,
        )
        done: list[tuple[int, int, Lot]] = []
        free: list[int] = []
        for job in self.jobs:
            hours = site.room.planned() if job.task == "destroy" else site.hours
            at = hours.finish(now, self.left(job))
            if job.task == "prepare":
                at = self._foreseen_parts(job.lot, at, end, done)
            free.append(NEVER if at is None else at)
        free += [now] * (self.crews - len(self.jobs))
        heapify(free)
        lots = [(now, lot) for lot in self.waiting()]
        lots += [(at, lot) for at, lot in site.pending() if at <= end and not lot.condemned]
        for released, lot in lots:
            if not free or free[0] >= min(end + 1, NEVER):
                break
            ready = site.hours.finish(max(free[0], released), site.preparing(lot))
            ready = self._foreseen_parts(lot, ready, end, done)
            heapreplace(free, NEVER if ready is None else ready)
        return [lot for _, _, lot in sorted(done, key=lambda each: each[:2])]

    def _foreseen_parts(self, lot: Lot, at: int | None, end: int, done: list[tuple[int, int, Lot]]) -> int | None:
        """Note when a lot will be ready, and the pieces that its crew goes on with; returns when the crew is free."""
        for part in lot.parts:
            if at is not None and part is not lot:
                at = self.site.hours.finish(at, self.site.preparing(part))
            if at is not None and at <= end and not self.site.world.disposal.never(self.site, part):
                done.append((at, part.index, part))
        return at
