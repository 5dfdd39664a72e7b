"""The camp with lots as data: servers are processes or callbacks, and a calendar says when work will be done."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import simpy
from simpy.events import Event

from benchmarks.ladder.idiomatic import Steps, events
from benchmarks.ladder.inputs import Figures, Inputs


class Light:
    """Crews and aircraft as processes of SimPy; lots are numbers in a list, alarms a calendar."""

    def __init__(self, given: Inputs) -> None:
        self.given = given
        self.env = simpy.Environment()
        self.loaders = simpy.Resource(self.env, given.loaders)
        self.next, self.ready = 0, 0
        self.idle: deque[Event] = deque()
        self.ready_s: list[int] = []
        self.out_s: list[int] = []
        self.sorties = 0

    def until(self, at_s: int | None) -> Event:
        """The instant; none comes where the calendar has none."""
        return self.env.event() if at_s is None else self.env.timeout(at_s - int(self.env.now))

    def crew(self) -> Steps:
        """A crew prepares lot after lot."""
        given, calm = self.given, self.given.calm
        while self.next < len(given.prepare_s):
            number, self.next = self.next, self.next + 1
            yield self.until(calm.finish(int(self.env.now), given.prepare_s[number]))
            self.ready_s.append(int(self.env.now))
            self.ready += 1
            if self.ready >= given.load and self.idle:
                self.idle.popleft().succeed()
                self.ready -= given.load

    def tail(self) -> Steps:
        """An aircraft takes a full load when there is one."""
        given, calm, env = self.given, self.given.calm, self.env
        while True:
            if self.ready >= given.load and not self.idle:
                self.ready -= given.load
            else:
                wanted = env.event()
                self.idle.append(wanted)
                yield wanted
            with self.loaders.request() as loader:
                yield loader
                yield self.until(calm.finish(int(env.now), given.load_s))
            off = calm.next_open(int(env.now))
            if off is None or off > env.now:
                yield self.until(off)
            yield env.timeout(given.fly_s + given.unload_s)
            self.out_s += [int(env.now)] * given.load
            yield env.timeout(given.fly_s)
            self.sorties += 1

    def run(self) -> Figures:
        """From the start to the horizon."""
        for _ in range(self.given.crews):
            self.env.process(self.crew())
        for _ in range(self.given.tails):
            self.env.process(self.tail())
        self.env.run(self.given.horizon_s)
        return Figures(len(self.out_s), self.sorties, sum(self.ready_s), sum(self.out_s), max(self.out_s))


class Called(Light):
    """The same with callbacks on timeouts in place of processes."""

    def __init__(self, given: Inputs) -> None:
        super().__init__(given)
        self.free_loaders = given.loaders
        self.tails = given.tails
        self.waiting = 0

    def at(self, at_s: int | None, do: Callable[[Event], None]) -> None:
        """Call at an instant."""
        if at_s is not None:
            self.env.timeout(at_s - int(self.env.now)).callbacks.append(do)

    def prepare(self, _event: Event | None = None) -> None:
        """The next lot of a crew."""
        if self.next < len(self.given.prepare_s):
            number, self.next = self.next, self.next + 1
            self.at(self.given.calm.finish(int(self.env.now), self.given.prepare_s[number]), self.prepared)

    def prepared(self, event: Event) -> None:
        """A lot is ready; the crew goes on."""
        self.ready_s.append(int(self.env.now))
        self.ready += 1
        self.send()
        self.prepare(event)

    def send(self) -> None:
        """Idle aircraft ask for loaders as long as there are loads."""
        while self.tails and self.ready >= self.given.load:
            self.ready -= self.given.load
            self.tails -= 1
            self.waiting += 1
        self.load()

    def load(self) -> None:
        """Free loaders take who waits."""
        while self.waiting and self.free_loaders:
            self.waiting -= 1
            self.free_loaders -= 1
            self.at(self.given.calm.finish(int(self.env.now), self.given.load_s), self.loaded)

    def loaded(self, _event: Event) -> None:
        """The loader is free; the aircraft leaves at the all-clear."""
        self.free_loaders += 1
        off = self.given.calm.next_open(int(self.env.now))
        if off is not None:
            self.at(off + self.given.fly_s + self.given.unload_s, self.unloaded)
        self.load()

    def unloaded(self, _event: Event) -> None:
        """Its lots are out."""
        self.out_s += [int(self.env.now)] * self.given.load
        self.at(int(self.env.now) + self.given.fly_s, self.back)

    def back(self, _event: Event) -> None:
        """Idle again."""
        self.sorties += 1
        self.tails += 1
        self.send()

    def run(self) -> Figures:
        """From the start to the horizon."""
        for _ in range(self.given.crews):
            self.prepare()
        self.env.run(self.given.horizon_s)
        return Figures(len(self.out_s), self.sorties, sum(self.ready_s), sum(self.out_s), max(self.out_s))


def light(given: Inputs) -> tuple[Figures, int]:
    """One replication with servers as processes."""
    camp = Light(given)
    found = camp.run()
    return found, events(camp.env)


def called(given: Inputs) -> tuple[Figures, int]:
    """One replication with callbacks."""
    camp = Called(given)
    found = camp.run()
    return found, events(camp.env)
