"""The camp as SimPy's documentation teaches it: a process a lot, `Resource`, `Store`, interrupts."""

from __future__ import annotations

from collections.abc import Generator
from itertools import count

import simpy
from simpy.events import Event

from benchmarks.ladder.inputs import Figures, Inputs

Steps = Generator[Event, object, None]


class Camp:
    """The camp and its numbers; `at_work` are the processes that an alarm interrupts."""

    def __init__(self, given: Inputs) -> None:
        self.given = given
        self.env = simpy.Environment()
        self.crews = simpy.Resource(self.env, given.crews)
        self.apron = simpy.Resource(self.env, given.apron)
        self.loaders = simpy.Resource(self.env, given.loaders)
        self.turn = simpy.Resource(self.env, 1)
        self.ready = simpy.Store(self.env)
        self.at_work: dict[simpy.Process, None] = {}
        self.all_clear: Event | None = None
        self.ready_s: list[int] = []
        self.out_s: list[int] = []
        self.sorties = 0

    def alarms(self) -> Steps:
        """Everyone goes to shelter, and comes back at the all-clear."""
        for start, end in self.given.shelter:
            yield self.env.timeout(start - self.env.now)
            self.all_clear = self.env.event()
            for process in list(self.at_work):
                process.interrupt()
            yield self.env.timeout(end - self.env.now)
            self.all_clear.succeed()
            self.all_clear = None

    def calm(self) -> Steps:
        """Wait until no one shelters."""
        while self.all_clear is not None:
            yield self.all_clear

    def work(self, seconds: int) -> Steps:
        """So much work, stopped by alarms and taken up again."""
        left: float = seconds
        me = self.env.active_process
        assert me is not None
        while left:
            yield from self.calm()
            begun = self.env.now
            self.at_work[me] = None
            try:
                yield self.env.timeout(left)
                left = 0
            except simpy.Interrupt:
                left -= self.env.now - begun
            del self.at_work[me]

    def lot(self, number: int) -> Steps:
        """A lot is prepared, and waits on the yard."""
        with self.crews.request() as crew:
            yield crew
            yield from self.work(self.given.prepare_s[number])
        self.ready_s.append(int(self.env.now))
        yield self.ready.put(number)

    def tail(self) -> Steps:
        """An aircraft takes a full load, is loaded, flies out, is unloaded and comes back."""
        given = self.given
        while True:
            chalk: list[object] = []
            with self.turn.request() as turn:
                yield turn
                while len(chalk) < given.load:
                    chalk.append((yield self.ready.get()))
                yield from self.calm()
            with self.apron.request() as place:
                yield place
                with self.loaders.request() as loader:
                    yield loader
                    yield from self.work(given.load_s)
                yield from self.calm()
            yield self.env.timeout(given.fly_s)
            yield self.env.timeout(given.unload_s)
            self.out_s += [int(self.env.now)] * len(chalk)
            yield self.env.timeout(given.fly_s)
            self.sorties += 1

    def run(self) -> Figures:
        """From the start to the horizon."""
        env = self.env
        env.process(self.alarms())
        for number in range(len(self.given.prepare_s)):
            env.process(self.lot(number))
        for _ in range(self.given.tails):
            env.process(self.tail())
        env.run(self.given.horizon_s)
        return Figures(len(self.out_s), self.sorties, sum(self.ready_s), sum(self.out_s), max(self.out_s))


def run(given: Inputs) -> tuple[Figures, int]:
    """One replication; SimPy's own counter says how many events were scheduled."""
    camp = Camp(given)
    found = camp.run()
    return found, events(camp.env)


def events(env: simpy.Environment) -> int:
    """How many events an environment has scheduled."""
    counter: count[int] = env._eid  # SimPy keeps no public one
    return next(counter)
