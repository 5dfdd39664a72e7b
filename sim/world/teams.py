"""Explosives teams: they alone destroy condemned lots of some classes, such as ammunition, by daylight."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import filterfalse

import simpy

from sim.ledger.kinds import Crew, Task
from sim.ledger.ledger import Work
from sim.ledger.states import State
from sim.world.clock import Kind
from sim.world.ground import Ground
from sim.world.jobs import CrewJob, makespan
from sim.world.site import Site

_AFTER_CREWS = 1 << 20


class SiteTeams:
    """The explosives teams of one site; a place without any has a count of 0.

    `waiting` are the condemned lots that they are to destroy, in the order of disposal. They begin at `begins_s`.
    """

    def __init__(
        self,
        site: Site,
        ground: Ground,
        of_crews: dict[int, CrewJob],
        disable_s: list[int],
        on_taken: Callable[[], None],
    ) -> None:
        self.ground, self._disable_s = ground, disable_s
        self._of_crews, self._on_taken = of_crews, on_taken
        self.site, self.clock, self.eod = site, site.clock, site.place.eod
        self.count = 0 if self.eod is None else self.eod.teams
        self.jobs: dict[int, CrewJob] = {}
        self.idle: set[int] = set(range(self.count))
        self.waiting: list[int] = []
        self._asked: list[int] = []
        self.begins_s: int | None = None
        if self.count:
            self._daylight, self._working = site.setting.frame.daylight[site.name], site.tape.daylight[site.name]

    def takes(self, lot: int) -> bool:
        """Whether a lot is for the teams here."""
        return self.count > 0 and self.site.stock.by_teams[lot]

    def work_s(self, lot: int) -> int:
        """The daylight of one team that destroying a lot takes."""
        assert self.eod is not None
        return self.eod.work_s(self.site.stock.mass_kg[lot], self.site.place.daylight.seconds)

    def allowed(self) -> int:
        """Teams in the field: all while own people are here, or where the place gives no people."""
        people = self.site.people
        return self.count if not people.known or people.present else 0

    # planning

    def share_out(self, lots: list[int]) -> list[int]:
        """Of lots in the order of disposal, take what teams can destroy by handover; returns what is left to crews."""
        self._asked = list(filter(self.site.stock.by_teams.__getitem__, lots))
        self.waiting = self._share_of(self._asked)
        return list(filterfalse(set(self.waiting).__contains__, lots)) if self.waiting else lots

    def keep_their_share(self) -> bool:
        """Whether teams would take the same of the lots that were last shared out: as long as they work on no other."""
        return self._share_of(self._asked) == self.waiting

    def _share_of(self, mine: Sequence[int]) -> list[int]:
        found: list[int] = []
        until_s = self.site.people.crews_until_s
        if not mine or until_s is None:
            return found
        now = self.clock.now_s
        alone_s = self._daylight.open_between(now, until_s)
        left_s = alone_s * min(self.allowed(), self.ground.sites)
        left_s -= sum(min(job.left_s(now), alone_s) for job in self.jobs.values())
        for lot in mine:
            work_s = self.work_s(lot)
            if work_s <= alone_s and work_s <= left_s:
                left_s -= work_s
                found.append(lot)
        return found

    def latest_s(self, lots: Sequence[int]) -> int | None:
        """The latest time from which lots, in the order of disposal, can be destroyed by handover; not before now."""
        now, until_s = self.clock.now_s, self.site.people.crews_until_s
        if not lots or until_s is None:
            return None
        work_s = makespan([self.work_s(lot) for lot in lots], min(max(1, self.allowed()), self.ground.sites))
        work_s += self.ground.margin_s(self._daylight, until_s) if work_s else 0
        latest = self._daylight.latest_start(until_s, work_s)
        return now if latest is None else max(now, latest)

    def plan(self) -> None:
        """Set the time at which the teams begin, and wake them for it."""
        begins_s = self.latest_s(self.waiting)
        if begins_s is not None and begins_s != self.begins_s:
            self.clock.call(begins_s, Kind.RELEASE, self._go_on, self.site.rank)
        self.begins_s = begins_s

    # a team's day

    def wake(self) -> None:
        """Let idle teams look for a job right after this, if their time has come; what brings it wakes them too."""
        if self.idle and self._begun(self.clock.now_s):
            self.clock.soon(self._go_on, Kind.CREW, self.site.rank, self._turn(0))

    def _begun(self, now: int) -> bool:
        """Whether it is handover, or time to begin."""
        handover_s = self.site.handover_s
        if handover_s is None:
            return False
        return now >= handover_s or (self.begins_s is not None and now >= self.begins_s)

    def _turn(self, number: int) -> int:
        """Teams come after the crews of their place."""
        return _AFTER_CREWS + number

    def _go_on(self) -> None:
        """Idle teams take their next job."""
        now = self.clock.now_s
        for number in sorted(self.idle):
            lot = self._next(now)
            if lot is None:
                return
            self.idle.discard(number)
            self._begin(number, lot, now)

    def _begin(self, number: int, lot: int, now: int) -> None:
        self.site.worked.add(lot)
        work_s = self.work_s(lot)
        job = self.jobs[number] = CrewJob(number, lot, Task.DEMOLISH, work_s, now, self._working)
        self.ground.take(job, self._await, explosives=True)
        self._on_taken()
        self._await(job)

    def _await(self, job: CrewJob) -> None:
        if job.until_s is not None:
            done = self.clock.at(job.until_s, Kind.END, self.site.rank, self._turn(job.crew))
            done.callbacks.append(partial(self._done, job))

    def _next(self, now: int) -> int | None:
        """The next lot for a free team, or `None`."""
        site, handover_s = self.site, self.site.handover_s
        if not site.open or handover_s is None:
            return None
        if self._begun(now):
            self.ground.watch_for(self._working, self.wake, explosives=True)
        if len(self.jobs) >= self.allowed():
            return None
        if not self.ground.is_free(self._working):
            return None
        if now >= handover_s:
            return self._after_handover() if site.handed_over else None
        if self.waiting and self.begins_s is not None and now >= self.begins_s:
            return self.waiting[0]
        return None

    def _after_handover(self) -> int | None:
        """The first condemned lot in order that nobody works on, also one that is disabled."""
        site = self.site
        busy = {job.lot for job in (*self.jobs.values(), *self._of_crews.values())}
        lots = (lot for lot in site.condemned if self.takes(lot) and lot not in busy)
        return next(iter(site.by_disposal(lots)), None)

    def _done(self, job: CrewJob, _: simpy.Event) -> None:
        now = self.clock.now_s
        if job.ends(now):
            self._end(job, now, done=True)
            self.site.pull(now)  # it may have been due for release meanwhile
            self.site.strike(job.lot, now, State.DESTROYED, Crew(job.crew, explosives=True))
            if not self.ground.limited:  # else crews, which may have waited for its site, come first
                self._go_on()

    def _end(self, job: CrewJob, now: int, *, done: bool) -> None:
        job.stopped = True
        del self.jobs[job.crew]
        self.idle.add(job.crew)
        self.ground.give_back(job, explosives=True)
        work = Work(self.site.name, job.crew, job.lot, Task.DEMOLISH, job.from_s, now, done)
        self.site.ledger.work.append(work)

    def lost(self, lot: int) -> None:
        """A lot is gone (fire): the team that works on it is free."""
        for job in [job for job in self.jobs.values() if job.lot == lot]:
            self._end(job, self.clock.now_s, done=False)
            self.wake()

    def close(self) -> None:
        """The place closes: half-destroyed lots are disabled if enough work for disabling was done."""
        site, now = self.site, self.clock.now_s
        for job in list(self.jobs.values()):
            put_in = job.work_s - job.left_s(now)
            if site.ledger.state[job.lot] != State.DISABLED and put_in >= self._disable_s[job.lot]:
                site.strike(job.lot, now, State.DISABLED, Crew(job.crew, half_destroyed=True, explosives=True))
            self._end(job, now, done=False)
