"""Crews of a place: they take jobs, work through open hours, and are stopped by closings and condemnations."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heappop, heappush
from math import floor, inf
from typing import TYPE_CHECKING

from simpy import Interrupt
from simpy.events import Event

from benchmarks.twin.clock import ENDS
from benchmarks.twin.things import IN_USE, PREPARING, READY, RELEASED, Job, Lot

if TYPE_CHECKING:
    from benchmarks.twin.site import Site


def rate(value: int, over: int) -> float:
    """Value per unit; of something without limit where the unit is nothing."""
    return value / over if over else inf if value else 0.0


class Labour:
    """The crews of one place."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.jobs: list[Job] = []

    @property
    def crews(self) -> int:
        """How many crews the people present can man."""
        site, rule = self.site, self.site.place.crews
        if site.closed:
            return 0
        if site.place.people is None:
            return rule.count
        return min(rule.count, floor(site.people.present * rule.labour_share / rule.size + 1e-9))

    def staff(self) -> None:
        """Free crews take their next jobs."""
        while len(self.jobs) < self.crews:
            found = self._next()
            if found is None:
                return
            self._begin(*found)

    def _next(self) -> tuple[str, Lot] | None:
        site = self.site
        found = site.world.disposal.next_job(site)
        if found is not None:
            return found
        if site.handed_over or not site.begun:
            return None
        yard = site.place.yard
        if yard is not None and len(site.standing(PREPARING, READY)) >= yard:
            return None
        waiting = self.waiting()
        return ("prepare", waiting[0]) if waiting else None

    def waiting(self) -> list[Lot]:
        """Released lots in the order in which crews take them."""
        lots = [lot for lot in self.site.standing(RELEASED) if not lot.condemned]
        return sorted(
            lots, key=lambda lot: (not lot.sensitive, lot.released_s, -rate(lot.kind.value, lot.prepare), lot.index)
        )

    def _begin(self, task: str, lot: Lot) -> None:
        site = self.site
        work = {"prepare": lot.prepare, "destroy": lot.destroy, "disable": lot.disable}[task]
        now = site.clock.now_s
        job = Job(task, lot, work, now, site.working.finish(now, work))
        self.jobs.append(job)
        if task == "prepare":
            site.world.enter(lot, PREPARING)
        lot.touched = lot.touched or task != "prepare"
        if job.until_s == now:
            self._finish(job)
        else:
            job.process = site.clock.process(self._work(job))

    def _work(self, job: Job) -> Generator[Event, None, None]:
        try:
            if job.until_s is None:
                yield self.site.clock.event()
            else:
                yield self.site.clock.moment(job.until_s, ENDS, self.site.rank, job.lot.index)
        except Interrupt:
            return
        job.process = None
        self._finish(job)
        self.staff()

    def _finish(self, job: Job) -> None:
        self.jobs.remove(job)
        if job.task == "prepare":
            self.site.make_ready(job.lot)
        else:
            self.site.world.disposal.done(self.site, job)

    def drop(self, lot: Lot) -> None:
        """Stop what is done to a lot."""
        for job in [job for job in self.jobs if job.lot is lot]:
            self.jobs.remove(job)
            if job.process is not None and job.process.is_alive:
                job.process.interrupt()
            if job.task == "prepare" and lot.state == PREPARING:
                self.site.world.enter(lot, RELEASED)

    def stop(self) -> None:
        """The place closes: what is half destroyed is disabled if that much was done."""
        now = self.site.clock.now_s
        for job in list(self.jobs):
            done = self.site.working.open_between(job.from_s, now)
            self.drop(job.lot)
            if job.task == "destroy" and done >= job.lot.disable and job.lot.state != "disabled":
                self.site.world.strike(job.lot, "disabled")

    def foreseen(self, until_s: int) -> list[tuple[int, Lot]]:
        """What present crews will have made ready by an instant, alarms not foreseen, with the instants."""
        site, now = self.site, self.site.clock.now_s
        free: list[int] = []
        done: list[tuple[int, Lot]] = []
        for job in self.jobs:
            left = job.work - site.working.open_between(job.from_s, now)
            at = site.hours.finish(now, left)
            if at is None:
                continue
            heappush(free, at)
            if job.task == "prepare":
                done.append((at, job.lot))
        for _ in range(self.crews - len(self.jobs)):
            heappush(free, now)
        if not site.handed_over:
            for lot in self.waiting():
                if not free:
                    break
                at = heappop(free)
                end = site.hours.finish(at, lot.prepare)
                if end is None or (site.handover_s is not None and at >= site.handover_s):
                    continue
                done.append((end, lot))
                heappush(free, end)
        return sorted(((at, lot) for at, lot in done if at <= until_s), key=lambda each: (each[0], each[1].index))


__all__ = ["IN_USE", "Labour", "rate"]
