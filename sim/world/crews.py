"""Crews: each prepares released lots, and destroys or disables condemned ones when it is time."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from functools import partial
from itertools import filterfalse

import simpy

from sim.ledger.kinds import Crew, Reason, Task, Why
from sim.ledger.ledger import Work
from sim.ledger.states import State
from sim.scenario.openings import Openings
from sim.world.clock import Kind
from sim.world.ground import Ground
from sim.world.jobs import Beginning, CrewJob, first_is_destroyed
from sim.world.site import Site
from sim.world.teams import SiteTeams
from sim.world.waiting import Waiting

_made = tuple.__new__  # a named tuple's own constructor takes three times as long, and there are many jobs
_FATE_OF = {Task.DESTROY: State.DESTROYED, Task.DISABLE: State.DISABLED}


class SiteCrews:
    """The crews of one site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.clock = site.clock
        self._working = site.tape.working[site.name]
        self.jobs: dict[int, CrewJob] = {}
        self.idle = set(range(site.place.crews.count))
        self.disposal: Beginning | None = None
        self._wake_s: int | None = None
        self._planned_for: tuple[int, ...] | None = None
        stock = site.stock
        self.destroy_s, self.disable_s, self.staged = stock.destroy_s, stock.disable_s, set[int]()
        if stock.any_stages:
            self.destroy_s, self.disable_s = stock.destroy_s.copy(), stock.disable_s.copy()
        site.on_unstaged = self._unstaged
        self.ground = Ground(site, self.wake)
        site.on_apron = self.ground.aircraft
        self.teams = SiteTeams(site, self.ground, self.jobs, self.disable_s, self._team_took)
        self.waiting = self._waiting(())
        self._crews = [Crew(number) for number in range(site.place.crews.count)]

    # one crew's day

    def _go_on(self, numbers: Sequence[int]) -> None:
        """Free crews take their next job until each has one that takes time; where one finds none, none will."""
        site, now = self.site, self.clock.now_s
        for at, number in enumerate(numbers):
            while site.open:
                job = self._take(number)
                if job is None:
                    self.idle.update(numbers[at:])
                    return
                self.jobs[number] = job
                if job.until_s != now:
                    self._await(job)
                    break
                self._record(job, now, done=True)  # work that takes no time needs no event of its own
                self._finish(job, now)

    def _await(self, job: CrewJob) -> None:
        if job.until_s is not None:
            done = self.clock.at(job.until_s, Kind.END, self.site.rank, job.crew)
            done.callbacks.append(partial(self._done, job))

    def _done(self, job: CrewJob, _: simpy.Event) -> None:
        if job.ends(self.clock.now_s):
            now = self.clock.now_s
            self._record(job, now, done=True)
            self._finish(job, now)
            self._go_on((job.crew,))
            if self.ground.limited and (self.site.stock.any_stages or self._begun() or self.site.handed_over):
                self.wake()

    def _stop(self, job: CrewJob) -> None:
        """A crew leaves its work, and takes the next job when what has stopped it is over."""
        job.stopped = True
        self.clock.soon(partial(self._stopped, job), Kind.CREW, self.site.rank, job.crew)

    def _stopped(self, job: CrewJob) -> None:
        self._record(job, self.clock.now_s, done=False)
        self._go_on((job.crew,))

    def _record(self, job: CrewJob, now: int, *, done: bool) -> None:
        self.jobs.pop(job.crew, None)
        job.stopped = True
        self.ground.give_back(job)
        work = (self.site.name, job.crew, job.lot, job.task, job.from_s, now, done)
        self.site.ledger.work.append(_made(Work, work))

    def _finish(self, job: CrewJob, now: int) -> None:
        site = self.site
        if job.task is Task.PREPARE:
            site.preparing -= 1
            breaks = job.lot in site.inside
            site.make_ready(job.lot, now, self._crews[job.crew])
            site.on_ready(job.lot)
            if breaks:
                self.wake()  # pieces may wait for crews
        elif job.task is Task.STAGE:
            self._staged(job.lot, now)
        else:
            site.pull(now)  # it may have been due for release while crews worked on it
            site.strike(job.lot, now, _FATE_OF[job.task], self._crews[job.crew])
            self.teams.wake()

    # which job

    def _take(self, number: int) -> CrewJob | None:
        site, now = self.site, self.clock.now_s
        site.pull(now)
        if len(self.jobs) >= site.people.crews_allowed():
            return None
        handover_s = site.handover_s
        found = None if handover_s is None else self._disposal_job(now, handover_s)
        if found is None and site.started_s is not None and (handover_s is None or now < handover_s):
            lot = site.take_released()
            if lot is not None:
                site.preparing += 1
                self._unstaged(lot)
                site.ledger.lot(now, lot, State.PREPARING, site.name, self._crews[number])
                found = (lot, Task.PREPARE, site.stock.prepare_s[lot])
        if found is None and handover_s is not None and now < handover_s:
            found = self._staging_job()
        if found is None or self.idle:
            self._wake_at_release(now)
        if found is None:
            return None
        lot, task, work_s = found
        if task is not Task.DESTROY:
            return CrewJob(number, lot, task, work_s, now, self._working)
        job = CrewJob(number, lot, task, work_s, now, self.ground.hours)
        self.ground.take(job, self._await)
        return job

    def _wake_at_release(self, now: int) -> None:
        pending = self.site.pending
        if pending and (self._wake_s is None or self._wake_s <= now or self._wake_s > pending[-1][0]):
            self._wake_s = max(pending[-1][0], now)
            self.clock.call(self._wake_s, Kind.RELEASE, self._wake_now, self.site.rank)

    def wake(self) -> None:
        """Let idle crews look for a job right after this, as many as there are jobs and people; teams too."""
        self.teams.wake()
        if self.site.handed_over:
            self.ground.watch_for(self.ground.hours, self.wake)
        woken = self._wake()
        if woken:
            self.clock.soon(partial(self._go_on, woken), Kind.CREW, self.site.rank, woken[0])

    def _wake_now(self) -> None:
        self._go_on(self._wake())

    def _wake(self) -> list[int]:
        site = self.site
        site.pull(self.clock.now_s)
        woken: list[int] = []
        if self.idle:
            room = site.people.crews_allowed() - len(self.jobs)
            wanted = min(room, len(site.released) + self._disposal_wanted())
            if wanted > 0:
                woken = sorted(self.idle)[:wanted]
                self.idle.difference_update(woken)
        if self.idle or site.awaits_release:
            self._wake_at_release(self.clock.now_s)
        return woken

    def _disposal_wanted(self) -> int:
        site, now = self.site, self.clock.now_s
        if site.handover_s is not None and now >= site.handover_s:
            return len(site.here)
        if self._begun():
            return len(site.condemned)
        return len(self._to_stage())

    def _begun(self) -> bool:
        """Whether disposal has begun, before handover."""
        return self.disposal is not None and self.disposal.has_come(self.clock.now_s)

    # staging

    def _staging_job(self) -> tuple[int, Task, int] | None:
        """The first condemned lot in order that can be staged, and is not."""
        lots = self._to_stage()
        if not lots:
            return None
        lot = lots[0]
        self.waiting.take(lot)
        return lot, Task.STAGE, self.site.stock.stages[lot].work_s

    def _to_stage(self) -> Sequence[int]:
        """Lots that crews stage while disposal has not begun, in order."""
        found = self.waiting.to_stage
        return found if found and self.site.started_s is not None and not self._begun() else ()

    def _staged(self, lot: int, now: int) -> None:
        self.staged.add(lot)
        self.destroy_s[lot] = self.disable_s[lot] = self.site.stock.stages[lot].staged_s
        if self.site.setting.remembers and not self.site.stock.by_teams[lot]:
            self.waiting.put_back(lot, self.site.disposal_turns)
        else:
            self.requeue()
        self.plan_disposal(now)

    def _unstaged(self, lot: int) -> None:
        """A lot is prepared for lift after all, or no longer here: it is not staged any more."""
        if lot in self.staged:
            self.staged.discard(lot)
            self.destroy_s[lot], self.disable_s[lot] = self.site.stock.destroy_s[lot], self.site.stock.disable_s[lot]

    def stop_staging(self, lots: Container[int]) -> bool:
        """Stop the staging of some lots, if any: unfinished work counts for nothing."""
        stopped = [job for job in self.jobs.values() if job.task is Task.STAGE and job.lot in lots]
        for job in stopped:
            del self.jobs[job.crew]
            self._stop(job)
        return bool(stopped)

    # disposal

    def _disposal_job(self, now: int, handover_s: int) -> tuple[int, Task, int] | None:
        site = self.site
        if now >= handover_s:  # in its very second crews wait until handover has said what is left
            return self._after_handover() if site.handed_over else None
        if not self.waiting.lots or not self._begun():
            return None
        task = self._destroy_or_disable(now, handover_s)
        if task is Task.DESTROY and not self.ground.is_free(self.ground.hours):
            return self._without_ground(now, handover_s)
        lot = self.waiting.take_first()
        site.worked.add(lot)
        return lot, task, (self.destroy_s if task is Task.DESTROY else self.disable_s)[lot]

    def _without_ground(self, now: int, handover_s: int) -> tuple[int, Task, int] | None:
        """While no lot can be destroyed: disable what crews may not destroy; else the last, if not all can be.

        From the last moment to disable what waits, it is disabled, the first in order first.
        """
        if self.waiting.for_teams:
            lot = self.waiting.for_teams[0]
        else:
            lot, crews = self.waiting.lots[-1], max(1, self.site.people.crews_allowed())
            if self.waiting.destroying.all_s <= self._crew_seconds(now, handover_s)[1]:
                if self.ground.may_wait(self.waiting.disabling, crews):
                    return None
                lot = self.waiting.lots[0]
        self.waiting.take(lot)
        self.site.worked.add(lot)
        return lot, Task.DISABLE, self.disable_s[lot]

    def requeue(self) -> None:
        """The condemned lots that no crew works on, in the order of disposal; teams keep what they can destroy."""
        busy = {job.lot for job in (*self.jobs.values(), *self.teams.jobs.values())}
        waiting = list(filterfalse(busy.__contains__, self.site.to_dispose()))
        if self.teams.count:
            waiting = self.teams.share_out(waiting)
        self.waiting = self._waiting(waiting)

    def _waiting(self, lots: Iterable[int]) -> Waiting:
        stock = self.site.stock
        return Waiting(lots, self.destroy_s, self.disable_s, stock.by_teams, stock.stages, self.staged)

    def _destroy_or_disable(self, now: int, handover_s: int) -> Task:
        """The job for the first in order: disable if the hours to handover no longer suffice to destroy all."""
        first = self.waiting.lots[0]
        destroy_s, disable_s = self.destroy_s[first], self.disable_s[first]
        if self.site.stock.by_teams[first]:
            return Task.DISABLE
        if destroy_s <= disable_s:
            return Task.DESTROY
        left_s = self.ground.planned.open_between(now, handover_s)
        seconds = self._crew_seconds(now, handover_s)
        covered = first_is_destroyed(
            destroy_s, disable_s, self.waiting.destroying.all_s, self.waiting.shorter_s(), *seconds
        )
        return Task.DESTROY if covered and destroy_s <= left_s else Task.DISABLE

    def _crew_seconds(self, now: int, handover_s: int) -> tuple[int, int]:
        """The time of crews left to handover beside jobs of disposal under way, without alarms: in all, to destroy."""
        site, ground = self.site, self.ground
        crews, left_s = max(1, site.people.crews_allowed()), site.hours.open_between(now, handover_s)
        light_s = ground.planned.open_between(now, handover_s) if ground.limited else left_s
        taken_s = destroying_s = 0
        for job in self.jobs.values():
            if job.task is Task.DESTROY or job.task is Task.DISABLE:
                work_s = job.left_s(now)
                taken_s += min(work_s, left_s)
                if job.task is Task.DESTROY:
                    destroying_s += min(work_s, light_s)
        seconds = left_s * crews - taken_s
        return seconds, light_s * min(crews, ground.sites) - destroying_s if ground.limited else seconds

    def _after_handover(self) -> tuple[int, Task, int] | None:
        """Puts remaining lots out of use in the shorter way, ready ones last, then destroys disabled ones."""
        site, stock, state = self.site, self.site.stock, self.site.ledger.state
        only_sensitive = site.setting.scenario.policy.disposal.kind == "none"
        if self.waiting.lots:
            return self._put_out_of_use(self.waiting.take_first())
        busy = {job.lot for job in self.jobs.values()}
        drive_out = "road" in site.people.preference and site.people.anyone
        stays = [lot for lot in site.ready if not (drive_out and stock.drives[lot])]
        ready = [lot for lot in stays if stock.sensitive[lot] or not only_sensitive]
        if ready:
            lot = site.by_disposal(ready)[0]
            aboard = site.cargo.unload(lot, self.clock.now_s, Why.VEHICLE_CONDEMNED)
            for each in (lot, *aboard):
                site.condemn(each, self.clock.now_s, Reason.LEFT)
            if aboard:
                self.requeue()
                self.waiting.take(lot)
            return self._put_out_of_use(lot)
        disabled = [
            lot for lot in site.here if state[lot] == State.DISABLED and lot not in busy and not stock.by_teams[lot]
        ]
        if disabled and self.ground.is_free(self.ground.hours):
            lot = site.by_disposal(disabled)[0]
            return lot, Task.DESTROY, self.destroy_s[lot]
        return None

    def _put_out_of_use(self, lot: int) -> tuple[int, Task, int]:
        task = self._shorter(lot)
        return lot, task, (self.destroy_s if task is Task.DESTROY else self.disable_s)[lot]

    def _shorter(self, lot: int) -> Task:
        """The shorter of disabling and destroying; destroying if they take the same time and crews may do it."""
        stock = self.site.stock
        if stock.by_teams[lot] or not self.ground.is_free(self.ground.hours):
            return Task.DISABLE
        return Task.DESTROY if self.destroy_s[lot] <= self.disable_s[lot] else Task.DISABLE

    def planned(self, job: CrewJob) -> Openings:
        """The hours of a job without alarms."""
        return self.ground.planned if job.task is Task.DESTROY else self.site.hours

    def busy_s(self) -> int:
        """Work that is left of jobs under way: a crew that destroys a lot prepares none meanwhile."""
        now = self.clock.now_s
        return sum(job.left_s(now) for job in self.jobs.values())

    def plan_disposal(self, now: int) -> None:
        """Set the latest time at which work on all condemned lots can begin, without alarms, and wake for it."""
        if self.teams.count:
            if not (self.site.setting.remembers and self.teams.keep_their_share()):
                self.requeue()
            self.teams.plan()
        self._plan_crews(now)

    def _team_took(self) -> None:
        """A team has begun a lot: what it leaves to crews is shared out anew, and they have their time to begin."""
        self.requeue()
        self._plan_crews(self.clock.now_s)

    def _plan_crews(self, now: int) -> None:
        site = self.site
        until_s = site.people.crews_until_s
        if until_s is None or not self.waiting.lots:
            self.disposal = self._planned_for = None
            return
        crews = min(max(1, site.people.crews_allowed()), self.ground.sites)
        works = self.waiting.destroying
        key = (crews, until_s, len(works.each_s), works.all_s, now if site.stock.any_stages else 0)
        if key == self._planned_for and not (self._begun() and self.ground.limited):  # who waits for room looks again
            return
        self._planned_for = key if site.setting.remembers else None
        hours = self.ground.planned
        margin_s, within_s = self.ground.margin_s(hours, until_s), works.within_s(crews)
        self.disposal = Beginning(hours, until_s, works.each_s.copy(), within_s, crews, margin_s, now)
        self.clock.call(self.disposal.not_before_s, Kind.RELEASE, partial(self._may_begin, self.disposal), site.rank)
        if self._to_stage():
            self.wake()

    def _may_begin(self, disposal: Beginning) -> None:
        """Disposal may begin now, or a little later; it has not been planned anew since."""
        if disposal is self.disposal and not disposal.has_come(self.clock.now_s):
            self.clock.call(disposal.at_s(), Kind.RELEASE, partial(self._begin_disposal, disposal), self.site.rank)
        else:
            self._begin_disposal(disposal)

    def _begin_disposal(self, disposal: Beginning) -> None:
        """Disposal begins now: who stages a lot stops."""
        if disposal is not self.disposal:
            return  # it has been planned anew since
        self.ground.watch_for(self.ground.hours, self.wake)
        if self.stop_staging(self.site.condemned):
            self.requeue()
        self._wake_now()

    def handed_over(self) -> None:
        """At handover staging stops, and what teams have not done is for crews to disable."""
        if self.stop_staging(self.site.condemned) or self.teams.count:
            self.requeue()

    def work_under_order(self, now: int) -> None:
        """An order has come: people may form more crews, and vehicles that drive themselves may need none."""
        site = self.site
        more = range(len(self._crews), site.people.crews.count)
        self._crews += map(Crew, more)
        self.idle.update(more)
        if not site.waives_preparing or not site.before_handover(now):
            return
        for number, job in list(self.jobs.items()):
            if job.task is Task.PREPARE and site.stock.drives[job.lot]:
                del self.jobs[number]
                site.preparing -= 1
                site.skip_preparing(job.lot, now)
                self._stop(job)
        site.waive_preparing(now)

    def stop(self, lots: set[int]) -> None:
        """Stop the preparing of lots that have been condemned: unfinished work counts for nothing."""
        for number, job in list(self.jobs.items()):
            if job.task is Task.PREPARE and job.lot in lots:
                del self.jobs[number]  # at once, so that the lot is among those that wait for disposal
                self._unmake(job)
                self._stop(job)

    def _unmake(self, job: CrewJob) -> None:
        self.site.preparing -= 1
        self.site.ledger.lot(self.clock.now_s, job.lot, State.RELEASED, self.site.name)

    def lost(self, lot: int) -> None:
        """A lot is gone (fire): the crew that works on it is free."""
        for job in self.jobs.values():
            if job.lot == lot:
                self.site.preparing -= job.task is Task.PREPARE
                self._stop(job)
        self.teams.lost(lot)
        if lot in self.waiting.lots or lot in self.teams.waiting:
            self.requeue()
        if self.ground.limited:
            self.wake()

    def close(self) -> None:
        """The place closes: half-destroyed lots are disabled if enough work for disabling was done."""
        site, now = self.site, self.clock.now_s
        for number, job in self.jobs.items():
            put_in = job.work_s - job.left_s(now)
            state = site.ledger.state[job.lot]
            if job.task is Task.PREPARE:
                self._unmake(job)
            elif job.task is not Task.STAGE and state != State.DISABLED and put_in >= self.disable_s[job.lot]:
                site.strike(job.lot, now, State.DISABLED, Crew(number, half_destroyed=True))
            self._stop(job)
        self.teams.close()
