"""The camp on a bare heap: SimPy's environment with an inlined loop, the same loop without SimPy, and a look ahead."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush, heapreplace
from typing import Any, cast

import simpy

from benchmarks.ladder.inputs import Figures, Inputs

Steps = Generator[int | None, None, None]
"""Yields the instant at which it goes on, or `None` where another will wake it."""


class Bare(simpy.Environment):
    """SimPy's heap and order with an inlined loop, for light generators."""

    def __init__(self) -> None:
        super().__init__()
        self.active: Steps | None = None
        self.taken = 0

    def go(self, steps: Steps) -> None:
        """Let steps go on now."""
        heappush(cast(Any, self._queue), (self._now, 1, next(self._eid), steps))

    def simulate(self, until_s: int) -> None:
        """Take everything before an instant."""
        queue, numbers = cast(Any, self._queue), self._eid
        while queue and queue[0][0] < until_s:
            self._now, _, _, self.active = heappop(queue)
            self.taken += 1
            at_s = next(cast(Steps, self.active), None)
            if at_s is not None:
                heappush(queue, (at_s, 1, next(numbers), self.active))


class BareCamp:
    """Crews and aircraft as light generators."""

    def __init__(self, given: Inputs) -> None:
        self.given, self.env = given, Bare()
        self.lots = iter(given.prepare_s)
        self.ready, self.free_loaders, self.sorties = 0, given.loaders, 0
        self.idle: deque[Steps] = deque()
        self.waiting: deque[Steps] = deque()
        self.ready_s: list[int] = []
        self.out_s: list[int] = []

    def crew(self) -> Steps:
        """A crew prepares lot after lot."""
        env, finish = self.env, self.given.calm.finish
        for work in self.lots:
            yield finish(cast(int, env._now), work)
            self.ready_s.append(cast(int, env._now))
            self.made_ready()

    def made_ready(self) -> None:
        """One more lot on the yard, and perhaps a load."""
        self.ready += 1
        if self.ready >= self.given.load and self.idle:
            self.ready -= self.given.load
            self.env.go(self.idle.popleft())

    def tail(self) -> Steps:
        """An aircraft takes a full load when there is one."""
        given, env = self.given, self.env
        while True:
            if self.ready >= given.load and not self.idle:
                self.ready -= given.load
            else:
                self.idle.append(cast(Steps, env.active))
                yield None
            if self.free_loaders:
                self.free_loaders -= 1
            else:
                self.waiting.append(cast(Steps, env.active))
                yield None
            yield given.calm.finish(cast(int, env._now), given.load_s)
            if self.waiting:
                env.go(self.waiting.popleft())
            else:
                self.free_loaders += 1
            off = given.calm.next_open(cast(int, env._now))
            yield None if off is None else off + given.fly_s + given.unload_s
            self.out_s += [cast(int, env._now)] * given.load
            yield cast(int, env._now) + given.fly_s
            self.sorties += 1

    def simulate(self) -> Figures:
        """From the start to the horizon."""
        for _ in range(self.given.crews):
            self.env.go(self.crew())
        for _ in range(self.given.tails):
            self.env.go(self.tail())
        self.env.simulate(self.given.horizon_s)
        return Figures(len(self.out_s), self.sorties, sum(self.ready_s), sum(self.out_s), max(self.out_s))


def ready_ahead(given: Inputs) -> list[int]:
    """When each lot will be ready, in order: crews know nothing of aircraft, so they can be solved before the clock."""
    finish = given.calm.finish
    crews = [0] * given.crews
    ready = []
    for work in given.prepare_s:
        done = finish(crews[0], work)
        heapreplace(crews, given.horizon_s if done is None else done)
        if done is not None:
            ready.append(done)
    ready.sort()
    return ready


class AheadCamp(BareCamp):
    """The same, with preparing solved ahead of the event list: the only events of lots are full loads."""

    def loads(self) -> Steps:
        """A load is there whenever another eight lots are ready."""
        self.ready_s = ready_ahead(self.given)
        for at_s in self.ready_s[self.given.load - 1 :: self.given.load]:
            yield at_s
            self.ready += self.given.load - 1
            self.made_ready()

    def simulate(self) -> Figures:
        """From the start to the horizon."""
        for _ in range(self.given.tails):
            self.env.go(self.tail())
        self.env.go(self.loads())
        self.env.simulate(self.given.horizon_s)
        return Figures(len(self.out_s), self.sorties, sum(self.ready_s), sum(self.out_s), max(self.out_s))


def subclass(given: Inputs) -> tuple[Figures, int]:
    """One replication of light generators."""
    camp = BareCamp(given)
    return camp.simulate(), camp.env.taken


def ahead(given: Inputs) -> tuple[Figures, int]:
    """One replication with preparing solved ahead."""
    camp = AheadCamp(given)
    return camp.simulate(), camp.env.taken


def heap(given: Inputs) -> tuple[Figures, int]:
    """One replication as a loop over a heap of (instant, number, what), without any package."""
    finish, next_open, load = given.calm.finish, given.calm.next_open, given.load
    work = given.prepare_s
    ready_s: list[int] = []
    out_s: list[int] = []
    queue: list[tuple[int, int, str]] = []
    begun = ready = sorties = taken = waiting = 0
    loaders, tails = given.loaders, given.tails
    while begun < given.crews:
        heappush(queue, (finish(0, work[begun]) or given.horizon_s, begun, "prepared"))
        begun += 1
    number = begun
    while queue and queue[0][0] < given.horizon_s:
        now, _, what = heappop(queue)
        taken += 1
        if what == "prepared":
            ready_s.append(now)
            ready += 1
            if begun < len(work):
                number += 1
                heappush(queue, (finish(now, work[begun]) or given.horizon_s, number, "prepared"))
                begun += 1
        elif what == "loaded":
            loaders += 1
            number += 1
            heappush(queue, ((next_open(now) or now) + given.fly_s + given.unload_s, number, "out"))
        elif what == "out":
            out_s += [now] * load
            number += 1
            heappush(queue, (now + given.fly_s, number, "back"))
        else:
            sorties += 1
            tails += 1
        while tails and ready >= load:
            tails, ready, waiting = tails - 1, ready - load, waiting + 1
        while waiting and loaders:
            waiting, loaders, number = waiting - 1, loaders - 1, number + 1
            heappush(queue, (finish(now, given.load_s) or given.horizon_s, number, "loaded"))
    return Figures(len(out_s), sorties, sum(ready_s), sum(out_s), max(out_s)), taken
