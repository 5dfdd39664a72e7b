"""Disposal: what is condemned and when, and what crews do to it."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heapreplace
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import LEADS, MOMENTS, RELEASES, REVIEWS
from benchmarks.twin.labour import DISPOSING, rate
from benchmarks.twin.projection import Projection
from benchmarks.twin.things import DISABLED, FATES, IN_USE, READY, RELEASED, WAITING_STATES, Job, Lot
from sim.ledger.kinds import Crew
from sim.scenario.openings import Openings

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin

DAY_S = 86_400
_LOOKED_BACK_S = 14 * DAY_S


class Disposal:
    """The policy of disposal at all places."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.rule = world.scenario.policy.disposal

    def condemn_unliftable(self) -> None:
        """Before the clock starts: what no lift can carry."""
        for site in self.world.sites.values():
            self.stays(site)

    def stays(self, site: Site) -> None:
        """Condemn what no lift can carry and nobody takes over."""
        for lot in site.here.values():
            if not lot.condemned and lot.state not in FATES and all(self.never(site, part) for part in lot.parts):
                site.condemn(lot)
                site.labour.drop(lot)
        self.watch(site)

    def never(self, site: Site, lot: Lot) -> bool:
        """Whether a lot is condemned because no lift can carry it."""
        if site.handover_s is None or self.rule.kind == "none":
            return False
        return lot.index in self.world.unliftable and not site.held(lot)

    def broken_down(self, site: Site, container: Lot) -> None:
        """Of what comes out of a container, condemn what no lift can carry, and after handover what is not ready."""
        over = site.handed_over and self.rule.kind != "none"
        parts = [container, *container.pieces]
        self.condemn(
            site, [lot for lot in parts if self.never(site, lot) or (over and lot.state == RELEASED)], goes_on=False
        )

    def begin(self) -> None:
        """Start the reviews, and the dates of a fixed lead."""
        for site in self.world.sites.values():
            self._set_leads(site)
        self.world.clock.process(self._reviews())

    # reviews

    def _reviews(self) -> Generator[Event, None, None]:
        at = 0
        while at <= self.world.horizon_s:
            yield self.world.clock.moment(at, REVIEWS)
            self._review()
            at += self.rule.review_s

    def order(self, site: Site) -> None:
        """An order has come: all places are reviewed."""
        self._set_leads(site)
        self.watch(site)
        self.world.clock.process(self._ordered())

    def _ordered(self) -> Generator[Event, None, None]:
        yield self.world.clock.moment(self.world.clock.now_s, REVIEWS)
        self._review()

    def _review(self) -> None:
        projection = Projection(self.world)
        for site in self.world.by_handover():
            if site.closed or not site.begun or site.handover_s is None or site.handed_over:
                continue
            if self.rule.kind == "projected":
                self._project(site, projection)
            elif self.rule.kind == "last_moment":
                self._expect(site, sensitive=False)
            self._expect(site, sensitive=True)
            if self.rule.kind != "none":
                self._expect_usable(site)
            self.watch(site)

    # fixed_lead

    def _set_leads(self, site: Site) -> None:
        if self.rule.kind == "fixed_lead" and site.handover_s is not None:
            self.world.clock.process(self._lead(site, site.handover_s - self.rule.lead_s, ready=False))
            if self.rule.ready_lead_s:
                self.world.clock.process(self._lead(site, site.handover_s - self.rule.ready_lead_s, ready=True))

    def _lead(self, site: Site, at_s: int, *, ready: bool) -> Generator[Event, None, None]:
        yield self.world.clock.moment(max(at_s, self.world.clock.now_s), LEADS, site.rank, int(ready))
        if not site.closed:
            self.condemn(site, [lot for lot in self._open(site) if (lot.state == READY) == ready])

    # projected

    def _project(self, site: Site, projection: Projection) -> None:
        unliftable = self.world.unliftable
        lots = [
            lot for lot in self._unfinished(site)
            if not lot.touched and any(part.index not in unliftable for part in lot.parts)
        ]  # fmt: skip
        if not lots:
            return
        parts = projection.kept(site, [part for lot in lots for part in lot.parts if part.index not in unliftable])
        kept = {lot for lot in lots if any(part in parts for part in lot.parts)}
        site.teams.share_out()
        reinstated = [lot for lot in lots if lot in kept and lot.condemned]
        for lot in reinstated:
            site.reinstate(lot)
            self._unstage(site, lot)
            if lot.state == RELEASED:
                site.offer(lot)
        if reinstated:
            self.world.ask(site)
        self.condemn(site, [lot for lot in lots if lot not in kept and not lot.condemned])
        site.labour.go_on()

    # last moments

    def _expect(self, site: Site, *, sensitive: bool) -> None:
        for teams in (False, True):
            at = self._moment(site, sensitive=sensitive, teams=teams)
            if at is not None and at < self.world.clock.now_s + self.rule.review_s:
                self.world.clock.process(self._wait(site, at, sensitive=sensitive, teams=teams))

    def _wait(self, site: Site, at_s: int, *, sensitive: bool, teams: bool) -> Generator[Event, None, None]:
        at: int | None = at_s
        first = True
        while at is not None and (first or at > self.world.clock.now_s):
            first = False
            yield self.world.clock.moment(at, MOMENTS, site.rank, 2 * int(teams) + int(sensitive))
            if site.closed:
                return
            at = self._moment(site, sensitive=sensitive, teams=teams)
        if at is not None:
            self.condemn(site, self._at_stake(site, sensitive=sensitive, teams=teams))

    def _moment(self, site: Site, *, sensitive: bool, teams: bool) -> int | None:
        """The last moment for what is at stake, not before now; `None` where nothing is."""
        lots = self._at_stake(site, sensitive=sensitive, teams=teams)
        if not lots:
            return None
        return site.teams.last_moment(lots) if teams else self._last_moment(site, lots)

    def _at_stake(self, site: Site, *, sensitive: bool, teams: bool) -> list[Lot]:
        drives_out = "road" in site.people.leave_by
        return [
            lot
            for lot in self._open(site)
            if (lot.sensitive or not sensitive)
            and not (drives_out and lot.drives and lot.state == READY)
            and (lot.for_teams and site.place.eod is not None) == teams
        ]

    def _last_moment(self, site: Site, lots: list[Lot]) -> int | None:
        """Latest instant, not before now, from which present crews can destroy these in time."""
        until = self.until(site)
        if until is None:
            return None
        sums = [0] * site.room.at_most(max(site.labour.crews, 1))
        heapify(sums)
        for lot in sorted(lots, key=self.urgency):
            heapreplace(sums, sums[0] + lot.to_destroy)
        hours = site.room.planned()
        at = hours.latest_start(until, self.with_margin(site, hours, max(sums)))
        return self.world.clock.now_s if at is None else max(at, self.world.clock.now_s)

    @staticmethod
    def until(site: Site) -> int | None:
        """When crews are counted on no more: at handover, or where they may fly out when the last day begins."""
        if site.handover_s is None or not site.people.known or "air" not in site.people.leave_by:
            return site.handover_s
        return site.handover_s - DAY_S

    @staticmethod
    def urgency(lot: Lot) -> tuple[bool, int, float, int]:
        """The order of disposal."""
        return (not lot.sensitive, -lot.denial, -rate(lot.worth, lot.destroy), lot.index)

    def with_margin(self, site: Site, hours: Openings, work: int) -> int:
        """Work and its margin: as given, or the shelter to be expected in such hours where some class is staged."""
        margin, now = self.rule.margin_s, self.world.clock.now_s
        if not work:
            return 0
        if margin is not None:
            return work + margin
        since = max(now - _LOOKED_BACK_S, 0)
        worked = site.worked.open_between(since, now)
        if not worked or all(kind.stage is None for kind in self.world.scenario.classes.values()):
            return work
        left = hours.open_between(now, self.until(site) or 0)
        return work + (worked - site.working.open_between(since, now)) * left // worked

    # no worse than possible

    def _usable(self, site: Site) -> list[Lot]:
        waiting = self.world.road.without_loader(site)
        return [lot for lot in [*self._open(site), *waiting] if not lot.drives]

    def _expect_usable(self, site: Site) -> None:
        at = self._moment_to_disable(site)
        if at is not None and at < self.world.clock.now_s + self.rule.review_s:
            self.world.clock.process(self._wait_to_disable(site, at))

    def _wait_to_disable(self, site: Site, at_s: int) -> Generator[Event, None, None]:
        at: int | None = at_s
        while at is not None:
            yield self.world.clock.moment(at, MOMENTS, site.rank, 4)
            if site.closed:
                return
            at = self._moment_to_disable(site)
            if at is not None and at <= self.world.clock.now_s:
                lots = self._usable(site)
                self.world.road.give_up(site)
                self.condemn(site, lots)
                return

    def _moment_to_disable(self, site: Site) -> int | None:
        """The last moment at which all that is not on wheels can be disabled, not before now."""
        lots, until, crews = self._usable(site), self.until(site), site.labour.crews
        if until is None or not crews or not any(lot.to_disable for lot in lots):
            return None
        worked_on = {job.lot for job in site.labour.jobs if job.task in DISPOSING} | {
            job.lot for job in site.teams.jobs
        }
        before = [lot for lot in self._unfinished(site) if lot.condemned and lot not in worked_on]
        sums = [0] * crews
        heapify(sums)
        for lot in [*sorted(before, key=self.urgency), *sorted(lots, key=self.urgency)]:
            heapreplace(sums, sums[0] + lot.to_disable)
        at = site.hours.latest_start(until, self.with_margin(site, site.hours, max(sums)))
        return self.world.clock.now_s if at is None else max(at, self.world.clock.now_s)

    # staging

    def to_stage(self, site: Site) -> tuple[str, Lot] | None:
        """A condemned lot that waits, to be staged before disposal begins."""
        begins = site.labour.disposal_s
        if site.handover_s is None or not site.begun or (begins is not None and self.world.clock.now_s >= begins):
            return None
        lots = [lot for lot in self._waiting(site) if lot.kind.stage is not None and not lot.staged]
        return ("stage", min(lots, key=self.urgency)) if lots else None

    @staticmethod
    def _unstage(site: Site, lot: Lot) -> None:
        if any(job.task == "stage" and job.lot is lot for job in site.labour.jobs):
            site.labour.drop(lot)

    @staticmethod
    def _stop_staging(site: Site) -> bool:
        jobs = [job for job in site.labour.jobs if job.task == "stage"]
        for job in jobs:
            site.labour.drop(job.lot)
        return bool(jobs)

    # what is condemned, and when work on it begins

    @staticmethod
    def _unfinished(site: Site) -> list[Lot]:
        return [lot for lot in site.here.values() if lot.state in WAITING_STATES and not site.held(lot)]

    def _open(self, site: Site) -> list[Lot]:
        return [lot for lot in self._unfinished(site) if not lot.condemned]

    def condemn(self, site: Site, lots: list[Lot], *, goes_on: bool = True) -> None:
        """Lots will not be lifted any more: crews that prepare them stop, and disposal is planned anew."""
        if not lots:
            return
        loads = [each for lot in lots for each in self.world.road.carriers.put_down(lot)]
        for lot in [*lots, *loads]:
            site.condemn(lot)
            site.labour.drop(lot)
        self.watch(site)
        if goes_on:
            site.labour.go_on()

    def handover(self, site: Site) -> None:
        """Everything in use or released is condemned."""
        if self.rule.kind != "none":
            self.condemn(site, [lot for lot in self._open(site) if lot.state in (IN_USE, RELEASED)])
        self._stop_staging(site)
        site.teams.share_out()

    def watch(self, site: Site) -> None:
        """Reckon the last moment at which work on the condemned can begin."""
        site.teams.reckon()
        self.watch_crews(site)

    def watch_crews(self, site: Site) -> None:
        """Reckon this for what waits for crews."""
        waiting = self._waiting(site)
        site.labour.disposal_s = self._last_moment(site, waiting) if waiting else None
        if site.labour.disposal_s is not None:
            self.world.clock.process(self._start(site, site.labour.disposal_s))
        if self.to_stage(site) is not None:
            site.labour.go_on()

    def _start(self, site: Site, at_s: int) -> Generator[Event, None, None]:
        yield self.world.clock.moment(at_s, RELEASES, site.rank)
        if at_s == site.labour.disposal_s:
            if self._stop_staging(site):
                site.teams.share_out()
            site.labour.go_on()

    @staticmethod
    def _waiting(site: Site) -> list[Lot]:
        busy = {job.lot for job in (*site.labour.jobs, *site.teams.jobs)} | site.teams.mine
        return [
            lot for lot in site.here.values()
            if lot.condemned and lot.state in WAITING_STATES and lot not in busy
        ]  # fmt: skip

    def waits(self, site: Site) -> bool:
        """Whether condemned lots wait for crews."""
        return bool(self._waiting(site))

    # the next job

    def next_job(self, site: Site) -> tuple[str, Lot] | None:
        """The next job of disposal at a place, if it has begun."""
        if site.handed_over:
            return self._after_handover(site) if site.handover_done else None
        if site.labour.disposal_s is None or self.world.clock.now_s < site.labour.disposal_s:
            return None
        waiting = sorted(self._waiting(site), key=self.urgency)
        if not waiting:
            return None
        if waiting[0].for_teams or not self._time_to_destroy(site, waiting):
            return "disable", waiting[0]
        return self._by_room(site, waiting)

    def _by_room(self, site: Site, waiting: list[Lot]) -> tuple[str, Lot] | None:
        """Destroy the first, or if there is no room to do so, disable what will not be destroyed by crews."""
        if site.room.takes(site.room.working):
            return "destroy", waiting[0]
        for lot in waiting:
            if lot.for_teams:
                return "disable", lot
        if not self._time_for_all(site, waiting):
            return "disable", waiting[-1]
        return None if self._may_wait(site, waiting) else ("disable", waiting[0])

    def _may_wait(self, site: Site, waiting: list[Lot]) -> bool:
        """Whether all these could still be disabled later; when that ends, crews look again."""
        sums = [0] * max(site.labour.crews, 1)
        heapify(sums)
        for lot in waiting:
            heapreplace(sums, sums[0] + lot.to_disable)
        at = site.hours.latest_start(self.until(site) or 0, max(sums))
        if at is None or at <= self.world.clock.now_s:
            return False
        self.world.clock.process(self._look(site, at))
        return True

    def _look(self, site: Site, at_s: int) -> Generator[Event, None, None]:
        yield self.world.clock.moment(at_s, RELEASES, site.rank)
        site.labour.go_on()

    @staticmethod
    def _time_for_all(site: Site, waiting: list[Lot]) -> bool:
        """Whether crews can still destroy all of these by handover."""
        alone = site.room.planned().open_between(site.clock.now_s, site.handover_s or 0)
        limited = site.room.rule is not None
        jobs = [job for job in site.labour.jobs if job.task == "destroy" or (job.task == "disable" and not limited)]
        crews = site.room.at_most(max(site.labour.crews, 1))
        hours = crews * alone - sum(min(site.labour.left(job), alone) for job in jobs)
        return sum(lot.to_destroy for lot in waiting) <= hours

    def _time_to_destroy(self, site: Site, waiting: list[Lot]) -> bool:
        alone = site.hours.open_between(self.world.clock.now_s, site.handover_s or 0)
        under_way = [min(site.labour.left(job), alone) for job in site.labour.jobs if job.task in DISPOSING]
        hours = max(site.labour.crews, 1) * alone - sum(under_way)
        first = waiting[0]
        if first.to_destroy <= first.to_disable:
            return True
        if first.to_destroy > site.room.planned().open_between(self.world.clock.now_s, site.handover_s or 0):
            return False
        if self._time_for_all(site, waiting):
            return True
        return first.to_destroy + sum(min(lot.to_disable, lot.to_destroy) for lot in waiting[1:]) <= hours

    @staticmethod
    def _shorter(site: Site, lot: Lot) -> tuple[str, Lot]:
        """What makes a lot useless sooner; destroying where neither does, if there is room."""
        destroys = lot.to_destroy <= lot.to_disable and not lot.for_teams and site.room.takes(site.room.working)
        return ("destroy" if destroys else "disable"), lot

    def _after_handover(self, site: Site) -> tuple[str, Lot] | None:
        waiting = self._waiting(site)
        if waiting:
            return self._shorter(site, min(waiting, key=self.urgency))
        drives_out = "road" in site.people.leave_by and site.people.present > 0
        ready = [
            lot for lot in site.ready.values()
            if not (drives_out and lot.drives) and (self.rule.kind != "none" or lot.sensitive)
        ]  # fmt: skip
        if ready:
            lot = min(ready, key=self.urgency)
            for each in [lot, *self.world.road.carriers.put_down(lot)]:
                site.condemn(each)
            return self._shorter(site, lot)
        busy = {job.lot for job in (*site.labour.jobs, *site.teams.jobs)}
        disabled = [
            lot for lot in site.here.values()
            if lot.state == DISABLED and lot not in busy and not lot.for_teams
        ]  # fmt: skip
        if not disabled or not site.room.takes(site.room.working):
            return None
        return "destroy", min(disabled, key=self.urgency)

    def done(self, job: Job) -> None:
        """Work of disposal is finished; what was due for release meanwhile has been released."""
        self.world.sites[job.lot.where].release_due()
        self.world.strike(job.lot, "destroyed" if job.task == "destroy" else DISABLED, by=Crew(job.crew))
