"""Disposal: what is condemned and when, and what crews do to it."""

from __future__ import annotations

from collections.abc import Generator
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from simpy.events import Event

from benchmarks.twin.clock import REVIEWS
from benchmarks.twin.labour import rate
from benchmarks.twin.projection import hopeless
from benchmarks.twin.things import IN_USE, PREPARING, READY, RELEASED, WAITING_STATES, Job, Lot

if TYPE_CHECKING:
    from benchmarks.twin.site import Site
    from benchmarks.twin.world import Twin


class Disposal:
    """The policy of disposal at all places."""

    def __init__(self, world: Twin) -> None:
        self.world = world
        self.rule = world.scenario.policy.disposal
        self._alarms: dict[str, set[int]] = {}

    def begin(self) -> None:
        """Condemn what no lift can carry, and start the reviews."""
        if self.rule.kind != "none":
            for lot in self.world.lots:
                if lot.index in self.world.unliftable and not lot.agreed:
                    lot.condemned = True
        self.world.clock.process(self._reviews())
        for site in self.world.sites.values():
            if self.rule.kind == "fixed_lead" and site.handover_s is not None:
                self._wake(site, site.handover_s - self.rule.lead_s)
                if self.rule.ready_lead_s:
                    self._wake(site, site.handover_s - self.rule.ready_lead_s)

    def _reviews(self) -> Generator[Event, None, None]:
        at = 0
        while at <= self.world.horizon_s:
            yield self.world.clock.moment(at, REVIEWS)
            self._used: dict[str, float] = {}
            self.world.tail_days_used.clear()
            self.world.trucks_used.clear()
            for site in self.world.by_handover():
                self.review(site)
            at += self.rule.review_s

    def order(self, site: Site) -> None:
        """An order has come: review in the next pass."""
        self.world.clock.process(self._ordered(site))

    def _ordered(self, site: Site) -> Generator[Event, None, None]:
        yield self.world.clock.moment(self.world.clock.now_s, REVIEWS, site.rank)
        self.world.tail_days_used.clear()
        self.world.trucks_used.clear()
        if self.rule.kind == "fixed_lead" and site.handover_s is not None:
            self._wake(site, site.handover_s - self.rule.lead_s)
            if self.rule.ready_lead_s:
                self._wake(site, site.handover_s - self.rule.ready_lead_s)
        for each in self.world.by_handover():
            self.review(each)

    def _wake(self, site: Site, at_s: int) -> None:
        woken = self._alarms.setdefault(site.name, set())
        now = self.world.clock.now_s
        if at_s > now and at_s not in woken and at_s <= self.world.horizon_s:
            woken.add(at_s)
            self.world.clock.process(self._awake(site, at_s))

    def _awake(self, site: Site, at_s: int) -> Generator[Event, None, None]:
        yield self.world.clock.moment(at_s, REVIEWS, site.rank)
        self.review(site, timed=True)

    def review(self, site: Site, timed: bool = False) -> None:
        """Look at one place: condemn what its policy says, and sensitive lots at their last moment."""
        if not site.begun or site.handed_over or site.closed or site.handover_s is None:
            return
        now, handover = self.world.clock.now_s, site.handover_s
        open_lots = [lot for lot in site.standing(*WAITING_STATES) if not lot.condemned and not site.held(lot)]
        if self.rule.kind == "fixed_lead":
            if now >= handover - self.rule.lead_s:
                self._condemn([lot for lot in open_lots if lot.state != READY])
            if self.rule.ready_lead_s and now >= handover - self.rule.ready_lead_s:
                self._condemn([lot for lot in open_lots if lot.state == READY])
        elif self.rule.kind == "projected" and not timed:
            self._project(site)
        self._last_moments(site)
        site.labour.staff()
        self.watch(site)

    def _project(self, site: Site) -> None:
        lots = [lot for lot in site.standing(*WAITING_STATES) if not site.held(lot)]
        over = hopeless(self.world, site, [lot for lot in lots if lot.index not in self.world.unliftable])
        for lot in lots:
            if lot.index in self.world.unliftable:
                continue
            if lot in over and not lot.condemned:
                self.condemn(lot)
            elif lot not in over and lot.condemned and not lot.touched:
                lot.condemned = False
                self.world.ask(site)

    def _last_moments(self, site: Site) -> None:
        now = self.world.clock.now_s
        lots = [lot for lot in site.standing(*WAITING_STATES) if not site.held(lot)]
        if self.rule.kind == "last_moment":
            at = self.last_moment(site, lots)
            if lots and (at is None or at <= now):
                self._condemn(lots)
            elif at is not None:
                self._wake(site, at)
        sensitive = [lot for lot in lots if lot.sensitive]
        at = self.last_moment(site, sensitive)
        if sensitive and (at is None or at <= now):
            self._condemn(
                [lot for lot in sensitive if not (lot.state == READY and self.world.road.drives_out(site, lot))]
            )
        elif at is not None:
            self._wake(site, at)

    def _condemn(self, lots: list[Lot]) -> None:
        for lot in lots:
            if not lot.condemned:
                self.condemn(lot)

    def condemn(self, lot: Lot) -> None:
        """A lot will not be lifted any more."""
        lot.condemned = True
        site = self.world.sites[lot.where]
        if lot.state == PREPARING:
            site.labour.drop(lot)
        self.world.ask(site)

    def last_moment(self, site: Site, lots: list[Lot]) -> int | None:
        """Latest instant from which these can be destroyed by handover; `None` where they can't be any more."""
        if site.handover_s is None:
            return None
        crews = site.labour.crews
        if not crews:
            return None
        sums = [0] * crews
        heapify(sums)
        for lot in sorted(lots, key=self.urgency):
            heappush(sums, heappop(sums) + lot.destroy)
        return site.hours.latest_start(site.handover_s, max(sums))

    @staticmethod
    def urgency(lot: Lot) -> tuple[bool, float, int]:
        """The order of disposal."""
        return (not lot.sensitive, -rate(lot.kind.value, lot.destroy), lot.index)

    def watch(self, site: Site) -> None:
        """Wake where disposal of the condemned, or of sensitive lots, has to begin."""
        if site.handover_s is None or site.handed_over or site.closed:
            return
        condemned = self._condemned(site)
        at = self.last_moment(site, condemned) if condemned else None
        if at is not None:
            self._wake(site, at)
        if site.begun:
            self._last_moments_later(site)

    def _last_moments_later(self, site: Site) -> None:
        lots = [lot for lot in site.standing(*WAITING_STATES) if not site.held(lot)]
        for group in (lots if self.rule.kind == "last_moment" else [], [lot for lot in lots if lot.sensitive]):
            at = self.last_moment(site, group) if group else None
            if at is not None:
                self._wake(site, at)

    def _condemned(self, site: Site) -> list[Lot]:
        busy = {job.lot.index for job in site.labour.jobs if job.task != "prepare"}
        return [
            lot for lot in site.standing(IN_USE, RELEASED, READY)
            if lot.condemned and lot.index not in busy
        ]  # fmt: skip

    def next_job(self, site: Site) -> tuple[str, Lot] | None:
        """The next job of disposal at a place, if it has begun."""
        if site.handed_over:
            return self._after_handover(site)
        condemned = sorted(self._condemned(site), key=self.urgency)
        if not condemned or site.handover_s is None or not site.begun:
            return None
        now = self.world.clock.now_s
        at = self.last_moment(site, condemned)
        if at is not None and now < at:
            return None
        lot = condemned[0]
        return ("destroy" if self._time_to_destroy(site, condemned) else "disable"), lot

    def _time_to_destroy(self, site: Site, condemned: list[Lot]) -> bool:
        now, handover = self.world.clock.now_s, site.handover_s or 0
        alone = site.hours.open_between(now, handover)
        hours = site.labour.crews * alone - sum(
            job.work - site.working.open_between(job.from_s, now) for job in site.labour.jobs if job.task != "prepare"
        )
        first = condemned[0]
        if first.destroy > alone:
            return False
        if sum(lot.destroy for lot in condemned) <= hours:
            return True
        return sum(lot.disable for lot in condemned) - first.disable + first.destroy <= hours

    def _after_handover(self, site: Site) -> tuple[str, Lot] | None:
        condemned = sorted(self._condemned(site), key=self.urgency)
        if condemned:
            return "disable", condemned[0]
        busy = {job.lot.index for job in site.labour.jobs}
        ready = [
            lot for lot in site.standing(READY)
            if not lot.condemned and lot.index not in busy and not site.held(lot)
            and not self.world.road.drives_out(site, lot) and (self.rule.kind != "none" or lot.sensitive)
        ]  # fmt: skip
        if ready:
            return "disable", min(ready, key=self.urgency)
        disabled = [lot for lot in site.standing("disabled") if lot.index not in busy]
        return ("destroy", min(disabled, key=self.urgency)) if disabled else None

    def done(self, site: Site, job: Job) -> None:
        """Work of disposal is finished."""
        self.world.strike(job.lot, "destroyed" if job.task == "destroy" else "disabled")
        self.world.ask(site)
