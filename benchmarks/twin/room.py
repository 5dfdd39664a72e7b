"""Room to destroy at a place: so many lots at once, by daylight, and not while lift is near."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import WINDOWS
from benchmarks.twin.things import LOADING, Job
from sim.scenario.openings import Openings

if TYPE_CHECKING:
    from benchmarks.twin.site import Site


class RoomToDestroy:
    """What `demolition` says of one place; without it, crews destroy as they do all else."""

    def __init__(self, site: Site) -> None:
        self.site, self.rule = site, site.place.demolition
        self.column = self.halted = False
        self.working = site.working
        if self.rule is not None:
            self.working = site.working.both(site.teams.light)
            site.clock.process(self._opens(self.working, 0))
            if site.place.eod is not None:
                site.clock.process(self._opens(site.teams.working, 1))

    def _opens(self, hours: Openings, turn: int) -> Generator[Event, None, None]:
        site = self.site
        for at in hours.starts:
            if at > site.clock.now_s:
                yield site.clock.moment(at, WINDOWS, site.rank, turn)
                begins = site.teams.begins_s if turn else site.labour.disposal_s
                if site.handed_over or (begins is not None and begins <= at):
                    if turn:
                        site.teams.staff()
                    else:
                        site.labour.go_on()

    def planned(self) -> Openings:
        """Hours in which crews destroy, alarms not foreseen."""
        return self.site.hours if self.rule is None else self.site.hours.both(self.site.teams.light)

    def at_most(self, many: int) -> int:
        """Of some crews or teams those that can destroy at once."""
        return many if self.rule is None else min(many, self.rule.sites)

    def jobs(self) -> list[Job]:
        """Work on lots to be destroyed."""
        return [*(job for job in self.site.labour.jobs if job.task == "destroy"), *self.site.teams.jobs]

    def takes(self, hours: Openings) -> bool:
        """Whether a lot to be destroyed can be taken in this second, by those who work in such hours."""
        if self.rule is None:
            return True
        free = len(self.jobs()) < self.rule.sites
        return free and not self.halted and hours.is_open(self.site.clock.now_s)

    def after_dispatch(self) -> None:
        """Whether a column forms, as a dispatch leaves it."""
        if self.rule is not None and "column" in self.rule.halts_for:
            forming = self.site.world.road.forming[self.site.name]
            some = [vehicle for way in forming for vehicle in (*way.loading, *way.loaded)]
            self.column = any(v.truck is not None or v.lots[0].state == LOADING for v in some)
            self.look()

    def look(self) -> None:
        """Halt work, or let it go on."""
        if self.rule is None:
            return
        halted = self.column or ("aircraft" in self.rule.halts_for and self.site.on_apron > 0)
        if halted == self.halted:
            return
        site = self.site
        if halted:
            for crew in (site.labour, site.teams):
                for job in self.jobs():
                    if job in crew.jobs:
                        crew.halt(job)
            self.halted = True
            return
        self.halted = False
        for crew in (site.labour, site.teams):
            for job in self.jobs():
                if job in crew.jobs:
                    crew.resume(job)
        site.labour.go_on()
