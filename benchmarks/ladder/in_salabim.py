"""The camp in salabim: a component a lot, resources, and its own `interrupt` and `resume`."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import salabim

from benchmarks.ladder.inputs import Figures, Inputs

Steps = Generator[Any, Any, None]


class Camp:
    """The camp and its numbers."""

    def __init__(self, given: Inputs) -> None:
        salabim.yieldless(False)
        self.given = given
        self.env = salabim.Environment(trace=False, yieldless=False)
        self.crews = salabim.Resource("crews", given.crews, env=self.env)
        self.apron = salabim.Resource("apron", given.apron, env=self.env)
        self.loaders = salabim.Resource("loaders", given.loaders, env=self.env)
        self.turn = salabim.Resource("turn", 1, env=self.env)
        self.calm = salabim.State("calm", value=True, env=self.env)
        self.ready = salabim.Store("ready", env=self.env)
        self.at_work: dict[Any, None] = {}
        self.ready_s: list[int] = []
        self.out_s: list[int] = []
        self.sorties = 0

    def now_s(self) -> int:
        """The instant."""
        return round(self.env.now())

    def run(self) -> Figures:
        """From the start to the horizon."""
        Alarms(camp=self, env=self.env)
        for seconds in self.given.prepare_s:
            Lot(camp=self, seconds=seconds, env=self.env)
        for _ in range(self.given.tails):
            Tail(camp=self, env=self.env)
        self.env.run(till=self.given.horizon_s)
        return Figures(len(self.out_s), self.sorties, sum(self.ready_s), sum(self.out_s), max(self.out_s))


class Alarms(salabim.Component):
    """Everyone goes to shelter, and comes back at the all-clear."""

    def setup(self, camp: Camp) -> None:
        """What it is part of."""
        self.camp = camp

    def process(self) -> Steps:
        """Alarm after alarm."""
        camp = self.camp
        for start, end in camp.given.shelter:
            yield self.hold(till=start)
            camp.calm.set(False)
            sheltering = list(camp.at_work)
            for worker in sheltering:
                worker.interrupt()
            yield self.hold(till=end)
            for worker in sheltering:
                worker.resume()
            camp.calm.set(True)


class Lot(salabim.Component):
    """A lot is prepared, and waits on the yard."""

    def setup(self, camp: Camp, seconds: int) -> None:
        """What it is part of, and its work."""
        self.camp, self.seconds = camp, seconds

    def process(self) -> Steps:
        """Its life."""
        camp = self.camp
        yield self.request(camp.crews)
        yield self.wait((camp.calm, True))
        camp.at_work[self] = None
        yield self.hold(self.seconds)
        del camp.at_work[self]
        self.release(camp.crews)
        camp.ready_s.append(camp.now_s())
        yield self.to_store(camp.ready, self)


class Tail(salabim.Component):
    """An aircraft takes a full load, is loaded, flies out, is unloaded and comes back."""

    def setup(self, camp: Camp) -> None:
        """What it is part of."""
        self.camp = camp

    def process(self) -> Steps:
        """Its life."""
        camp, given = self.camp, self.camp.given
        while True:
            yield self.request(camp.turn)
            for _ in range(given.load):
                yield self.from_store(camp.ready)
            yield self.wait((camp.calm, True))
            self.release(camp.turn)
            yield self.request(camp.apron)
            yield self.request(camp.loaders)
            yield self.wait((camp.calm, True))
            camp.at_work[self] = None
            yield self.hold(given.load_s)
            del camp.at_work[self]
            self.release(camp.loaders)
            yield self.wait((camp.calm, True))
            self.release(camp.apron)
            yield self.hold(given.fly_s + given.unload_s)
            camp.out_s += [camp.now_s()] * given.load
            yield self.hold(given.fly_s)
            camp.sorties += 1


def run(given: Inputs) -> Figures:
    """One replication."""
    return Camp(given).run()
