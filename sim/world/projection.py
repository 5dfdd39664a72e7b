"""Projection: which lots the present crews of a place will have made ready by when, alarms not foreseen."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heapreplace
from itertools import count, islice

from sim.ledger.states import State
from sim.world.crews import Crews
from sim.world.site import Site

_FAR = 1 << 60


class Projection:
    """One look ahead from an instant, carried as far as anyone asks."""

    def __init__(self, site: Site, crews: Crews, now: int) -> None:
        self._site, self._now = site, now
        self._hours = site.tape.hours[site.name]
        self._free: list[int] = []
        self._at_work: list[tuple[int, int]] = []
        self._look_at_crews(crews)
        self._coming = self._ahead()
        self._done: list[tuple[int, int, int]] = []

    def _look_at_crews(self, crews: Crews) -> None:
        """When each crew will be free, and the lots that those at work will have prepared."""
        site, now = self._site, self._now
        for job in crews.jobs.values():
            ends = self._hours.finish(now, crews.left_s(job))
            self._free.append(_FAR if ends is None else ends)
            if job.task == "prepare" and ends is not None:
                self._at_work.append((ends, job.lot))
        self._free += [now] * (site.people.crews_allowed() - len(self._free))
        heapify(self._free)

    def ready_by(self, end_s: int) -> list[int]:
        """Lots that will be ready by an instant, in order of when."""
        done = [each for each in self._at_work if each[0] <= end_s]
        for i in count():
            if i == len(self._done):
                self._done.extend(islice(self._coming, 1))
            if i == len(self._done) or self._done[i][0] > end_s:
                break
            done.append(self._done[i][1:])
        return [lot for ends, lot in sorted(done) if ends <= end_s]

    def _ahead(self) -> Iterator[tuple[int, int, int]]:
        """Lots that are not yet in work, as crews will take them: begin and end of their preparing."""
        free, prepare_s, hours = self._free, self._site.stock.prepare_s, self._hours
        for release_s, lot in self._next_released():
            if not free or free[0] == _FAR:
                return
            begins = max(free[0], release_s)
            ends = hours.finish(begins, prepare_s[lot])
            heapreplace(free, _FAR if ends is None else ends)
            yield begins, _FAR if ends is None else ends, lot

    def _next_released(self) -> Iterator[tuple[int, int]]:
        site, state = self._site, self._site.ledger.state
        heap = list(site.released)
        while heap:
            _, release_s, _, lot = heappop(heap)
            if heap and heap[0][3] == lot:
                continue  # a pardoned lot stands there twice
            if lot in site.here and state[lot] == State.RELEASED and lot not in site.condemned:
                yield release_s, lot
        for release_s, lot in reversed(site.pending):
            if lot not in site.condemned and lot in site.here:
                yield release_s, lot
