"""Two other ways in which SimPy's documentation lets an alarm stop work: preemption, and waiting for either of two."""

from __future__ import annotations

import simpy

from benchmarks.ladder.idiomatic import Camp, Steps, events
from benchmarks.ladder.inputs import Figures, Inputs


class Preempted(Camp):
    """Crews and loaders are taken away by an alarm that comes first: `PreemptiveResource`."""

    def __init__(self, given: Inputs) -> None:
        super().__init__(given)
        self.manned_crews = simpy.PreemptiveResource(self.env, given.crews)
        self.manned_loaders = simpy.PreemptiveResource(self.env, given.loaders)

    def alarms(self) -> Steps:
        """An alarm takes every crew and loader until the all-clear."""
        for start, end in self.given.shelter:
            yield self.env.timeout(start - self.env.now)
            self.all_clear = self.env.event()
            taken = [
                pool.request(priority=0)
                for pool in (self.manned_crews, self.manned_loaders)
                for _ in range(int(pool.capacity))
            ]
            yield self.env.timeout(end - self.env.now)
            for request in taken:
                request.resource.release(request)
            self.all_clear.succeed()
            self.all_clear = None

    def at(self, pool: simpy.PreemptiveResource, seconds: int) -> Steps:
        """So much work of one of a pool; who was preempted comes before who waits."""
        left, priority = float(seconds), 2
        while left:
            with pool.request(priority=priority) as mine:
                yield mine
                begun = self.env.now
                try:
                    yield self.env.timeout(left)
                    left = 0
                except simpy.Interrupt:
                    left -= self.env.now - begun
                    priority = 1

    def lot(self, number: int) -> Steps:
        """A lot is prepared, and waits on the yard."""
        yield from self.at(self.manned_crews, self.given.prepare_s[number])
        self.ready_s.append(int(self.env.now))
        yield self.ready.put(number)

    def tail(self) -> Steps:
        """As in `Camp`, with loaders that an alarm preempts."""
        given = self.given
        while True:
            with self.turn.request() as turn:
                yield turn
                for _ in range(given.load):
                    yield self.ready.get()
                yield from self.calm()
            with self.apron.request() as place:
                yield place
                yield from self.at(self.manned_loaders, given.load_s)
                yield from self.calm()
            yield self.env.timeout(given.fly_s)
            yield self.env.timeout(given.unload_s)
            self.out_s += [int(self.env.now)] * given.load
            yield self.env.timeout(given.fly_s)
            self.sorties += 1


class Either(Camp):
    """Work waits for its end or the next alarm, whichever comes first: `AnyOf`."""

    def __init__(self, given: Inputs) -> None:
        super().__init__(given)
        self.alarm = self.env.event()

    def alarms(self) -> Steps:
        """An event an alarm, and one an all-clear."""
        for start, end in self.given.shelter:
            yield self.env.timeout(start - self.env.now)
            self.all_clear = self.env.event()
            alarm, self.alarm = self.alarm, self.env.event()
            alarm.succeed()
            yield self.env.timeout(end - self.env.now)
            self.all_clear.succeed()
            self.all_clear = None

    def work(self, seconds: int) -> Steps:
        """So much work, until it is done or an alarm comes."""
        left: float = seconds
        while left:
            yield from self.calm()
            begun = self.env.now
            yield self.env.timeout(left) | self.alarm
            left -= self.env.now - begun


def preemptive(given: Inputs) -> tuple[Figures, int]:
    """One replication with preemption."""
    camp = Preempted(given)
    found = camp.run()
    return found, events(camp.env)


def either(given: Inputs) -> tuple[Figures, int]:
    """One replication with `AnyOf`."""
    camp = Either(given)
    found = camp.run()
    return found, events(camp.env)
