"""Projection: which lots the present crews of a place will prepare by when, without alarms."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heapreplace

from sim.ledger.kinds import Task
from sim.ledger.states import State
from sim.world.crews import SiteCrews
from sim.world.memory import memory
from sim.world.setting import Setting
from sim.world.site import Site

_FAR = 1 << 60


class Projection:
    """One projection from an instant, extended on demand."""

    def __init__(self, site: Site, crews: SiteCrews, now: int) -> None:
        self._site, self._now = site, now
        self._hours = site.hours
        self._free: list[int] = []
        self._foreseen: list[tuple[int, int]] = []  # when a lot will be prepared, and which
        self._look_at_crews(crews)
        self._next = self._next_released()

    def _look_at_crews(self, crews: SiteCrews) -> None:
        """When each crew will be free, and the lots that crews at work will have prepared."""
        site, now = self._site, self._now
        shelter = site.tape.shelter[site.name]
        calm_until_s = now if shelter.is_open(now) else min(shelter.next_start(now), site.hours_change_s)
        jobs = list(crews.jobs.values())
        ends = [  # as the job has it, where no alarm and no order that is not foreseen comes between
            job.until_s
            if job.until_s and now < job.until_s <= calm_until_s and not job.halted
            else crews.planned(job).finish(now, job.left_s(now))
            for job in jobs
        ]
        self._free = [_FAR if end is None else end for end in ends]
        self._foreseen = [
            (end, job.lot) for end, job in zip(ends, jobs, strict=True) if end is not None and job.task is Task.PREPARE
        ]
        if site.inside:
            self._free = [
                self._goes_on(job.lot, end) if job.task is Task.PREPARE else end
                for job, end in zip(jobs, self._free, strict=True)
            ]
        self._free += [now] * (site.people.crews_allowed() - len(self._free))
        heapify(self._free)

    def ready_by(self, end_s: int) -> list[int]:
        """Lots that will be ready by an instant, in order of when."""
        if self._free and self._free[0] <= end_s:
            self._carry_on(end_s)
        return [lot for _, lot in sorted([each for each in self._foreseen if each[0] <= end_s])]

    def _carry_on(self, end_s: int) -> None:
        """Project lots that are not yet in work, in the order of crews, as far as work begins by an instant."""
        free, prepare_s, finish = self._free, self._site.prepare_s, self._hours.finish
        for release_s, lot in self._next:
            begins = max(free[0], release_s)
            ends = finish(begins, prepare_s[lot])
            heapreplace(free, _FAR if ends is None else self._goes_on(lot, ends))
            if ends is not None:
                self._foreseen.append((ends, lot))
            if begins > end_s or free[0] > end_s:
                return

    def _goes_on(self, lot: int, done_s: int) -> int:
        """When the crew that prepares a lot is free: one that breaks down a container goes on with its pieces."""
        work_s, free_s = 0, done_s
        for piece in self._site.inside.get(lot, ()) if done_s < _FAR else ():
            work_s += self._site.prepare_s[piece]
            end = self._hours.finish(done_s, work_s) if work_s else done_s
            if end is None:
                return _FAR
            free_s = end
            self._foreseen.append((free_s, piece))
        return free_s

    def _next_released(self) -> Iterator[tuple[int, int]]:
        site, state = self._site, self._site.ledger.state
        heap = list(site.released)
        while heap:
            _, release_s, _, lot = heappop(heap)
            if heap and heap[0][3] == lot:
                continue  # a reinstated lot is in it twice
            if lot in site.here and state[lot] == State.RELEASED and lot not in site.condemned:
                yield release_s, lot
        for release_s, lot in reversed(site.pending):
            if lot not in site.condemned and lot in site.here:
                yield release_s, lot


class LiftOutlook:
    """Projections of all sites, within one dispatch.

    Answers given in a dispatch hold to its end.
    """

    def __init__(self, setting: Setting, crews: dict[str, SiteCrews]) -> None:
        self.clock, self.crews = setting.clock, crews
        self._projected: dict[tuple[str, int], list[int]] = memory(remembers=setting.remembers)
        self._ahead: dict[str, Projection] = memory(remembers=setting.remembers)

    def projected(self, site: Site, until_s: int) -> list[int]:
        """Lots that present crews will have prepared by an instant, without alarms, in order."""
        key = (site.name, until_s)
        found = self._projected.get(key)
        if found is None:
            found = self._projected[key] = self._project(site, self.clock.now_s, until_s)
        return found

    def begin(self) -> None:
        """A dispatch begins."""
        self._projected.clear()
        self._ahead.clear()

    def changed(self, site: Site) -> None:
        """Within a dispatch, people or lots have left a site: its projection may change."""
        self._ahead.pop(site.name, None)

    def _project(self, site: Site, now: int, until_s: int) -> list[int]:
        if site.started_s is None or (site.handover_s is not None and now >= site.handover_s):
            return []
        site.pull(now)  # crews may not have checked since a lot was released
        crews = self.crews[site.name]
        ahead = self._ahead.get(site.name)
        if ahead is None:
            ahead = self._ahead[site.name] = Projection(site, crews, now)
        end_s = until_s if site.handover_s is None else min(until_s, site.handover_s)
        if crews.disposal is not None and crews.waiting.lots and crews.disposal.not_before_s < end_s:
            end_s = min(end_s, crews.disposal.at_s())  # once those are in hand, crews prepare again
        return ahead.ready_by(end_s)
